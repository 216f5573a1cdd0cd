import Dense
import DenseCompute
import Foundation
import XCTest

/// Files that are written come back, and what they look like from outside.
final class TensorFileTests: XCTestCase {
  private let tensors: [(String, [Int], [Float])] = [
    ("b", [2, 3], [1, -2, 3, 4.5, -0, 1e-38]), ("a/kernel", [], [7]), ("é", [0, 5], []),
  ]

  func testRoundTripFromPathAndFromMemory() throws {
    let directory = try TestDirectory()
    let path = directory.file("model.safetensors")
    let metadata = ["dense": "{\"a\":\"\\u0001 ü\"}", "empty": ""]
    try TensorFile.write(path: path, metadata: metadata, tensors)
    for file in [try TensorFile.read(path: path), try TensorFile.read(directory.bytes("model.safetensors"))] {
      XCTAssertEqual(file.metadata, metadata)
      XCTAssertEqual(Set(file.tensors.map(\.name)), ["b", "a/kernel", "é"])
      for (name, shape, values) in tensors {
        XCTAssertEqual(try file.values(name, shape: shape).map(\.bitPattern), values.map(\.bitPattern))
      }
      assertFails(.fileFormat, "'b'", "[3, 2]", "[2, 3]") { _ = try file.values("b", shape: [3, 2]) }
      assertFails(.fileFormat, "'c'") { _ = try file.tensor("c") }
    }
    XCTAssertEqual(directory.names, ["model.safetensors"], "no temporary file stays")
  }

  func testBytesAreDeterministicAndAligned() throws {
    let directory = try TestDirectory()
    try TensorFile.write(path: directory.file("1"), metadata: ["x": "1", "y": "2"], tensors)
    try TensorFile.write(path: directory.file("2"), metadata: ["y": "2", "x": "1"], tensors.reversed())
    let bytes = try directory.bytes("1")
    XCTAssertEqual(bytes, try directory.bytes("2"))
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    XCTAssertEqual((8 + length) % 64, 0)
    XCTAssertEqual(bytes.count, 8 + length + 28)
    let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    XCTAssertTrue(
      header.hasPrefix(
        #"{"__metadata__":{"dense_xxh64":"3061e6f984a9d19c","x":"1","y":"2"},"#
          + #""a/kernel":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"b":{"#), header)
  }

  func testAnEmptyFileOfTensors() throws {
    let directory = try TestDirectory()
    try TensorFile.write(path: directory.file("none"), [])
    XCTAssertEqual(try directory.bytes("none").count, 64)
    XCTAssertEqual(try TensorFile.read(path: directory.file("none")).tensors, [])
  }

  func testNonFiniteValuesAreRefusedUnlessAllowed() throws {
    let directory = try TestDirectory()
    let path = directory.file("nan")
    try TensorFile.write(path: path, [("a", [3], [1, 2, 3]), ("b", [2, 2], [1, 2, .nan, 4])])
    assertFails(.nonFinite, "'b'", "nan", "index 2") { _ = try TensorFile.read(path: path) }
    XCTAssertTrue(try TensorFile.read(path: path, allowsNonFinite: true).values("b", shape: [2, 2])[2].isNaN)
    try TensorFile.write(path: path, [("a", [1], [-.infinity])])
    assertFails(.nonFinite, "'a'", "-inf", "index 0") { _ = try TensorFile.read(path: path) }
  }

  func testRefusedArguments() throws {
    let directory = try TestDirectory()
    let path = directory.file("x")
    assertFails(.shapeMismatch, "'a'", "6", "5") {
      try TensorFile.write(path: path, [("a", [2, 3], [1, 2, 3, 4, 5])])
    }
    assertFails(.sizeOverflow, "'a'") { try TensorFile.write(path: path, [("a", [1 << 40, 1 << 40], [])]) }
    assertFails(.sizeOverflow, "'a'") { try TensorFile.write(path: path, [("a", [-1], [])]) }
    assertFails(.invalidArgument, "'a'") { try TensorFile.write(path: path, [("a", [1], [1]), ("a", [1], [1])]) }
    assertFails(.invalidArgument, "__metadata__") { try TensorFile.write(path: path, [("__metadata__", [1], [1])]) }
    assertFails(.invalidArgument, "'dense_xxh64'") {
      try TensorFile.write(path: path, metadata: ["dense_xxh64": ""], [("a", [1], [1])])
    }
    assertFails(.invalidArgument, "path") { try TensorFile.write(path: "", []) }
    assertFails(.invalidArgument, "path") { try TensorFile.write(path: "a\0b", []) }
    assertFails(.invalidArgument, "path") { _ = try TensorFile.read(path: "a\0b") }
    XCTAssertEqual(directory.names, [])
  }
}
