public import DenseCompute

/// The share of outputs that should say yes and did: true positives / (true positives + false negatives).
/// Zero where there are none.
///
/// Counts run over all outputs together, as in Keras. Targets are 0 or 1 for each output, or, beyond Keras, one
/// column with the index of a class.
public struct Recall: RetrievalMetric {
  public static let name = "recall"
  public static let settings: [Setting<Self>] = retrievalSettings

  /// Which outputs say yes, and which count.
  public var retrieval = RetrievalSettings()

  public init() {}
  /// - Parameter retrieval: which outputs say yes, and which count.
  public init(_ retrieval: RetrievalSettings) { self.retrieval = retrieval }

  public func makeAccumulator(outputs: Int, targetColumns: Int) throws(DenseError) -> any MetricAccumulator {
    try retrievalAccumulator(outputs: outputs, targetColumns: targetColumns) { truePositives, _, falseNegatives in
      share(truePositives, of: truePositives + falseNegatives)
    }
  }
}

extension Metric where Self == Recall {
  /// The share of outputs that should say yes and did: true positives / (true positives + false negatives).
  public static func recall(threshold: Double? = nil, topK: Int? = nil, classID: Int? = nil) -> Recall {
    Recall(RetrievalSettings(threshold: threshold, topK: topK, classID: classID))
  }
}
