public import DenseCompute

/// The mean over all elements of |e|, where e = prediction - target.
public struct MeanAbsoluteErrorMetric: Metric {
  public static let name = "mean_absolute_error"
  public static let aliases = ["mae"]
  public static let improvesUpward = false

  public init() {}

  public func makeAccumulator(outputs: Int, targetColumns: Int) throws(DenseError) -> any MetricAccumulator {
    try requireSameColumns(outputs: outputs, targetColumns: targetColumns)
    return RowMean(outputs: outputs) { abs($0) }
  }
}

extension Metric where Self == MeanAbsoluteErrorMetric {
  /// The mean over all elements of |e|, where e = prediction - target.
  public static var meanAbsoluteError: MeanAbsoluteErrorMetric { MeanAbsoluteErrorMetric() }
}
