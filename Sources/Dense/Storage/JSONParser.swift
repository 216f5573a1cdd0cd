import DenseCompute

/// A strict reader of JSON (RFC 8259) that trusts nothing: no duplicate names, no text that is not UTF-8, no number
/// that is not finite in double precision, bounded depth and a bounded number of values, so that a small hostile text
/// can neither exhaust the stack nor much memory. Numbers do not depend on the locale.
///
/// Names count as duplicates where Swift's strings are equal, that is up to canonical equivalence.
struct JSONParser {
  static let maximumDepth = 32
  static let maximumValues = 1_000_000

  private let bytes: UnsafeBufferPointer<UInt8>
  private let what: String
  private var position = 0
  private var values = 0

  /// The value of a whole JSON text. Throws `fileFormat` with the offset of the fault; `what` names the text.
  static func parse(_ bytes: UnsafeBufferPointer<UInt8>, what: String) throws(DenseError) -> JSON {
    var parser = JSONParser(bytes: bytes, what: what)
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.position == bytes.count else { throw parser.fault("the end of the text") }
    return value
  }

  static func parse(_ text: String, what: String) throws(DenseError) -> JSON {
    var text = text
    let result = text.withUTF8 { bytes in
      // `withUTF8` cannot rethrow a typed error.
      Result { () throws(DenseError) in try parse(bytes, what: what) }
    }
    return try result.get()
  }

  private init(bytes: UnsafeBufferPointer<UInt8>, what: String) {
    self.bytes = bytes
    self.what = what
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func fault(_ expected: String) -> DenseError {
    let received =
      switch next {
      case nil: "the end of the text"
      case .some(let byte) where byte > 0x20 && byte < 0x7F: "'\(Character(Unicode.Scalar(byte)))'"
      case .some(let byte): "the byte \(byte)"
      }
    return DenseError(.fileFormat, "\(what): byte \(position): expected \(expected), received \(received)")
  }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(DenseError) -> JSON {
    skipSpace()
    values += 1
    guard values <= Self.maximumValues else { throw fault("at most \(Self.maximumValues) values") }
    switch next {
    case UInt8(ascii: "{") where depth == Self.maximumDepth, UInt8(ascii: "[") where depth == Self.maximumDepth:
      throw fault("at most \(Self.maximumDepth) levels of nesting")
    case UInt8(ascii: "{"): return .object(try members(depth: depth))
    case UInt8(ascii: "["): return .array(try elements(depth: depth))
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "t"): return try literal("true", .flag(true))
    case UInt8(ascii: "f"): return try literal("false", .flag(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func literal(_ word: StaticString, _ value: JSON) throws(DenseError) -> JSON {
    for offset in 0..<word.utf8CodeUnitCount {
      guard take(word.utf8Start[offset]) else { throw fault("'\(word)'") }
    }
    return value
  }

  private mutating func elements(depth: Int) throws(DenseError) -> [JSON] {
    position += 1
    var elements: [JSON] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return elements }
    while true {
      elements.append(try value(depth: depth + 1))
      skipSpace()
      if take(UInt8(ascii: "]")) { return elements }
      guard take(UInt8(ascii: ",")) else { throw fault("',' or ']'") }
    }
  }

  private mutating func members(depth: Int) throws(DenseError) -> [JSON.Member] {
    position += 1
    var members: [JSON.Member] = []
    var names: Set<String> = []
    skipSpace()
    if take(UInt8(ascii: "}")) { return members }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw fault("the name of a member in quotes") }
      let start = position
      let name = try string()
      guard names.insert(name).inserted else {
        position = start
        throw DenseError(.fileFormat, "\(what): byte \(start): expected each name once, received '\(name)' again")
      }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw fault("':'") }
      members.append(JSON.Member(name, try value(depth: depth + 1)))
      skipSpace()
      if take(UInt8(ascii: "}")) { return members }
      guard take(UInt8(ascii: ",")) else { throw fault("',' or '}'") }
    }
  }
}

extension JSONParser {
  /// -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?
  private mutating func number() throws(DenseError) -> Double {
    let start = position
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits(position == start ? "a value" : "a digit") }
    if take(UInt8(ascii: ".")) { try digits("a digit") }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits("a digit")
    }
    // The longest number that anybody writes has about 25 characters.
    let length = position - start
    let text = String(decoding: bytes[start..<start + min(length, 400)], as: UTF8.self)
    guard length <= 400, let number = Double(text), number.isFinite else {
      throw DenseError(
        .fileFormat, "\(what): byte \(start): expected a number that is finite in double precision, received \(text)")
    }
    return number
  }

  private mutating func digits(_ expected: String) throws(DenseError) {
    guard let first = next, first >= 0x30, first <= 0x39 else { throw fault(expected) }
    while let byte = next, byte >= 0x30, byte <= 0x39 { position += 1 }
  }

  private mutating func string() throws(DenseError) -> String {
    let start = position
    position += 1
    var units: [UInt8] = []
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        guard let string = String(validating: units, as: UTF8.self) else {
          throw DenseError(.fileFormat, "\(what): byte \(start): expected a text in UTF-8, received other bytes")
        }
        return string
      case UInt8(ascii: "\\"):
        position += 1
        try escape(into: &units)
      case 0..<0x20:
        throw fault("no control character in a text")
      default:
        units.append(byte)
        position += 1
      }
    }
    throw fault("'\"' at the end of a text")
  }

  private mutating func escape(into units: inout [UInt8]) throws(DenseError) {
    let plain: UInt8? =
      switch next {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): next
      case UInt8(ascii: "b"): 0x08
      case UInt8(ascii: "f"): 0x0C
      case UInt8(ascii: "n"): 0x0A
      case UInt8(ascii: "r"): 0x0D
      case UInt8(ascii: "t"): 0x09
      default: nil
      }
    if let plain {
      units.append(plain)
      position += 1
      return
    }
    guard take(UInt8(ascii: "u")) else { throw fault("an escape of JSON") }
    var code = try hexadecimal()
    if (0xD800...0xDBFF).contains(code) {
      guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw fault("the second half of a pair") }
      let low = try hexadecimal()
      guard (0xDC00...0xDFFF).contains(low) else { throw fault("the second half of a pair") }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw fault("the first half of a pair before its second") }
    units.append(contentsOf: Array(String(Character(scalar)).utf8))
  }

  private mutating func hexadecimal() throws(DenseError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw fault("a hexadecimal digit")
      }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }
}
