public import DenseCompute

/// The harmonic mean of precision and recall, 2 tp / (2 tp + fp + fn), for each output, then averaged over outputs.
///
/// Without a threshold the largest output of a row says yes, as in Keras; a single output is held against 0.5, where
/// Keras would take every row for a yes. Keras's `average=None`, one score for each output, is not one number, so the
/// default here is `macro`. Targets are 0 or 1 for each output, or, beyond Keras, one column with the index of a class.
public struct F1Score: Metric {
  public static let name = "f1_score"
  public static let aliases = ["f1"]
  public static let settings: [Setting<Self>] = [
    .choice("average", \.average),
    .optionalNumber("threshold", \.threshold, in: .finite),
  ]

  /// How the scores of several outputs become one.
  public enum Average: String, CaseIterable, Sendable {
    /// The plain mean.
    case macro
    /// One score from the counts of all outputs together.
    case micro
    /// The mean weighted by how often each output should say yes.
    case weighted
  }

  /// How the scores of several outputs become one.
  public var average = Average.macro
  /// Outputs above it say yes.
  public var threshold: Double?

  public init() {}
  /// See the properties.
  public init(average: Average, threshold: Double? = nil) {
    self.average = average
    self.threshold = threshold
  }

  public func makeAccumulator(outputs: Int, targetColumns: Int) throws(DenseError) -> any MetricAccumulator {
    try requireSameOrSparseColumns(outputs: outputs, targetColumns: targetColumns)
    return F1Accumulator(
      average: average, threshold: threshold.map { Float($0) } ?? (outputs == 1 ? 0.5 : nil),
      counts: ConfusionCounts(outputs: outputs, targetColumns: targetColumns))
  }
}

private struct F1Accumulator: MetricAccumulator {
  let average: F1Score.Average
  let threshold: Float?
  var counts: ConfusionCounts

  mutating func reset() { counts.reset() }

  mutating func update(predictions: MatrixView, targets: MatrixView) {
    for row in 0..<predictions.rows {
      let values = predictions.row(row)
      if let threshold {
        counts.add(targets.row(row)) { values[$0] > threshold }
      } else {
        let largest = values[largestColumn(values, count: predictions.columns)]
        // A row of zeros says nothing; the bound is Keras's.
        counts.add(targets.row(row)) { values[$0] >= largest && abs(values[$0]) > 1e-9 }
      }
    }
  }

  var result: Double {
    guard counts.rows > 0 else { return .nan }
    if average == .micro {
      return Self.score(
        counts.truePositives.reduce(0, +), counts.falsePositives.reduce(0, +), counts.falseNegatives.reduce(0, +))
    }
    let outputs = 0..<counts.outputs
    guard average == .weighted else { return outputs.reduce(0) { $0 + score($1) } / Double(outputs.count) }
    return share(
      outputs.reduce(0) { $0 + score($1) * support($1) }, of: outputs.reduce(0) { $0 + support($1) })
  }

  private func score(_ output: Int) -> Double {
    Self.score(counts.truePositives[output], counts.falsePositives[output], counts.falseNegatives[output])
  }

  /// Rows in which the output should have said yes.
  private func support(_ output: Int) -> Double { counts.truePositives[output] + counts.falseNegatives[output] }

  private static func score(_ tp: Double, _ fp: Double, _ fn: Double) -> Double {
    share(2 * tp, of: 2 * tp + fp + fn)
  }
}

extension Metric where Self == F1Score {
  /// The harmonic mean of precision and recall.
  public static func f1Score(average: F1Score.Average = .macro, threshold: Double? = nil) -> F1Score {
    F1Score(average: average, threshold: threshold)
  }
}
