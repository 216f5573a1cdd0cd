public import DenseCompute

/// The mean over all elements of e^2, where e = prediction - target.
public struct MeanSquaredErrorMetric: Metric {
  public static let name = "mean_squared_error"
  public static let aliases = ["mse"]
  public static let improvesUpward = false

  public init() {}

  public func makeAccumulator(outputs: Int, targetColumns: Int) throws(DenseError) -> any MetricAccumulator {
    try requireSameColumns(outputs: outputs, targetColumns: targetColumns)
    return RowMean(outputs: outputs) { $0 * $0 }
  }
}

extension Metric where Self == MeanSquaredErrorMetric {
  /// The mean over all elements of e^2, where e = prediction - target.
  public static var meanSquaredError: MeanSquaredErrorMetric { MeanSquaredErrorMetric() }
}
