import Foundation
import Testing

@testable import BindingGenerator

/// A repository of the generator's own, with one exported function in the section "Library".
private func makeRepository(_ function: String) throws -> URL {
  let root = FileManager.default.temporaryDirectory.appending(path: "generator-\(UUID().uuidString)")
  let files = [
    "Sources/Dense/Version.swift": "enum Version { static let major = 1; static let minor = 2; static let patch = 3 }",
    "Sources/DenseCompute/DenseError.swift": """
    enum Code: Int32 {
      /// A pointer was null.
      case nullArgument = 1
    }
    """,
    "Sources/DenseABI/Boundary/Types.swift": """
    /// A layer.
    public typealias LayerHandle = OpaquePointer
    enum ProgressEvent: Int32 {
      /// It begins.
      case epochBegin = 0
    }
    /// Called back.
    ///
    /// - Parameter user: Yours.
    /// - Returns: 0 to go on.
    public typealias ProgressCallback = @convention(c) (_ user: UserPointer?) -> Int32
    """,
  ]
  for (path, text) in files { try write(text, to: root.appending(path: path)) }
  for section in InterfaceReader.sections {
    let text = "// \(section)\n\nimport Dense\n\n" + (section == "Library" ? function : "")
    try write(text, to: root.appending(path: "Sources/DenseABI/Functions/\(section)Functions.swift"))
  }
  return root
}

private func write(_ text: String, to url: URL) throws {
  try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
  try text.write(to: url, atomically: true, encoding: .utf8)
}

private let documentation = """
  /// Reads rows.
  ///
  /// - Parameters:
  ///   - layer: A layer.
  ///   - input: [rows] The rows.
  ///   - rows: How many.
  ///   - outputCount: Takes the number.
  /// - Errors: `.nullArgument` for NULL.
  /// - Threads: One.
  /// - Since: 1.2.3
  """

private let signature = """
  @_cdecl("dense_layer_read")
  public func read(
    layer: Const<LayerHandle>?, input: ReadOnlyArray<Float>?, rows: Int64, outputCount: Out<Int64>?
  ) -> Status { 0 }
  """

/// The message with which the generator refuses the function.
private func refusal(_ function: String) throws -> String {
  let root = try makeRepository(function)
  defer { try? FileManager.default.removeItem(at: root) }
  do {
    _ = try Output.all(of: InterfaceReader(root: root).read())
    return "nothing was refused"
  } catch let error as GeneratorError {
    return error.description
  }
}

@Test func oneFunctionReachesEveryFile() throws {
  let root = try makeRepository(documentation + "\n" + signature)
  defer { try? FileManager.default.removeItem(at: root) }
  let outputs = try Output.all(of: InterfaceReader(root: root).read())
  let texts = Dictionary(uniqueKeysWithValues: outputs.map { (URL(filePath: $0.path).lastPathComponent, $0.text) })

  let header = try #require(texts["dense.h"])
  #expect(header.contains("#define DENSE_VERSION \"1.2.3\""))
  #expect(header.contains("DENSE_ERROR_NULL_ARGUMENT = 1"))
  #expect(header.contains("DENSE_EVENT_EPOCH_BEGIN = 0"))
  #expect(header.contains("@return DENSE_OK, or an error. DENSE_ERROR_NULL_ARGUMENT for NULL."))
  #expect(header.contains("const dense_layer *layer, const float *input, int64_t rows, int64_t *output_count);"))
  #expect(try #require(texts["dense.map"]).contains("    dense_layer_read;\n"))
  #expect(try #require(texts["_abi.py"]).contains("(\"input\", \"in f32\", (\"rows\",)),"))
  let native = try #require(texts["_native_functions.h"])
  #expect(native.contains("!take_extent(&input, \"input\", rows, 1)"))
  #expect(native.contains("returned = answer == DENSE_OK ? give_i64(output_count) : give_failure(answer);"))
}

@Test func writingTwiceChangesNothingAndADifferenceIsSeen() throws {
  let root = try makeRepository(documentation + "\n" + signature)
  defer { try? FileManager.default.removeItem(at: root) }
  let outputs = try Output.all(of: InterfaceReader(root: root).read())
  for output in outputs { #expect(output.difference(in: root) == "\(output.path): missing") }
  for output in outputs { #expect(try output.write(in: root)) }
  for output in try Output.all(of: InterfaceReader(root: root).read()) {
    #expect(output.difference(in: root) == nil)
    #expect(try !output.write(in: root))
  }
  let header = outputs[0]
  try write(header.text.replacingOccurrences(of: "Reads rows.", with: "Reads."), to: root.appending(path: header.path))
  let difference = try #require(header.difference(in: root))
  #expect(difference.contains("2 lines differ"))
  #expect(difference.contains("+") && difference.contains("Reads rows."))
}

@Test(arguments: [
  ("Float", "the type 'Float' has no place in a C signature"),
  ("UnsafePointer<Float>?", "the type 'UnsafePointer<Float>?' has no place"),
  ("ReadOnlyArray<Int8>?", "an array cannot have elements of type 'Int8'"),
  ("Out<Float>?", "a result cannot be of type 'Float'"),
  ("[Int64]", "has no place in a C signature"),
])
func typesOutsideTheVocabularyAreRefused(type: String, message: String) throws {
  let function = documentation + "\n" + signature.replacingOccurrences(of: "Out<Int64>?", with: type)
  #expect(try refusal(function).contains(message))
}

@Test(arguments: [
  ("  ///   - rows: How many.\n", "", "the parameter rows has no documentation"),
  ("[rows] ", "", "must begin with its shape"),
  ("[rows] ", "[columns] ", "must begin with its shape"),
  ("  /// - Threads: One.\n", "", "expected '- Threads:' and '- Since:'"),
  (".nullArgument", ".missing", "there is no status '.missing'"),
  ("- rows:", "- rows: More.\n  ///   - columns:", "documents 'columns', which is no parameter"),
])
func incompleteDocumentationIsRefused(part: String, replacement: String, message: String) throws {
  let text = "  " + documentation.replacingOccurrences(of: "\n", with: "\n  ")
  #expect(text.contains(part))
  #expect(try refusal(text.replacingOccurrences(of: part, with: replacement) + "\n" + signature).contains(message))
}

@Test func resultsComeLast() throws {
  let swapped = signature.replacingOccurrences(
    of: "rows: Int64, outputCount: Out<Int64>?", with: "outputCount: Out<Int64>?, rows: Int64")
  #expect(try refusal(documentation + "\n" + swapped).contains("rows stands behind a result"))
}

@Test func namesBecomeSnakeCase() {
  #expect("outputCount".snakeCased == "output_count")
  #expect("x".snakeCased == "x")
}
