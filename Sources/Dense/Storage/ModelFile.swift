import DenseCompute

/// A model in a file: a `TensorFile` with a versioned description of what its tensors are.
///
/// The description is JSON text in the metadata entry `dense`: an object whose members `format` and `minimum_reader`
/// are versions and whose `kind` says what is described, followed by members of that kind. A reader takes every file
/// whose `minimum_reader` is not above its own `formatVersion`, so that a later version may add members which older
/// readers can leave out, and may shut them out where they cannot.
struct ModelFile {
  /// The version that this library writes, and the newest that it understands.
  static let formatVersion = 1
  private static let key = "dense"

  /// What is described.
  enum Kind: String {
    case network
    case layer
  }

  /// The description with all its members.
  let description: JSON
  let tensors: TensorFile

  /// Writes a model, whole or not at all; see `TensorFile.write`.
  static func write(
    path: String, kind: Kind, description: [JSON.Member], tensors: [TensorFile.Source]
  ) throws(DenseError) {
    let head = [
      JSON.Member("format", .number(Double(formatVersion))),
      JSON.Member("minimum_reader", .number(1)),
      JSON.Member("kind", .text(kind.rawValue)),
    ]
    try TensorFile.write(path: path, metadata: [key: JSON.object(head + description).encoded], tensors: tensors)
  }

  /// Reads a model of the wanted kind. Throws what `TensorFile.read` throws, `fileVersion` for a file that needs a
  /// newer library, and `fileFormat` for a file that holds something else.
  static func read(path: String, kind: Kind, allowsNonFinite: Bool = false) throws(DenseError) -> ModelFile {
    try ModelFile(TensorFile.read(path: path, allowsNonFinite: allowsNonFinite), kind: kind, what: "'\(path)'")
  }

  /// Reads a model from a file that is in memory already.
  static func read(
    bytes: UnsafeRawBufferPointer, kind: Kind, allowsNonFinite: Bool = false
  ) throws(DenseError) -> ModelFile {
    try ModelFile(
      TensorFile.read(bytes: bytes, allowsNonFinite: allowsNonFinite), kind: kind, what: "model in memory")
  }

  private init(_ tensors: TensorFile, kind: Kind, what: String) throws(DenseError) {
    guard let text = tensors.metadata[Self.key] else {
      throw DenseError(
        .fileFormat, "\(what): expected a model with the metadata '\(Self.key)', received tensors without it")
    }
    let what = "\(what): description"
    let description = try JSONParser.parse(text, what: what)
    let minimum = try description.member("minimum_reader", of: what).count("\(what): minimum_reader")
    guard minimum <= Self.formatVersion else {
      let format = try description.member("format", of: what).count("\(what): format")
      throw DenseError(
        .fileVersion,
        "\(what): expected a format that readers of version \(Self.formatVersion) understand, received version "
          + "\(format), which needs a reader of version \(minimum); a newer version of the library reads it")
    }
    let found = try description.member("kind", of: what).text("\(what): kind")
    guard found == kind.rawValue else {
      throw DenseError(.fileFormat, "\(what): expected a \(kind.rawValue), received a \(found)")
    }
    self.description = description
    self.tensors = tensors
  }
}
