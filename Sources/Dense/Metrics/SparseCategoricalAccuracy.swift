public import DenseCompute

/// The share of rows whose largest output stands in the column that the target names.
public struct SparseCategoricalAccuracy: Metric {
  public static let name = "sparse_categorical_accuracy"

  public init() {}

  public func makeAccumulator(outputs: Int, targetColumns: Int) throws(DenseError) -> any MetricAccumulator {
    guard targetColumns == 1 else {
      throw DenseError(
        .shapeMismatch,
        "\(name): expected targets of 1 column, the index of a class, received \(targetColumns) columns")
    }
    return RowMean { predictions, targets in
      Float(largestColumn(predictions, count: outputs)) == targets[0] ? 1 : 0
    }
  }
}

extension Metric where Self == SparseCategoricalAccuracy {
  /// The share of rows whose largest output stands in the column that the target names.
  public static var sparseCategoricalAccuracy: SparseCategoricalAccuracy { SparseCategoricalAccuracy() }
}
