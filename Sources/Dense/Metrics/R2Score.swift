public import DenseCompute

/// The coefficient of determination: 1 - (sum of squared errors) / (sum of squared deviations of the targets from
/// their mean), for each output, then averaged over outputs.
///
/// An output whose targets are all equal scores 1 where it is met exactly, else 0.
public struct R2Score: Metric {
  public static let name = "r2_score"
  public static let aliases = ["r2"]
  public static let settings: [Setting<Self>] = [.choice("class_aggregation", \.aggregation)]

  /// How the scores of several outputs become one.
  public enum Aggregation: String, CaseIterable, Sendable {
    /// The plain mean.
    case uniform = "uniform_average"
    /// The mean weighted by the variance of each output's targets.
    case varianceWeighted = "variance_weighted_average"
  }

  /// How the scores of several outputs become one.
  public var aggregation = Aggregation.uniform

  public init() {}
  /// - Parameter aggregation: how the scores of several outputs become one.
  public init(aggregation: Aggregation) { self.aggregation = aggregation }

  public func makeAccumulator(outputs: Int, targetColumns: Int) throws(DenseError) -> any MetricAccumulator {
    try requireSameColumns(outputs: outputs, targetColumns: targetColumns)
    return R2Accumulator(outputs: outputs, aggregation: aggregation)
  }
}

/// Running sums of each output. Deviations follow Welford's recurrence, which keeps its digits where targets lie far
/// from zero.
private struct R2Accumulator: MetricAccumulator {
  let aggregation: R2Score.Aggregation
  private var rows = 0
  private var means: [Double]
  private var deviations: [Double]
  private var errors: [Double]

  init(outputs: Int, aggregation: R2Score.Aggregation) {
    self.aggregation = aggregation
    means = Array(repeating: 0, count: outputs)
    deviations = means
    errors = means
  }

  mutating func reset() {
    rows = 0
    for output in means.indices { (means[output], deviations[output], errors[output]) = (0, 0, 0) }
  }

  mutating func update(predictions: MatrixView, targets: MatrixView) {
    for row in 0..<targets.rows {
      rows += 1
      for output in means.indices {
        let target = Double(targets.row(row)[output])
        let error = target - Double(predictions.row(row)[output])
        let distance = target - means[output]
        means[output] += distance / Double(rows)
        deviations[output] += distance * (target - means[output])
        errors[output] += error * error
      }
    }
  }

  var result: Double {
    guard rows > 0 else { return .nan }
    let total = deviations.reduce(0, +)
    guard aggregation == .varianceWeighted, total > 0 else {
      return means.indices.reduce(0) { $0 + score($1) } / Double(means.count)
    }
    return means.indices.reduce(0) { $0 + score($1) * deviations[$1] } / total
  }

  private func score(_ output: Int) -> Double {
    deviations[output] == 0 ? (errors[output] == 0 ? 1 : 0) : 1 - errors[output] / deviations[output]
  }
}

extension Metric where Self == R2Score {
  /// The coefficient of determination, averaged over outputs.
  public static func r2Score(aggregation: R2Score.Aggregation = .uniform) -> R2Score {
    R2Score(aggregation: aggregation)
  }
}
