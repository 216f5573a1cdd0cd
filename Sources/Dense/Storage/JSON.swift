import DenseCompute

/// A JSON value. Objects keep the order of their members; no member's name occurs twice.
enum JSON: Sendable, Equatable {
  case null
  case flag(Bool)
  /// Always finite.
  case number(Double)
  case text(String)
  case array([JSON])
  case object([Member])

  struct Member: Sendable, Equatable {
    var name: String
    var value: JSON

    init(_ name: String, _ value: JSON) {
      self.name = name
      self.value = value
    }
  }

  /// What the value is, for messages.
  var noun: String {
    switch self {
    case .null: "null"
    case .flag: "a flag"
    case .number: "a number"
    case .text: "a text"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

// Reading a value whose shape is known. `what` names the value in the error, which has the code `fileFormat`.
extension JSON {
  /// The member called `name`, or nil where there is none.
  subscript(name: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  func members(_ what: String) throws(DenseError) -> [Member] {
    guard case .object(let members) = self else { throw mismatch(what, "an object") }
    return members
  }

  /// The member called `name`; throws where there is none.
  func member(_ name: String, of what: String) throws(DenseError) -> JSON {
    guard let member = try members(what).first(where: { $0.name == name }) else {
      throw DenseError(.fileFormat, "\(what): expected a member '\(name)', which is missing")
    }
    return member.value
  }

  func elements(_ what: String) throws(DenseError) -> [JSON] {
    guard case .array(let elements) = self else { throw mismatch(what, "an array") }
    return elements
  }

  func text(_ what: String) throws(DenseError) -> String {
    guard case .text(let text) = self else { throw mismatch(what, "a text") }
    return text
  }

  func number(_ what: String) throws(DenseError) -> Double {
    guard case .number(let number) = self else { throw mismatch(what, "a number") }
    return number
  }

  func flag(_ what: String) throws(DenseError) -> Bool {
    guard case .flag(let flag) = self else { throw mismatch(what, "true or false") }
    return flag
  }

  /// A whole number from 0 to 2^53, beyond which a JSON number is not exact.
  func count(_ what: String) throws(DenseError) -> Int {
    guard case .number(let number) = self, number >= 0, number <= 0x1p53, let count = Int(exactly: number) else {
      throw mismatch(what, "a whole number from 0 to 2^53")
    }
    return count
  }

  private func mismatch(_ what: String, _ expected: String) -> DenseError {
    let received = if case .number(let number) = self { "\(number)" } else { noun }
    return DenseError(.fileFormat, "\(what): expected \(expected), received \(received)")
  }
}
