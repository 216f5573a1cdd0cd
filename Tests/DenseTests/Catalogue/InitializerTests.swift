import DenseCompute
import XCTest

@testable import Dense

/// What the statistics in the golden files do not say of initializers.
final class InitializerTests: XCTestCase {
  private func fill(
    _ initializer: any Initializer, rows: Int = 40, columns: Int = 25, seed: UInt64 = 1, stream: UInt64 = 0
  ) -> [Float] {
    var values = [Float](repeating: .nan, count: rows * columns)
    initializer.fill(
      &values, rows: rows, columns: columns, fanIn: rows, fanOut: columns,
      random: RandomStream(seed: seed, stream: stream))
    return values
  }

  func testEveryInitializerFillsEveryElementAndRepeats() throws {
    for name in Catalogues.initializers.names {
      let initializer = try Catalogues.initializers.make(name)
      let values = fill(initializer)
      XCTAssertTrue(values.allSatisfy(\.isFinite), name)
      XCTAssertEqual(values, fill(initializer), name)
      XCTAssertEqual(fill(initializer, rows: 0), [], name)
      guard initializer.settingNames.contains("seed") else { continue }
      XCTAssertNotEqual(values, fill(initializer, seed: 2), name)
      XCTAssertNotEqual(values, fill(initializer, stream: 1), name)
    }
  }

  func testASeedOfItsOwnTakesThePlaceOfTheNetworks() throws {
    for name in Catalogues.initializers.names {
      var initializer = try Catalogues.initializers.make(name)
      guard initializer.settingNames.contains("seed") else { continue }
      try initializer.set("seed", .number(5))
      let values = fill(initializer)
      XCTAssertEqual(values, fill(initializer, seed: 2, stream: 9), name)
      try initializer.set("seed", .number(6))
      XCTAssertNotEqual(values, fill(initializer), name)
      XCTAssertThrowsError(try initializer.set("seed", .number(-1)))
      XCTAssertThrowsError(try initializer.set("seed", .number(0.5)))
    }
  }

  func testTruncatedNormalsAreCutAtTwoDeviations() {
    let values = fill(.truncatedNormal(mean: 1, standardDeviation: 0.5), rows: 500, columns: 100)
    XCTAssertGreaterThanOrEqual(values.min() ?? 0, 0)
    XCTAssertLessThanOrEqual(values.max() ?? 9, 2)
    XCTAssertGreaterThan(values.max() ?? 0, 1.99)
  }

  func testFansOfZeroCountAsOne() {
    var value = [Float](repeating: 0, count: 1)
    HeUniform().fill(
      &value, rows: 1, columns: 1, fanIn: 0, fanOut: 0, random: RandomStream(seed: 1, stream: 0))
    XCTAssertTrue(value[0].isFinite && abs(value[0]) <= 2.4494898)
  }

  func testConstants() {
    XCTAssertEqual(Set(fill(.zeros)), [0])
    XCTAssertEqual(Set(fill(.ones)), [1])
    XCTAssertEqual(Set(fill(.constant(0.25))), [0.25])
  }
}
