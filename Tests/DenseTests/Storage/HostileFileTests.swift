import Dense
import DenseCompute
import Foundation
import XCTest

/// Torn and hostile files: a named error, never a crash, a hang or memory that the file does not justify.
final class HostileFileTests: XCTestCase {
  private func refused(
    _ header: String, data: Int = 0, length: UInt64? = nil, _ parts: String..., line: UInt = #line
  ) {
    let before = AlignedBuffer<Float>.bytesInUse
    XCTAssertThrowsError(try TensorFile.read(tensorFileBytes(header, data: data, length: length)), line: line) {
      error in
      guard let error = error as? DenseError else { return XCTFail("\(error)", line: line) }
      XCTAssertEqual(error.code, .fileFormat, error.message, line: line)
      for part in parts {
        XCTAssertTrue(error.message.contains(part), "'\(error.message)' lacks '\(part)'", line: line)
      }
    }
    XCTAssertEqual(AlignedBuffer<Float>.bytesInUse, before, line: line)
  }

  private func tensor(_ shape: String, _ offsets: String, type: String = "F32") -> String {
    #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
  }

  func testSizesOfTheHeader() {
    for count in 0..<8 {
      assertFails(.fileFormat, "8 bytes", "received \(count)") {
        _ = try TensorFile.read(Array(repeating: 0, count: count))
      }
    }
    refused("", length: .max, "at most 100000000", "\(UInt64.max)")
    refused("{}", length: 100_000_001, "at most 100000000")
    refused("{}", length: 100_000_000, "within the file's 10 bytes")
    refused("{}", length: 3, "within")
    refused("", length: 0, "'{'")
    refused(" {}", "'{'")
  }

  func testSyntaxOfTheHeader() {
    refused("{", "byte 1", "end of the text")
    refused("{}x", "byte 2", "'x'")
    refused("{'a':1}", "name")
    refused(#"{"a" 1}"#, "':'")
    refused(#"{"a":1,}"#, "name")
    refused(#"{"a":01}"#, "byte 6")
    refused(#"{"a":.5}"#, "a value")
    refused(#"{"a":-}"#, "a digit")
    refused(#"{"a":1e999}"#, "finite")
    refused(#"{"a":NaN}"#, "a value")
    refused(#"{"a":tru}"#, "'true'")
    refused(#"{"a":"\x"}"#, "escape")
    refused(#"{"a":"\ud800"}"#, "pair")
    refused(#"{"a":"\ud800\u0041"}"#, "pair")
    refused(#"{"a":"\udc00"}"#, "pair")
    refused("{\"a\":\"\n\"}", "control")
    refused(#"{"a":"# + String(repeating: "[", count: 100_000), "nesting")
    refused(#"{"a":"# + String(repeating: "9", count: 10_000) + "}", "finite")
    refused(#"{"a":["# + String(repeating: "0,", count: 1_100_000), "1000000 values")
    refused(#"{"__metadata__":{"a":"1","a":"2"}}"#, "'a' again")
    refused("{\"a\": \(tensor("[0]", "[0,0]")), \"a\": \(tensor("[0]", "[0,0]"))}", "'a' again")
  }

  func testTextThatIsNotUTF8() {
    for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xF5, 0x80, 0x80, 0x80]] {
      let text = Array("{\"".utf8) + bytes + Array("\":1}".utf8)
      let prefix = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) }
      assertFails(.fileFormat, "UTF-8") { _ = try TensorFile.read(prefix + text) }
    }
  }

  func testContentOfTheHeader() {
    refused(#"{"__metadata__":{"a":1}}"#, "__metadata__ 'a'", "a text")
    refused(#"{"__metadata__":[]}"#, "an object", "an array")
    refused(#"{"a":1}"#, "'a'", "an object")
    refused(#"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, data: 4, "dtype", "missing")
    refused(#"{"a":{"dtype":"F32","data_offsets":[0,4]}}"#, data: 4, "shape", "missing")
    refused(#"{"a":{"dtype":"F32","shape":[1]}}"#, data: 4, "data_offsets", "missing")
    refused(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":0}}"#, data: 4, "'x'")
    refused("{\"a\":\(tensor("[1]", "[0,8]", type: "F64"))}", data: 8, "'a'", "F32", "'F64'")
    refused("{\"a\":\(tensor("[1]", "[0,2]", type: "BF16"))}", data: 2, "'BF16'")
    refused("{\"a\":\(tensor("1", "[0,4]"))}", data: 4, "shape", "an array")
    refused("{\"a\":\(tensor("[-1]", "[0,4]"))}", data: 4, "shape", "-1")
    refused("{\"a\":\(tensor("[1.5]", "[0,4]"))}", data: 4, "shape", "1.5")
    refused("{\"a\":\(tensor("[1e300]", "[0,4]"))}", data: 4, "shape")
    refused("{\"a\":\(tensor("[9007199254740992,9007199254740992]", "[0,4]"))}", data: 4, "63 bits")
    refused("{\"a\":\(tensor("[1]", "[0]"))}", data: 4, "2 data_offsets")
    refused("{\"a\":\(tensor("[1]", "[4,0]"))}", data: 4, "[4, 0]")
    refused("{\"a\":\(tensor("[1]", "[0,8]"))}", data: 8, "1 float32 values", "[0, 8]")
    refused("{\"a\":\(tensor("[1]", "[1,5]"))}", data: 5, "[1, 5]")
    refused("{\"a\":\(tensor("[1]", "[-4,0]"))}", data: 4, "data_offsets")
  }

  func testPlacesOfTheTensors() {
    let a = tensor("[2]", "[0,8]")
    refused("{\"a\":\(tensor("[1]", "[4,8]"))}", data: 8, "'a'", "offset 0", "received 4")
    refused("{\"a\":\(a),\"b\":\(tensor("[1]", "[12,16]"))}", data: 16, "'b'", "offset 8", "received 12")
    refused("{\"a\":\(a),\"b\":\(tensor("[1]", "[4,8]"))}", data: 8, "'b'", "offset 8", "received 4")
    refused("{\"a\":\(a),\"b\":\(a)}", data: 8, "offset 8", "received 0")
    refused("{\"a\":\(a)}", data: 7, "8 bytes of data", "received 7")
    refused("{\"a\":\(a)}", data: 9, "8 bytes of data", "received 9")
    refused("{}", data: 1, "0 bytes of data")
    refused("{\"a\":\(tensor("[250000000000]", "[0,1000000000000]"))}", data: 8, "1000000000000 bytes", "received 8")
  }

  func testTruncationAtEveryByteAndFlippedBits() throws {
    let directory = try TestDirectory()
    try TensorFile.write(
      path: directory.file("m"), metadata: ["dense": #"{"format":1}"#],
      [("a", [2, 2], [1, 2, 3, 4]), ("b", [1], [5])])
    let bytes = try directory.bytes("m")
    for count in 0..<bytes.count {
      assertFails(.fileFormat) { _ = try TensorFile.read(Array(bytes[..<count])) }
    }
    try directory.write(Array(bytes.dropLast()), to: "torn")
    assertFails(.fileFormat, "torn", "20 bytes of data", "received 19") {
      _ = try TensorFile.read(path: directory.file("torn"))
    }

    var generator = Numbers(seed: 20_240_601)
    var refusals = 0
    for _ in 0..<20_000 {
      var flipped = bytes
      for _ in 0...Int(generator.next() % 3) {
        flipped[Int(generator.next() % UInt64(bytes.count))] ^= 1 << UInt8(generator.next() % 8)
      }
      do { _ = try TensorFile.read(flipped) } catch {
        let error = try XCTUnwrap(error as? DenseError)
        XCTAssertTrue([.fileFormat, .nonFinite].contains(error.code), error.message)
        refusals += 1
      }
    }
    XCTAssertGreaterThan(refusals, 10_000)
  }

  func testThingsThatAreNoRegularFiles() throws {
    let directory = try TestDirectory()
    let fifo = directory.file("fifo")
    XCTAssertEqual(mkfifo(fifo, 0o600), 0)
    try FileManager.default.createSymbolicLink(atPath: directory.file("loop"), withDestinationPath: "loop")
    try FileManager.default.createSymbolicLink(atPath: directory.file("link"), withDestinationPath: "model")
    assertFails(.inputOutput, "regular file") { _ = try TensorFile.read(path: fifo) }
    assertFails(.inputOutput, "regular file") { _ = try TensorFile.read(path: directory.path) }
    assertFails(.inputOutput, "regular file") { _ = try TensorFile.read(path: "/dev/zero") }
    assertFails(.inputOutput, "loop", "open") { _ = try TensorFile.read(path: directory.file("loop")) }
    assertFails(.inputOutput, "missing", "No such file") { _ = try TensorFile.read(path: directory.file("missing")) }
    assertFails(.inputOutput, "regular file") { try TensorFile.write(path: fifo, []) }
    assertFails(.inputOutput, "regular file") { try TensorFile.write(path: directory.path, []) }
    assertFails(.inputOutput, "regular file") { try TensorFile.write(path: "/dev/null", []) }
    assertFails(.inputOutput, "missing", "No such file") { try TensorFile.write(path: directory.file("missing/m"), []) }

    try TensorFile.write(path: directory.file("model"), [("a", [1], [1])])
    XCTAssertEqual(try TensorFile.read(path: directory.file("link")).tensors.count, 1)
    try TensorFile.write(path: directory.file("link"), [("a", [1], [1]), ("b", [1], [1])])
    XCTAssertEqual(try TensorFile.read(path: directory.file("model")).tensors.count, 2, "the link is followed")
    XCTAssertEqual(directory.names, ["fifo", "link", "loop", "model"])
  }
}
