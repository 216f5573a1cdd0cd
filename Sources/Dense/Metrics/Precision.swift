public import DenseCompute

/// The share of outputs that said yes and were right: true positives / (true + false positives).
/// Zero where there are none.
///
/// Counts run over all outputs together, as in Keras. Targets are 0 or 1 for each output, or, beyond Keras, one
/// column with the index of a class.
public struct Precision: RetrievalMetric {
  public static let name = "precision"
  public static let settings: [Setting<Self>] = retrievalSettings

  /// Which outputs say yes, and which count.
  public var retrieval = RetrievalSettings()

  public init() {}
  /// - Parameter retrieval: which outputs say yes, and which count.
  public init(_ retrieval: RetrievalSettings) { self.retrieval = retrieval }

  public func makeAccumulator(outputs: Int, targetColumns: Int) throws(DenseError) -> any MetricAccumulator {
    try retrievalAccumulator(outputs: outputs, targetColumns: targetColumns) { truePositives, falsePositives, _ in
      share(truePositives, of: truePositives + falsePositives)
    }
  }
}

extension Metric where Self == Precision {
  /// The share of outputs that said yes and were right: true positives / (true + false positives).
  public static func precision(threshold: Double? = nil, topK: Int? = nil, classID: Int? = nil) -> Precision {
    Precision(RetrievalSettings(threshold: threshold, topK: topK, classID: classID))
  }
}
