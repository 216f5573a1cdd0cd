public import DenseCompute

/// The share of outputs that lie on the same side of a threshold as their target, which is 0 or 1.
public struct BinaryAccuracy: Metric {
  public static let name = "binary_accuracy"
  public static let settings: [Setting<Self>] = [.number("threshold", \.threshold, in: .finite)]

  /// Outputs above it say 1.
  public var threshold = 0.5

  public init() {}
  /// - Parameter threshold: outputs above it say 1.
  public init(threshold: Double) { self.threshold = threshold }

  public func makeAccumulator(outputs: Int, targetColumns: Int) throws(DenseError) -> any MetricAccumulator {
    try requireSameColumns(outputs: outputs, targetColumns: targetColumns)
    let threshold = Float(threshold)
    return RowMean { predictions, targets in
      var right = 0
      for column in 0..<outputs where targets[column] == (predictions[column] > threshold ? 1 : 0) { right += 1 }
      return Double(right) / Double(outputs)
    }
  }
}

extension Metric where Self == BinaryAccuracy {
  /// The share of outputs that lie on the same side of a threshold as their target.
  public static func binaryAccuracy(threshold: Double = 0.5) -> BinaryAccuracy { BinaryAccuracy(threshold: threshold) }
}
