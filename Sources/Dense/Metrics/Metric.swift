public import DenseCompute

/// A figure of merit over all rows seen since the last reset.
public protocol Metric: Configurable {
  /// Columns of a target row for a network of `outputs` units.
  func targetColumns(outputs: Int) -> Int
  /// A fresh accumulator for predictions of `outputs` columns. Throws `shapeMismatch` where the metric has no meaning for them.
  func makeAccumulator(outputs: Int) throws(DenseError) -> any MetricAccumulator
}

/// The running state of a metric.
public protocol MetricAccumulator {
  mutating func reset()
  /// Adds the rows of a batch.
  mutating func update(predictions: MatrixView, targets: MatrixView)
  /// The figure over all rows since the last reset; NaN where no row was seen.
  var result: Double { get }
}
