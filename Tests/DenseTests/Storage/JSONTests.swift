import DenseCompute
import Foundation
import XCTest

@testable import Dense

/// JSON text that is accepted, and that written text reads back as the same value. `HostileFileTests` has what is
/// refused.
final class JSONTests: XCTestCase {
  private func parse(_ text: String) throws -> JSON { try JSONParser.parse(text, what: "text") }

  func testValues() throws {
    XCTAssertEqual(try parse(" null\n"), .null)
    XCTAssertEqual(try parse("[true,\tfalse]"), .array([.flag(true), .flag(false)]))
    XCTAssertEqual(try parse("{}"), .object([]))
    XCTAssertEqual(
      try parse(#" { "b" : [ ] , "a" : { "" : 1 } } "#),
      .object([.init("b", .array([])), .init("a", .object([.init("", .number(1))]))]))
    for (text, number) in [
      ("0", 0), ("-0", -0.0), ("10", 10), ("-1.5e2", -150), ("1E+2", 100), ("1e-2", 0.01),
      ("4.9e-324", Double.leastNonzeroMagnitude),
      ("1e-999", 0), ("1.7976931348623157e308", Double.greatestFiniteMagnitude),
    ] { XCTAssertEqual(try parse(text), .number(number), text) }
  }

  func testStrings() throws {
    XCTAssertEqual(
      try parse(#""\"\\\/\b\f\n\r\t\u00e9\u20AC\ud83d\ude00é😀""#), .text("\"\\/\u{8}\u{C}\n\r\té€😀é😀"))
    XCTAssertEqual(try parse(#""\u0000""#), .text("\0"))
    XCTAssertEqual(JSON.text("\0\u{1F}\"\\/é😀").encoded, #""\u0000\u001f\"\\/é😀""#)
  }

  func testNumbersReadBackAsTheSameBits() throws {
    var generator = Numbers(seed: 1)
    for _ in 0..<20_000 {
      let number = Double(bitPattern: generator.next())
      guard number.isFinite else { continue }
      XCTAssertEqual(try parse(JSON.number(number).encoded).number("n").bitPattern, number.bitPattern)
    }
    XCTAssertEqual(JSON.number(64).encoded, "64")
    XCTAssertEqual(JSON.number(-0.0).encoded, "-0.0")
    XCTAssertEqual(JSON.number(0x1p53).encoded, "9007199254740992")
    XCTAssertEqual(JSON.number(0.1).encoded, "0.1")
    XCTAssertEqual(try parse(JSON.number(1e300).encoded), .number(1e300))
  }

  func testTheLocaleDoesNotMatter() throws {
    // Locales that write a decimal comma; where the machine has none of them, this shows nothing.
    let old = setlocale(LC_ALL, nil).map { String(cString: $0) } ?? "C"
    defer { setlocale(LC_ALL, old) }
    for locale in ["de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "fr_FR"] where setlocale(LC_ALL, locale) != nil {
      XCTAssertEqual(try parse("0.5"), .number(0.5))
      XCTAssertEqual(JSON.number(0.5).encoded, "0.5")
    }
  }

  func testDepth() throws {
    let deep = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
    XCTAssertNoThrow(try parse(deep))
    assertFails(.fileFormat, "nesting") { _ = try parse("[" + deep + "]") }
  }

  func testNamesThatAreEqualAsSwiftStringsAreDuplicates() {
    assertFails(.fileFormat, "once") { _ = try parse("{\"\u{E9}\":1,\"e\u{301}\":2}") }
  }

  func testRandomTextNeverCrashes() {
    let alphabet = Array(#"{}[]",:0123456789.eE+-tfnrualse\ud8 "#.utf8) + [0xC3, 0xA9, 0xFF, 0]
    var generator = Numbers(seed: 2)
    for _ in 0..<50_000 {
      let text = (0..<Int(generator.next() % 12)).map { _ in alphabet[Int(generator.next() % UInt64(alphabet.count))] }
      text.withUnsafeBufferPointer { bytes in
        do { _ = try JSONParser.parse(bytes, what: "text") } catch {
          XCTAssertEqual((error as? DenseError)?.code, .fileFormat)
        }
      }
    }
  }
}
