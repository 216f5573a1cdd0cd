import DenseCompute
import XCTest

@testable import Dense

/// The checksum of files: the published function, what it covers, and files without it.
final class ChecksumTests: XCTestCase {
  private let tensors: [(String, [Int], [Float])] = [("a", [2, 2], [1, 2, 3, 4]), ("b", [0, 5], []), ("c", [], [5])]
  private let metadata = ["dense": #"{"format":1}"#]

  private func write(_ directory: TestDirectory) throws -> [UInt8] {
    try TensorFile.write(path: directory.file("m"), metadata: metadata, tensors)
    return try directory.bytes("m")
  }

  /// `bytes` with the text `old` replaced by `new` of the same length, wherever it stands.
  private func replacing(_ old: String, with new: String, in bytes: [UInt8]) throws -> [UInt8] {
    let (old, new) = (Array(old.utf8), Array(new.utf8))
    _ = try XCTUnwrap(old.count == new.count ? new : nil, "texts of different lengths")
    var bytes = bytes
    for start in 0...bytes.count - old.count where Array(bytes[start..<start + old.count]) == old {
      bytes.replaceSubrange(start..<start + old.count, with: new)
    }
    return bytes
  }

  /// Answers of the reference implementation, for lengths on both sides of each branch.
  func testKnownAnswers() {
    let answers: [(Int, UInt64)] = [
      (0, 0xEF46_DB37_51D8_E999), (31, 0xC346_D2B5_9B4D_8EE1), (32, 0xCBF5_9C51_16FF_32B4),
      (33, 0x0C53_5D1A_CAFB_8EAD), (100, 0x6AC1_E580_3216_6597), (1000, 0x6EF4_36B0_0EBA_4078),
    ]
    for (count, answer) in answers {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
      for piece in [1, 3, 31, 32, 33, 64, 1000] {
        var hash = XXH64()
        for start in stride(from: 0, to: count, by: piece) {
          bytes[start..<min(start + piece, count)].withUnsafeBytes { hash.update($0) }
        }
        XCTAssertEqual(hash.digest, answer, "\(count) bytes in pieces of \(piece)")
      }
    }
    var hash = XXH64()
    Array("abc".utf8).withUnsafeBytes { hash.update($0) }
    XCTAssertEqual(hash.digest, 0x44BC_2CF5_AD77_0999)
  }

  func testNoFlippedBitChangesWhatIsRead() throws {
    let bytes = try write(TestDirectory())
    let original = try TensorFile.read(bytes)
    var harmless = 0
    for place in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes
        flipped[place] ^= 1 << UInt8(bit)
        do {
          let file = try TensorFile.read(flipped, allowsNonFinite: true)
          XCTAssertEqual(file.metadata.filter { $0.key.hasPrefix("dense") && $0.value.count != 16 }, metadata)
          XCTAssertEqual(file.tensors, original.tensors)
          for (name, shape, values) in tensors { XCTAssertEqual(try file.values(name, shape: shape), values) }
          harmless += 1
        } catch {
          XCTAssertEqual((error as? DenseError)?.code, .fileFormat)
        }
      }
    }
    // Flips in the name of the checksum's own entry, and spaces that become white space of another kind.
    XCTAssertLessThan(harmless, 8 * 11 + 200)
    XCTAssertGreaterThan(harmless, 0)
  }

  func testAWrongSumIsShownBesideTheRightOne() throws {
    let directory = try TestDirectory()
    var bytes = try write(directory)
    let header = String(decoding: bytes[8...], as: UTF8.self)
    let sum = try XCTUnwrap(header.range(of: #""dense_xxh64":""#)).upperBound
    let expected = String(header[sum...].prefix(16))
    // The lowest bit of the last number's mantissa: 5 becomes 5.0000005.
    bytes[bytes.count - 4] ^= 1
    try directory.write(bytes, to: "damaged")
    var received = ""
    XCTAssertThrowsError(try TensorFile.read(path: directory.file("damaged"))) { error in
      guard let error = error as? DenseError else { return XCTFail("\(error)") }
      XCTAssertEqual(error.code, .fileFormat)
      XCTAssertTrue(error.message.contains("expected contents of the checksum \(expected)"), error.message)
      XCTAssertTrue(error.message.contains("damaged'"), error.message)
      received = String(error.message.split(separator: "received contents of ")[1].prefix(16))
    }
    XCTAssertNotEqual(received, expected)
    let corrected = try replacing(expected, with: received, in: bytes)
    XCTAssertEqual(try TensorFile.read(corrected).values("c", shape: []), [5.0000005])
  }

  func testFilesWithoutItAreRead() throws {
    let bytes = try write(TestDirectory())
    var renamed = try replacing("dense_xxh64", with: "other_xxh64", in: bytes)
    renamed[bytes.count - 4] ^= 1
    let file = try TensorFile.read(renamed)
    XCTAssertEqual(try file.values("c", shape: []), [5.0000005])
    XCTAssertEqual(Set(file.metadata.keys), ["dense", "other_xxh64"])
  }
}
