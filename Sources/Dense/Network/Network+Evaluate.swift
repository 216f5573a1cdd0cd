public import DenseCompute

extension Network {
  /// The loss, penalties included, and the metrics over all rows, as in prediction: dropout does nothing, batch
  /// normalization takes its moving statistics.
  /// - Parameters:
  ///   - data: at least 1 row.
  ///   - batchSize: rows that are worked on at a time; at least 1.
  ///   - results: receives the values of `resultNames`.
  /// - Throws: `invalidState` before the network was compiled, `shapeMismatch`, `invalidArgument`, `outOfMemory`.
  public func evaluate(
    _ data: TrainingData, batchSize: Int = 32, results: UnsafeMutableBufferPointer<Double>
  ) throws(DenseError) {
    try check(data)
    try requireResults(results.count)
    try Self.requireBatchSize(batchSize)
    let loss = try FloatingPointState.withFlushedDenormals { () throws(DenseError) in
      try evaluateRows(data, batchSize: batchSize)
    }
    write(loss: loss, to: results)
  }

  /// The loss and the metrics over all rows, in the order of `resultNames`.
  public func evaluate(_ data: TrainingData, batchSize: Int = 32) throws(DenseError) -> [Double] {
    try withResults { (results) throws(DenseError) in
      try evaluate(data, batchSize: batchSize, results: results)
    }
  }

  /// The loss and the metrics over rows in arrays, in the order of `resultNames`.
  public func evaluate(
    _ inputs: [Float], _ targets: [Float], sampleWeights: [Float]? = nil, batchSize: Int = 32
  ) throws(DenseError) -> [Double] {
    try withData(inputs, targets, sampleWeights) { (data) throws(DenseError) in
      try evaluate(data, batchSize: batchSize)
    }
  }

  /// Leaves the metrics over checked data in the accumulators. Returns the mean over rows of their batch's loss.
  func evaluateRows(_ data: TrainingData, batchSize: Int) throws(DenseError) -> Double {
    let (_, loss) = try compiled()
    let (_, storage) = try built()
    let batchSize = min(batchSize, data.rows)
    let workspace = try makeWorkspace(rows: batchSize)
    resetMetrics()
    var sum = 0.0
    for start in stride(from: 0, to: data.rows, by: batchSize) {
      let part = data.rows(start..<min(start + batchSize, data.rows))
      workspace.setRows(part.rows)
      storage.beginStep(rows: part.rows)
      let predictions = try runForward(part.inputs, training: false, workspace)
      let value = loss.evaluate(batch(predictions, part, workspace), gradient: nil, scale: 0)
      sum += value * loss.reduction.factor(rows: part.rows) * Double(part.rows)
      updateMetrics(predictions, part.targets)
      StepSharing.noteStep()
    }
    return sum / Double(data.rows) + penalty
  }

  static func requireBatchSize(_ size: Int) throws(DenseError) {
    guard size >= 1 else {
      throw DenseError(.invalidArgument, "batch_size: expected at least 1, received \(size)")
    }
  }
}
