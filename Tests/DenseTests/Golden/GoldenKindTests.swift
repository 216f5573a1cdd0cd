import DenseCompute
import XCTest

@testable import Dense

/// Every kind of the catalogue against what Keras and PyTorch compute.
final class GoldenKindTests: XCTestCase {
  func testActivations() throws {
    for golden in try goldenCases("activations") {
      let kernel = try golden.make(Catalogues.activations).kernel
      let columns = try golden.count("columns")
      let inputs = try golden.floats("inputs")
      var outputs = inputs
      var gradients = inputs
      try inputs.withMatrix(columns: columns) { z in
        outputs.withMutableMatrix(columns: columns) { kernel.forward(z, into: $0) }
        try outputs.withMatrix(columns: columns) { a in
          try golden.floats("output_gradient").withMatrix(columns: columns) { da in
            gradients.withMutableMatrix(columns: columns) { kernel.backward(z: z, a: a, outputGradient: da, into: $0) }
          }
        }
      }
      let title = golden.title
      for (value, expected) in zip(outputs, try golden.doubles("outputs")) {
        XCTAssertEqual(Double(value), expected, accuracy: 1e-6 * max(1, abs(expected)), title)
      }
      for (value, expected) in zip(gradients, try golden.doubles("input_gradient")) {
        XCTAssertEqual(Double(value), expected, accuracy: 2e-6 * max(1, abs(expected)), title)
      }
    }
  }

  func testLosses() throws {
    for golden in try goldenCases("losses") {
      let loss = try golden.make(Catalogues.losses)
      let columns = try golden.count("columns")
      let targets = try golden.floats("targets")
      let predictions = try golden.floats("predictions")
      let weights = golden.has("sample_weights") ? try golden.floats("sample_weights") : nil
      XCTAssertEqual(loss.targetColumns(outputs: columns), try golden.count("target_columns"))
      let (value, gradient) = try evaluate(
        loss, predictions: predictions, columns: columns, targets: targets, weights: weights)
      let expected = try golden.number("value")
      XCTAssertEqual(value, expected, accuracy: 1e-6 * max(1e-2, abs(expected)), golden.title)
      XCTAssertLessThan(worstError(gradient, try golden.doubles("gradient")), 2e-6, golden.title)
    }
  }

  func testRegularizers() throws {
    for golden in try goldenCases("regularizers") {
      let regularizer = try golden.make(Catalogues.regularizers)
      let weights = try golden.floats("weights")
      var gradient: [Float] = Array(repeating: 1, count: weights.count)
      XCTAssertEqual(
        regularizer.penalty(weights, count: weights.count), try golden.number("value"), accuracy: 1e-6,
        golden.title)
      regularizer.addGradient(weights, to: &gradient, count: weights.count)
      // The gradient is added to what was there.
      XCTAssertLessThan(worstError(gradient, try golden.doubles("gradient").map { $0 + 1 }), 1e-6, golden.title)
    }
  }

  func testMetrics() throws {
    for golden in try goldenCases("metrics") {
      let columns = try golden.count("columns")
      let targetColumns = try golden.count("target_columns")
      var accumulator = try golden.make(Catalogues.metrics).makeAccumulator(
        outputs: columns, targetColumns: targetColumns)
      let batches = try GoldenCase.doubles(golden.content.member("batches", of: "case")).map { Int($0) }
      try golden.floats("predictions").withMatrix(columns: columns) { predictions in
        try golden.floats("targets").withMatrix(columns: targetColumns) { targets in
          var row = 0
          for (rows, expected) in zip(batches, try golden.doubles("results")) {
            accumulator.update(
              predictions: predictions.rows(row..<row + rows), targets: targets.rows(row..<row + rows))
            XCTAssertEqual(accumulator.result, expected, accuracy: 1e-6, golden.title)
            row += rows
          }
          let result = accumulator.result
          accumulator.reset()
          XCTAssertTrue(accumulator.result.isNaN)
          accumulator.update(predictions: predictions, targets: targets)
          XCTAssertEqual(accumulator.result, result, "the cut into batches must not matter: \(golden.title)")
        }
      }
    }
  }

  func testOptimizers() throws {
    for golden in try goldenCases("optimizers") {
      let optimizer = try golden.make(Catalogues.optimizers)
      let sizes = try golden.doubles("sizes").map { Int($0) }
      var weights = try golden.floats("weights")
      var slots = optimizer.slots.map { _ in [Float](repeating: 0, count: weights.count) }
      let expected = try golden.content.member("weights_after_steps", of: "case")
      for (step, gradient) in try golden.content.member("gradients", of: "case").elements("gradients").enumerated() {
        var gradient = try GoldenCase.doubles(gradient).map { Float($0) }
        optimizer.common.clip(&gradient, parameters: [0..<sizes[0], sizes[0]..<sizes[0] + sizes[1]])
        optimizer.update(weights: &weights, gradients: &gradient, slots: &slots, iteration: step + 1)
        guard let wanted = expected["\(step + 1)"] else { continue }
        XCTAssertLessThan(worstError(weights, try GoldenCase.doubles(wanted)), 1e-6, "\(golden.title) \(step + 1)")
      }
    }
  }

  func testInitializers() throws {
    for golden in try goldenCases("initializers") {
      let rows = try golden.count("rows")
      let columns = try golden.count("columns")
      var values = [Float](repeating: .nan, count: rows * columns)
      try golden.make(Catalogues.initializers).fill(
        &values, rows: rows, columns: columns, fanIn: rows, fanOut: columns, random: RandomStream(seed: 7, stream: 3))
      let title = golden.title
      let count = Double(values.count)
      let mean = values.reduce(0) { $0 + Double($1) } / count
      let deviation = (values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count).squareRoot()
      let wanted = try golden.number("standard_deviation")
      // Five standard errors of the mean and of the deviation.
      XCTAssertEqual(mean, try golden.number("mean"), accuracy: 5 * wanted / count.squareRoot() + 1e-7, title)
      XCTAssertEqual(deviation, wanted, accuracy: 5 * wanted / (2 * count).squareRoot() + 1e-7, title)
      if golden.has("minimum"), golden.has("maximum") {
        let (low, high) = (try golden.number("minimum"), try golden.number("maximum"))
        XCTAssertGreaterThanOrEqual(Double(values.min() ?? .nan), low - 1e-6 * abs(low), title)
        XCTAssertLessThanOrEqual(Double(values.max() ?? .nan), high + 1e-6 * abs(high), title)
        XCTAssertGreaterThanOrEqual(Double(values.max() ?? .nan), high - 0.01 * abs(high), title)
      }
    }
  }
}

extension Optimizer {
  /// One step over arrays.
  func update(weights: inout [Float], gradients: inout [Float], slots: inout [[Float]], iteration: Int) {
    let count = weights.count
    // At least one float, so that there is an address.
    var flat = slots.reduce([], +) + [0]
    weights.withUnsafeMutableBufferPointer { weights in
      gradients.withUnsafeMutableBufferPointer { gradients in
        flat.withUnsafeMutableBufferPointer { flat in
          let arrays = OptimizerArrays(
            weights: weights.baseAddress!, gradients: gradients.baseAddress!, slots: flat.baseAddress!,
            slotDistance: count, count: count)
          XCTAssertTrue(kernel(iteration: iteration).update(arrays))
        }
      }
    }
    slots = slots.indices.map { Array(flat[$0 * count..<($0 + 1) * count]) }
  }
}

/// The loss of a batch as its reduction says, and its derivative.
func evaluate(
  _ loss: any Loss, predictions: [Float], logits: [Float]? = nil, columns: Int, targets: [Float],
  weights: [Float]? = nil
) throws -> (value: Double, gradient: [Float]) {
  let rows = predictions.count / columns
  let factor = loss.reduction.factor(rows: rows)
  var gradient = [Float](repeating: .nan, count: predictions.count)
  let sum = try predictions.withMatrix(columns: columns) { predictions in
    try targets.withMatrix(columns: targets.count / rows) { targets in
      try loss.check(targets: targets, outputs: columns)
      return (logits ?? []).withMatrix(columns: columns) { logitView in
        (weights ?? []).withMatrix(columns: 1) { weightView in
          gradient.withMutableMatrix(columns: columns) { gradient in
            loss.evaluate(
              LossBatch(
                predictions: predictions, logits: logits == nil ? nil : logitView, targets: targets,
                sampleWeights: weights == nil ? nil : weightView.pointer),
              gradient: gradient, scale: Float(factor))
          }
        }
      }
    }
  }
  return (sum * factor, gradient)
}
