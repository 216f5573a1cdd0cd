public import DenseCompute

/// The share of right answers, in the sense that the columns suggest, as Keras resolves it: with one output
/// `binary_accuracy`, with class indices as targets `sparse_categorical_accuracy`, else `categorical_accuracy`.
public struct Accuracy: Metric {
  public static let name = "accuracy"
  public static let aliases = ["acc"]

  public init() {}

  public func makeAccumulator(outputs: Int, targetColumns: Int) throws(DenseError) -> any MetricAccumulator {
    let metric: any Metric =
      if outputs == 1 { BinaryAccuracy() } else if targetColumns == 1 { SparseCategoricalAccuracy() } else {
        CategoricalAccuracy()
      }
    return try metric.makeAccumulator(outputs: outputs, targetColumns: targetColumns)
  }
}

extension Metric where Self == Accuracy {
  /// The share of right answers, in the sense that the columns suggest.
  public static var accuracy: Accuracy { Accuracy() }
}
