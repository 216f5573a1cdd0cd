import Dense
import DenseCompute
import Foundation
import XCTest

/// A directory of a test's own, removed with it.
final class TestDirectory {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("dense-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }

  func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: file(name)))) }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
  }
}

extension TensorFile {
  static func write(path: String, metadata: [String: String] = [:], _ tensors: [(String, [Int], [Float])]) throws {
    let all = tensors.flatMap { $0.2 }
    try all.withUnsafeBufferPointer { all in
      var start = 0
      let sources = tensors.map { name, shape, values in
        defer { start += values.count }
        return Source(
          name: name, shape: shape, values: UnsafeBufferPointer(rebasing: all[start..<start + values.count]))
      }
      try write(path: path, metadata: metadata, tensors: sources)
    }
  }

  func values(_ name: String, shape: [Int]) throws -> [Float] {
    try withValues(name, shape: shape) { Array($0) }
  }

  static func read(_ bytes: [UInt8], allowsNonFinite: Bool = false) throws -> TensorFile {
    try bytes.withUnsafeBytes { try read(bytes: $0, allowsNonFinite: allowsNonFinite) }
  }
}

/// A safetensors file with the given header and data behind it.
func tensorFileBytes(_ header: String, data: Int, length: UInt64? = nil) -> [UInt8] {
  let text = Array(header.utf8)
  let prefix = withUnsafeBytes(of: (length ?? UInt64(text.count)).littleEndian) { Array($0) }
  return prefix + text + Array(repeating: 0, count: data)
}

/// Runs `body`, which must throw a `DenseError` of `code` whose message contains each of `parts`.
func assertFails(
  _ code: DenseError.Code, _ parts: String..., file: StaticString = #filePath, line: UInt = #line,
  _ body: () throws -> Void
) {
  XCTAssertThrowsError(try body(), file: file, line: line) { error in
    guard let error = error as? DenseError else { return XCTFail("\(error)", file: file, line: line) }
    XCTAssertEqual(error.code, code, error.message, file: file, line: line)
    for part in parts {
      XCTAssertTrue(error.message.contains(part), "'\(error.message)' lacks '\(part)'", file: file, line: line)
    }
  }
}
