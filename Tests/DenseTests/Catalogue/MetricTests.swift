import DenseCompute
import XCTest

@testable import Dense

/// Metrics against results worked out by hand.
final class MetricTests: XCTestCase {
  private func result(
    _ metric: any Metric, _ predictions: [Float], columns: Int, _ targets: [Float], targetColumns: Int? = nil
  ) throws -> Double {
    var accumulator = try metric.makeAccumulator(outputs: columns, targetColumns: targetColumns ?? columns)
    XCTAssertTrue(accumulator.result.isNaN, "no row was seen yet")
    predictions.withMatrix(columns: columns) { predictions in
      targets.withMatrix(columns: targetColumns ?? columns) { targets in
        accumulator.update(predictions: predictions, targets: targets)
      }
    }
    return accumulator.result
  }

  func testAccuracyFollowsTheColumns() throws {
    XCTAssertEqual(try result(Accuracy(), [0.2, 0.7, 0.5, 0.9], columns: 1, [0, 1, 1, 0]), 0.5)
    let scores: [Float] = [0.1, 0.7, 0.2, 0.4, 0.4, 0.2, 0.0, 0.1, 0.9]
    XCTAssertEqual(try result(Accuracy(), scores, columns: 3, [1, 0, 0], targetColumns: 1), 2.0 / 3)
    XCTAssertEqual(try result(Accuracy(), scores, columns: 3, [0, 1, 0, 0, 1, 0, 0, 0, 1]), 2.0 / 3)
  }

  func testErrorsOverAllElements() throws {
    XCTAssertEqual(try result(MeanSquaredErrorMetric(), [1, 2, 3, 4], columns: 2, [0, 2, 3, 1]), 2.5)
    XCTAssertEqual(try result(MeanAbsoluteErrorMetric(), [1, 2, 3, 4], columns: 2, [0, 2, 3, 1]), 1)
  }

  func testR2() throws {
    XCTAssertEqual(try result(R2Score(), [1, 2, 3], columns: 1, [1, 2, 3]), 1)
    XCTAssertEqual(try result(R2Score(), [2, 2, 2], columns: 1, [1, 2, 3]), 0)
    XCTAssertEqual(try result(R2Score(), [5, 5], columns: 1, [5, 5]), 1, "constant targets, met")
    XCTAssertEqual(try result(R2Score(), [5, 6], columns: 1, [5, 5]), 0, "constant targets, missed")
    // Targets far from zero: their deviations must not drown.
    XCTAssertEqual(
      try result(R2Score(), [1_000_001, 1_000_002, 1_000_004], columns: 1, [1_000_001, 1_000_002, 1_000_003]), 0.5)
    // Outputs with deviations 2 and 8 and scores 1 and 0.
    let predictions: [Float] = [1, 4, 2, 4, 3, 4]
    let targets: [Float] = [1, 2, 2, 4, 3, 6]
    XCTAssertEqual(try result(R2Score(aggregation: .uniform), predictions, columns: 2, targets), 0.5)
    XCTAssertEqual(try result(R2Score(aggregation: .varianceWeighted), predictions, columns: 2, targets), 0.2)
  }

  func testPrecisionAndRecall() throws {
    let scores: [Float] = [0.9, 0.8, 0.3, 0.6, 0.1]
    let targets: [Float] = [1, 0, 1, 1, 0]
    XCTAssertEqual(try result(Precision(), scores, columns: 1, targets), 2.0 / 3)
    XCTAssertEqual(try result(Recall(), scores, columns: 1, targets), 2.0 / 3)
    XCTAssertEqual(try result(.precision(threshold: 0.7), scores, columns: 1, targets), 0.5)
    XCTAssertEqual(try result(.recall(threshold: 0.7), scores, columns: 1, targets), 1.0 / 3)
    XCTAssertEqual(try result(Precision(), [0.1, 0.2], columns: 1, [1, 1]), 0, "nothing said yes")
  }

  func testTopKAndClass() throws {
    let scores: [Float] = [0.1, 0.2, 0.3, 0.3, 0.3, 0.1]
    let targets: [Float] = [0, 1, 0, 0, 1, 0]
    XCTAssertEqual(try result(.recall(topK: 2), scores, columns: 3, targets), 1)
    XCTAssertEqual(try result(.precision(topK: 2), scores, columns: 3, targets), 0.5)
    XCTAssertEqual(try result(.recall(topK: 1), scores, columns: 3, targets), 0, "the first of equal ones wins")
    XCTAssertEqual(try result(.precision(topK: 1, classID: 1), scores, columns: 3, targets), 0)
    XCTAssertEqual(try result(.recall(threshold: 0.25, classID: 1), scores, columns: 3, targets), 0.5)
    XCTAssertThrowsError(try result(.recall(topK: 4), scores, columns: 3, targets))
    XCTAssertThrowsError(try result(.recall(classID: 3), scores, columns: 3, targets))
  }

  func testF1() throws {
    // Class 0: 1 right, 1 missed; class 1: 1 right, 1 wrong; class 2: 1 right.
    let scores: [Float] = [0.8, 0.1, 0.1, 0.2, 0.7, 0.1, 0.1, 0.6, 0.3, 0.0, 0.1, 0.9]
    let oneHot: [Float] = [1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]
    let f1 = [2.0 / 3, 2.0 / 3, 1.0]
    for (targets, columns) in [(oneHot, 3), ([Float](arrayLiteral: 0, 0, 1, 2), 1)] {
      func score(_ average: F1Score.Average) throws -> Double {
        try result(.f1Score(average: average), scores, columns: 3, targets, targetColumns: columns)
      }
      XCTAssertEqual(try score(.macro), f1.reduce(0, +) / 3, accuracy: 1e-15)
      XCTAssertEqual(try score(.micro), 0.75, accuracy: 1e-15)
      XCTAssertEqual(try score(.weighted), (2 * f1[0] + f1[1] + f1[2]) / 4, accuracy: 1e-15)
    }
    XCTAssertEqual(try result(F1Score(), [0.9, 0.8, 0.3, 0.6], columns: 1, [1, 0, 1, 1]), 2.0 / 3, accuracy: 1e-15)
  }

  func testColumnsThatMakeNoSenseAreRefused() {
    for name in Catalogues.metrics.names {
      XCTAssertThrowsError(try Catalogues.metrics.make(name).makeAccumulator(outputs: 3, targetColumns: 2)) { error in
        XCTAssertEqual((error as? DenseError)?.code, .shapeMismatch)
        XCTAssertEqual((error as? DenseError)?.message.contains("received 2"), true, "\(error)")
      }
    }
  }
}
