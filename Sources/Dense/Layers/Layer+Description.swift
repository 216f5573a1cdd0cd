import DenseCompute

extension Layer {
  /// The layer as JSON text: name, whether it is trainable, and the kind with its settings.
  public final func describe() -> String { JSON.object(description).encoded }

  /// The layer's part in a description.
  final var description: [JSON.Member] {
    [
      JSON.Member("name", .text(name)),
      JSON.Member("trainable", .flag(isTrainable)),
      JSON.Member("settings", JSON(settings)),
    ]
  }

  /// A new layer, not built, from its part in a description.
  static func make(_ description: JSON, _ what: String) throws(DenseError) -> Layer {
    let settings = try description.member("settings", of: what).settingValue("\(what): settings")
    let layer = try make(settings)
    let name = try description.member("name", of: what).text("\(what): name")
    if !name.isEmpty { try layer.set("name", .text(name)) }
    layer.isTrainable = try description.member("trainable", of: what).flag("\(what): trainable")
    return layer
  }
}

extension JSON {
  /// A number of 64 bits, which JSON numbers cannot hold: its decimal digits.
  init(exact number: UInt64) { self = .text("\(number)") }

  /// A number of 64 bits from its decimal digits.
  func exactNumber(_ what: String) throws(DenseError) -> UInt64 {
    let digits = try text(what)
    guard let number = UInt64(digits) else {
      throw DenseError(.fileFormat, "\(what): expected the digits of a 64-bit number, received '\(digits)'")
    }
    return number
  }
}

extension DenseError {
  /// The error of a file whose content gave this error: what the content asks for is no fault of the caller's.
  func inFile(_ path: String) -> DenseError {
    switch code {
    case .invalidArgument, .unknownName, .shapeMismatch, .invalidState, .sizeOverflow:
      DenseError(.fileFormat, "'\(path)': \(message)")
    default: self
    }
  }
}
