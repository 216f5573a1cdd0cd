import DenseCompute
import Foundation
import XCTest

@testable import Dense

/// Losses against the same formulas in double precision, and their gradients against central differences of these.
final class LossTests: XCTestCase {
  /// A loss of one row as a function of the network's outputs, in double precision.
  private typealias Formula = (_ outputs: [Double], _ targets: [Double]) -> Double

  private func softmax(_ z: [Double]) -> [Double] {
    let largest = z.max() ?? 0
    let exponentials = z.map { exp($0 - largest) }
    return exponentials.map { $0 / exponentials.reduce(0, +) }
  }

  private func sigmoid(_ z: Double) -> Double { 1 / (1 + exp(-z)) }

  private func crossentropy(_ p: [Double], _ y: [Double]) -> Double {
    -zip(p, y).map { p, y in y == 0 ? 0 : y * log(p) }.reduce(0, +)
  }

  private func binary(_ p: [Double], _ y: [Double]) -> Double {
    -zip(p, y).map { p, y in y * log(p) + (1 - y) * log(1 - p) }.reduce(0, +) / Double(p.count)
  }

  private func smoothed(_ y: [Double], _ share: Double, towards even: Double) -> [Double] {
    y.map { $0 * (1 - share) + share * even }
  }

  /// The mean of a function of the errors.
  private func mean(_ p: [Double], _ y: [Double], of value: (Double) -> Double) -> Double {
    var sum = 0.0
    for (p, y) in zip(p, y) { sum += value(p - y) }
    return sum / Double(p.count)
  }

  private func normalized(_ p: [Double]) -> [Double] { p.map { $0 / p.reduce(0, +) } }

  private func oneHot(_ y: [Double], _ classes: Int) -> [Double] { (0..<classes).map { $0 == Int(y[0]) ? 1 : 0 } }

  /// Compares value and gradient; `logits` makes the fused form, whose gradient is that for the logits.
  private func check(
    _ loss: any Loss, outputs: [[Double]], targets: [[Double]], fused: Bool = false, line: UInt = #line,
    _ formula: Formula
  ) throws {
    let columns = outputs[0].count
    let weights: [Float] = (0..<outputs.count).map { 0.5 + Float($0) }
    let factor = loss.reduction.factor(rows: outputs.count)
    let predictions = fused ? outputs.map { $0.map { Double(Float($0)) } } : outputs
    let (value, gradient) = try evaluate(
      loss, predictions: predictions.flatMap { $0.map { Float($0) } },
      logits: fused ? outputs.flatMap { $0.map { Float($0) } } : nil, columns: columns,
      targets: targets.flatMap { $0.map { Float($0) } }, weights: weights)

    var expected = 0.0
    var slopes: [Double] = []
    let rounded = outputs.map { $0.map { Double(Float($0)) } }
    for (row, output) in rounded.enumerated() {
      let scale = Double(weights[row]) * factor
      expected += scale * formula(output, targets[row])
      for column in 0..<columns {
        var (above, below) = (output, output)
        let step = 1e-5
        above[column] += step
        below[column] -= step
        slopes.append(scale * (formula(above, targets[row]) - formula(below, targets[row])) / (2 * step))
      }
    }
    XCTAssertEqual(value, expected, accuracy: 2e-6 * max(0.1, abs(expected)), line: line)
    XCTAssertLessThan(worstError(gradient, slopes), 5e-6, "\(loss.name) \(gradient) \(slopes)", line: line)
  }

  private let real: [[Double]] = [[0.3, -1.2, 2.5], [-0.7, 0.1, 1.4], [3.1, -2.2, 0.45], [0.02, 0.9, -0.4]]
  private let probabilities: [[Double]] = [[0.3, 0.2, 0.5], [0.7, 0.1, 0.4], [0.9, 0.05, 0.3], [0.02, 0.9, 0.4]]
  private let wanted: [[Double]] = [[0, 0, 1], [1, 0, 0], [0.25, 0.5, 0.25], [0, 1, 0]]
  private let indices: [[Double]] = [[2], [0], [1], [1]]

  func testRegressionLosses() throws {
    let targets: [[Double]] = [[0, 1, 2], [-1.7, 0.3, -1], [3, 2, 1], [0, 0, 0]]
    for reduction in LossReduction.allCases {
      var squared = MeanSquaredError()
      squared.reduction = reduction
      try check(squared, outputs: real, targets: targets) { p, y in
        mean(p, y) { $0 * $0 }
      }
    }
    try check(MeanAbsoluteError(), outputs: real, targets: targets) { p, y in
      mean(p, y) { abs($0) }
    }
    for delta in [1.0, 0.25] {
      func value(_ error: Double) -> Double {
        abs(error) <= delta ? error * error / 2 : delta * (abs(error) - delta / 2)
      }
      try check(Huber(delta: delta), outputs: real, targets: targets) { p, y in
        mean(p, y, of: value)
      }
    }
  }

  func testCrossentropiesFromProbabilities() throws {
    for share in [0, 0.1] {
      try check(
        BinaryCrossentropy(fromLogits: false, labelSmoothing: share), outputs: probabilities, targets: wanted
      ) { p, y in binary(p, smoothed(y, share, towards: 0.5)) }
      try check(
        CategoricalCrossentropy(fromLogits: false, labelSmoothing: share), outputs: probabilities, targets: wanted
      ) { p, y in crossentropy(normalized(p), smoothed(y, share, towards: 1.0 / 3)) }
    }
    try check(SparseCategoricalCrossentropy(), outputs: probabilities, targets: indices) { p, y in
      crossentropy(normalized(p), oneHot(y, 3))
    }
  }

  func testCrossentropiesFromLogitsAndFused() throws {
    for (fromLogits, fused) in [(true, false), (false, true)] {
      for share in [0, 0.1] {
        try check(
          BinaryCrossentropy(fromLogits: fromLogits, labelSmoothing: share), outputs: real, targets: wanted,
          fused: fused
        ) { z, y in binary(z.map(sigmoid), smoothed(y, share, towards: 0.5)) }
        try check(
          CategoricalCrossentropy(fromLogits: fromLogits, labelSmoothing: share), outputs: real, targets: wanted,
          fused: fused
        ) { z, y in crossentropy(softmax(z), smoothed(y, share, towards: 1.0 / 3)) }
      }
      try check(
        SparseCategoricalCrossentropy(fromLogits: fromLogits), outputs: real, targets: indices, fused: fused
      ) { z, y in crossentropy(softmax(z), oneHot(y, 3)) }
    }
  }

  func testFusedActivations() {
    XCTAssertTrue(BinaryCrossentropy().fusedActivation == Sigmoid.self)
    XCTAssertTrue(CategoricalCrossentropy().fusedActivation == Softmax.self)
    XCTAssertTrue(SparseCategoricalCrossentropy().fusedActivation == Softmax.self)
    XCTAssertNil(BinaryCrossentropy(fromLogits: true).fusedActivation)
    XCTAssertNil(CategoricalCrossentropy(fromLogits: true).fusedActivation)
    XCTAssertNil(SparseCategoricalCrossentropy(fromLogits: true).fusedActivation)
    XCTAssertNil(MeanSquaredError().fusedActivation)
  }

  func testTheGradientOfMultipleMassIsExact() throws {
    // Targets that do not sum to one: the derivative is p * sum(y) - y, not p - y.
    try check(CategoricalCrossentropy(fromLogits: true), outputs: [real[0]], targets: [[1, 1, 0]]) { z, y in
      crossentropy(softmax(z), y)
    }
  }

  func testExtremeLogitsStayFinite() throws {
    for size: Float in [80, 1e4, 3e38] {
      let (value, gradient) = try evaluate(
        CategoricalCrossentropy(fromLogits: true), predictions: [size, -size, 0], columns: 3, targets: [0, 0, 1])
      XCTAssertEqual(value, Double(size), accuracy: 1e-6 * Double(size))
      XCTAssertEqual(gradient, [1, 0, -1])
      let binary = try evaluate(
        BinaryCrossentropy(fromLogits: true), predictions: [size, -size], columns: 2, targets: [0, 0])
      XCTAssertEqual(binary.value, Double(size) / 2, accuracy: 1e-6 * Double(size))
      XCTAssertEqual(binary.gradient[0], 0.5)
      XCTAssertEqual(binary.gradient[1], 0, accuracy: 1e-30)
    }
    let sure = try evaluate(
      SparseCategoricalCrossentropy(fromLogits: true), predictions: [12, 0], columns: 2, targets: [0])
    XCTAssertEqual(sure.value, log1p(exp(-12)), accuracy: 1e-7)
  }

  func testProbabilitiesAreClippedAsKerasClips() throws {
    let zero = try evaluate(BinaryCrossentropy(), predictions: [0], columns: 1, targets: [1])
    XCTAssertEqual(zero.value, -log(1e-7), accuracy: 1e-5)
    XCTAssertEqual(zero.gradient, [0])
    let sparse = try evaluate(SparseCategoricalCrossentropy(), predictions: [0, 3], columns: 2, targets: [0])
    XCTAssertEqual(sparse.value, -log(1e-7), accuracy: 1e-5)
  }

  func testNaNIsNotHidden() throws {
    for name in Catalogues.losses.names {
      for fromLogits in [0.0, 1.0] {
        var loss = try Catalogues.losses.make(name)
        if loss.settingNames.contains("from_logits") { try loss.set("from_logits", .number(fromLogits)) }
        let targets: [Float] = loss.targetColumns(outputs: 2) == 1 ? [0] : [1, 0]
        let (value, gradient) = try evaluate(loss, predictions: [0.5, .nan], columns: 2, targets: targets)
        XCTAssertTrue(value.isNaN, "\(name) \(fromLogits)")
        XCTAssertTrue(gradient[1].isNaN, "\(name) \(fromLogits)")
      }
    }
  }

  /// Sums over columns run in chains of which the last ones may have a value less.
  func testElementwiseLossesOfAnyWidth() throws {
    for columns in [1, 7, 8, 9, 16, 19] {
      let outputs = (0..<3).map { row in (0..<columns).map { sin(Double(row * 31 + $0 * 7)) * 2 } }
      let targets = outputs.map { $0.map { Double(Float(cos($0 * 5))) } }
      try check(MeanSquaredError(), outputs: outputs, targets: targets) { self.mean($0, $1) { $0 * $0 } }
      try check(MeanAbsoluteError(), outputs: outputs, targets: targets) { self.mean($0, $1) { abs($0) } }
    }
  }

  func testNaNIsNotHiddenByARowWithoutAWantedClass() throws {
    for fromLogits in [false, true] {
      let loss = CategoricalCrossentropy(fromLogits: fromLogits)
      XCTAssertTrue(try evaluate(loss, predictions: [0.5, .nan], columns: 2, targets: [0, 0]).value.isNaN)
    }
  }

  func testTargetsAreCheckedByRowAndValue() throws {
    func refused(
      _ loss: any Loss, _ targets: [Float], columns: Int, outputs: Int, _ parts: String..., line: UInt = #line
    ) {
      XCTAssertThrowsError(
        try targets.withMatrix(columns: columns) { try loss.check(targets: $0, outputs: outputs) }, line: line
      ) { error in
        let message = (error as? DenseError)?.message ?? ""
        for part in parts { XCTAssertTrue(message.contains(part), "'\(message)' lacks '\(part)'", line: line) }
      }
    }
    let sparse = SparseCategoricalCrossentropy()
    refused(sparse, [0, 1, 3], columns: 1, outputs: 3, "row 2", "0 to 2", "received 3.0")
    refused(sparse, [0, -1], columns: 1, outputs: 3, "row 1", "received -1.0")
    refused(sparse, [0.5], columns: 1, outputs: 3, "row 0", "received 0.5")
    refused(sparse, [.nan], columns: 1, outputs: 3, "row 0", "received nan")
    refused(CategoricalCrossentropy(), [0, 1, 0, 2], columns: 2, outputs: 2, "row 1", "column 1", "received 2.0")
    refused(CategoricalCrossentropy(), [1], columns: 1, outputs: 1, "at least 2 outputs", "binary_crossentropy")
    refused(BinaryCrossentropy(), [0, 1, -0.5], columns: 1, outputs: 1, "row 2", "from 0 to 1", "received -0.5")
    refused(MeanSquaredError(), [0, .infinity], columns: 2, outputs: 2, "row 0", "column 1", "finite", "inf")
    // The first one is named, wherever it stands in a wide row.
    var wide = [Float](repeating: 0.5, count: 2 * 19)
    (wide[19 + 16], wide[19 + 18]) = (.nan, -.infinity)
    refused(MeanSquaredError(), wide, columns: 19, outputs: 19, "row 1, column 16", "received nan")
    refused(BinaryCrossentropy(), wide, columns: 19, outputs: 19, "row 1, column 16", "received nan")
    XCTAssertNoThrow(try [Float(0), 2, 1].withMatrix(columns: 1) { try sparse.check(targets: $0, outputs: 3) })
  }
}
