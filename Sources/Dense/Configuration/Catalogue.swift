public import DenseCompute

/// The registered kinds of one sort, such as all losses. Adding a kind is adding its type to the list.
public struct Catalogue<Kind>: Sendable {
  /// What the kinds are, for messages: "loss", "optimizer".
  public let noun: String
  private let entries: [Entry]

  private struct Entry: Sendable {
    /// The name and its aliases as `key(_:)` makes them.
    let keys: [String]
    let name: String
    let make: @Sendable () -> any Configurable
  }

  /// `types` must all conform to `Kind`.
  init(_ noun: String, _ types: [any Configurable.Type]) {
    self.noun = noun
    entries = types.map { type in
      Entry(keys: ([type.name] + type.aliases).map(Self.key), name: type.name, make: { type.init() })
    }
  }

  /// The registered names, in catalogue order.
  public var names: [String] { entries.map(\.name) }

  /// The kind registered as `name`, with default settings. Aliases and Keras's class names are accepted too
  /// (`mean_squared_error`, `mse`, `MeanSquaredError`): case and underscores do not count.
  public func make(_ name: String) throws(DenseError) -> Kind {
    let wanted = Self.key(name)
    let entry = entries.first { $0.keys.contains(wanted) }
    guard let entry, let kind = entry.make() as? Kind else {
      throw DenseError(
        .unknownName, "unknown \(noun) '\(name)'; expected one of: \(names.joined(separator: ", "))")
    }
    return kind
  }

  /// The kind that `value` names or describes.
  public func make(_ value: SettingValue) throws(DenseError) -> Kind {
    switch value {
    case .text(let name):
      return try make(name)
    case .object(let name, let settings):
      guard var kind = try make(name) as? any Configurable else {
        throw DenseError(.unknownName, "unknown \(noun) '\(name)'")
      }
      for (setting, value) in settings { try kind.set(setting, value) }
      if let kind = kind as? Kind { return kind }
      throw DenseError(.unknownName, "unknown \(noun) '\(name)'")
    case .number, .flag, .none:
      throw DenseError(.invalidArgument, "expected the name of a kind of \(noun), received \(value.shown)")
    }
  }

  private static func key(_ name: String) -> String { name.lowercased().filter { $0 != "_" } }

  /// The description of `kind` from which `make(_:)` makes it again.
  func configuration(of kind: Kind) -> SettingValue {
    (kind as? any Configurable)?.configuration ?? .none
  }
}
