import DenseCompute

/// What precision and recall share: which outputs count as "yes", and which outputs count at all.
public struct RetrievalSettings: Sendable, Equatable {
  /// Outputs above it say yes. None means 0.5, or no bound where `topK` is given.
  public var threshold: Double?
  /// Only the largest `topK` outputs of a row can say yes.
  public var topK: Int?
  /// Only this output counts.
  public var classID: Int?

  /// See the properties.
  public init(threshold: Double? = nil, topK: Int? = nil, classID: Int? = nil) {
    self.threshold = threshold
    self.topK = topK
    self.classID = classID
  }
}

/// Precision or recall.
protocol RetrievalMetric: Metric {
  var retrieval: RetrievalSettings { get set }
}

extension RetrievalMetric {
  static var retrievalSettings: [Setting<Self>] {
    [
      .optionalNumber("thresholds", \.retrieval.threshold, in: .finite),
      .optionalInteger("top_k", \.retrieval.topK, in: 1...Int(Int32.max)),
      .optionalInteger("class_id", \.retrieval.classID, in: 0...Int(Int32.max)),
    ]
  }

  func retrievalAccumulator(
    outputs: Int, targetColumns: Int, figure: @escaping (_ tp: Double, _ fp: Double, _ fn: Double) -> Double
  ) throws(DenseError) -> any MetricAccumulator {
    try requireSameOrSparseColumns(outputs: outputs, targetColumns: targetColumns)
    if let topK = retrieval.topK, topK > outputs {
      throw DenseError(.shapeMismatch, "\(name): expected top_k of at most \(outputs), the outputs, received \(topK)")
    }
    if let classID = retrieval.classID, classID >= outputs {
      throw DenseError(.shapeMismatch, "\(name): expected class_id below \(outputs), the outputs, received \(classID)")
    }
    return RetrievalAccumulator(
      settings: retrieval, counts: ConfusionCounts(outputs: outputs, targetColumns: targetColumns), figure: figure)
  }
}

private struct RetrievalAccumulator: MetricAccumulator {
  let settings: RetrievalSettings
  var counts: ConfusionCounts
  let figure: (_ tp: Double, _ fp: Double, _ fn: Double) -> Double

  mutating func reset() { counts.reset() }

  mutating func update(predictions: MatrixView, targets: MatrixView) {
    let threshold = settings.threshold.map { Float($0) } ?? (settings.topK == nil ? 0.5 : -.infinity)
    for row in 0..<predictions.rows {
      let values = predictions.row(row)
      guard let topK = settings.topK else {
        counts.add(targets.row(row)) { values[$0] > threshold }
        continue
      }
      counts.add(targets.row(row)) { output in
        values[output] > threshold && Self.rank(of: output, in: values, count: predictions.columns) < topK
      }
    }
  }

  /// How many outputs come before `output` when the largest comes first and equal ones keep their order.
  private static func rank(of output: Int, in values: UnsafePointer<Float>, count: Int) -> Int {
    (0..<count).count { values[$0] > values[output] || ($0 < output && values[$0] == values[output]) }
  }

  var result: Double {
    guard counts.rows > 0 else { return .nan }
    if let classID = settings.classID {
      return figure(counts.truePositives[classID], counts.falsePositives[classID], counts.falseNegatives[classID])
    }
    return figure(
      counts.truePositives.reduce(0, +), counts.falsePositives.reduce(0, +), counts.falseNegatives.reduce(0, +))
  }
}
