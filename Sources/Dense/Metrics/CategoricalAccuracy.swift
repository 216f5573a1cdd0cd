public import DenseCompute

/// The share of rows whose largest output stands in the column of the largest target.
public struct CategoricalAccuracy: Metric {
  public static let name = "categorical_accuracy"

  public init() {}

  public func makeAccumulator(outputs: Int, targetColumns: Int) throws(DenseError) -> any MetricAccumulator {
    try requireSameColumns(outputs: outputs, targetColumns: targetColumns)
    return RowMean { predictions, targets in
      largestColumn(predictions, count: outputs) == largestColumn(targets, count: outputs) ? 1 : 0
    }
  }
}

extension Metric where Self == CategoricalAccuracy {
  /// The share of rows whose largest output stands in the column of the largest target.
  public static var categoricalAccuracy: CategoricalAccuracy { CategoricalAccuracy() }
}
