import DenseCompute
import Foundation
import XCTest

@testable import Dense

/// A case of a golden file: what Keras or PyTorch computed for given inputs.
struct GoldenCase {
  let content: JSON

  var name: String { get throws { try content.member("name", of: "case").text("name") } }
  var settings: [JSON.Member] { get throws { try content.member("settings", of: "case").members("settings") } }
  /// Name and settings, for messages.
  var title: String { "\((try? name) ?? "?") \(content["settings"]?.encoded ?? "?")" }

  func count(_ name: String) throws -> Int { try content.member(name, of: "case").count(name) }
  func number(_ name: String) throws -> Double { try content.member(name, of: "case").number(name) }
  func doubles(_ name: String) throws -> [Double] { try Self.doubles(content.member(name, of: "case")) }
  func floats(_ name: String) throws -> [Float] { try doubles(name).map { Float($0) } }
  func has(_ name: String) -> Bool { content[name] != nil && content[name] != .null }

  static func doubles(_ value: JSON) throws -> [Double] {
    var numbers: [Double] = []
    for element in try value.elements("numbers") { numbers.append(try element.number("number")) }
    return numbers
  }

  /// The kind that the case is about, with its settings.
  func make<Kind>(_ catalogue: Catalogue<Kind>) throws -> Kind {
    var settings: [(name: String, value: SettingValue)] = []
    for member in try self.settings { settings.append((member.name, try member.value.settingValue(member.name))) }
    return try catalogue.make(.object(name: name, settings: settings))
  }
}

/// The cases of the golden file `name`.
func goldenCases(_ name: String) throws -> [GoldenCase] {
  let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../golden/\(name).json").standardized
  let root = try JSONParser.parse(String(contentsOf: path, encoding: .utf8), what: name)
  let cases = try root.member("cases", of: name).elements("cases").map { GoldenCase(content: $0) }
  XCTAssertFalse(cases.isEmpty)
  return cases
}

/// The largest distance between two arrays, as a share of the largest expected magnitude.
func worstError(_ values: [Float], _ expected: [Double]) -> Double {
  XCTAssertEqual(values.count, expected.count)
  let scale = expected.reduce(1e-30) { max($0, abs($1)) }
  return zip(values, expected).reduce(0) { max($0, ($1.0.isNaN ? .infinity : abs(Double($1.0) - $1.1)) / scale) }
}

extension Array where Element == Float {
  /// The array as a matrix of `columns` columns, for the time of `body`.
  func withMatrix<Result>(columns: Int, _ body: (MatrixView) throws -> Result) rethrows -> Result {
    try withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return try body(MatrixView([0], rows: 0, columns: columns)) }
      return try body(MatrixView(base, rows: count / columns, columns: columns))
    }
  }

  mutating func withMutableMatrix<Result>(
    columns: Int, _ body: (MutableMatrixView) throws -> Result
  ) rethrows -> Result {
    let rows = count / columns
    return try withUnsafeMutableBufferPointer { buffer in
      try body(MutableMatrixView(buffer.baseAddress!, rows: rows, columns: columns))
    }
  }
}
