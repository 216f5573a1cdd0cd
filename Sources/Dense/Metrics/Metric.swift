public import DenseCompute

/// A figure of merit over all rows seen since the last reset. Holds settings alone; an accumulator holds the sums.
public protocol Metric: Configurable {
  /// Whether a larger figure is a better one; true unless a kind says otherwise.
  static var improvesUpward: Bool { get }

  /// A fresh accumulator for predictions of `outputs` columns and targets of `targetColumns` columns.
  /// - Throws: `shapeMismatch` where the metric has no meaning for such columns.
  func makeAccumulator(outputs: Int, targetColumns: Int) throws(DenseError) -> any MetricAccumulator
}

/// The running state of a metric, in double precision. Rows are added one by one in ascending order, so that the
/// result does not depend on how they were cut into batches. One thread at a time may use an accumulator.
public protocol MetricAccumulator {
  /// Forgets every row.
  mutating func reset()
  /// Adds the rows of a batch: `predictions` rows x outputs, `targets` rows x target columns.
  mutating func update(predictions: MatrixView, targets: MatrixView)
  /// The figure over all rows since the last reset; NaN where no row was seen.
  var result: Double { get }
}

extension Metric {
  public static var improvesUpward: Bool { true }
  var improvesUpward: Bool { Self.improvesUpward }

  /// Throws where targets and outputs do not have the same number of columns.
  func requireSameColumns(outputs: Int, targetColumns: Int) throws(DenseError) {
    guard outputs == targetColumns else {
      throw DenseError(
        .shapeMismatch, "\(name): expected targets of \(outputs) columns like the outputs, received \(targetColumns)")
    }
  }
}
