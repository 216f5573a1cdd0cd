public import DenseCompute

extension Network {
  /// One step of training on a batch: forward, loss, backward, update.
  ///
  /// The loss includes the penalties of regularizers. Once a batch of the same size has passed, nothing is allocated.
  /// - Parameters:
  ///   - data: the batch, at least 1 row.
  ///   - results: where given, receives the values of `resultNames`, of this batch alone.
  /// - Throws: `invalidState` before the network was compiled, `shapeMismatch`, `invalidArgument` for a target that the loss
  ///   refuses, `nonFinite` naming the place where a value that is not finite first appeared: then the weights are
  ///   as they were.
  public func trainBatch(
    _ data: TrainingData, results: UnsafeMutableBufferPointer<Double>?
  ) throws(DenseError) {
    try check(data)
    if let results { try requireResults(results.count) }
    resetMetrics()
    let loss = try FloatingPointState.withFlushedDenormals { () throws(DenseError) in
      try trainStep(data, updatesMetrics: results != nil)
    }
    if let results { write(loss: loss, to: results) }
  }

  /// One step of training on a batch. Returns the values of `resultNames`.
  public func trainBatch(_ data: TrainingData) throws(DenseError) -> [Double] {
    try withResults { (results) throws(DenseError) in try trainBatch(data, results: results) }
  }

  /// One step of training on rows in arrays: `inputs` values and the loss's target columns for each row.
  public func trainBatch(
    _ inputs: [Float], _ targets: [Float], sampleWeights: [Float]? = nil
  ) throws(DenseError) -> [Double] {
    try withData(inputs, targets, sampleWeights) { (data) throws(DenseError) in try trainBatch(data) }
  }

  /// A step on checked data. Returns the loss, penalties included.
  func trainStep(_ data: TrainingData, updatesMetrics: Bool) throws(DenseError) -> Double {
    let (optimizer, _) = try compiled()
    let (_, storage) = try built()
    if hasGradients { try zeroGradients() }
    let (value, predictions) = try addGradients(data)
    do {
      try storage.update(arrays, with: optimizer)
    } catch {
      guard error.code == .nonFinite else { throw error }
      throw nonFinite(data, predictions, otherwise: error.message)
    }
    hasGradients = false
    if updatesMetrics { updateMetrics(predictions, data.targets) }
    return value
  }

  /// Adds the gradients of the loss of checked data. Returns the loss, penalties included, and the predictions, which stay
  /// in the workspace. Throws `nonFinite` before any gradient was added where the loss is not finite.
  func addGradients(_ data: TrainingData) throws(DenseError) -> (loss: Double, predictions: MatrixView) {
    let (_, loss) = try compiled()
    let (plan, storage) = try built()
    let workspace = try makeWorkspace(rows: data.rows)
    storage.beginStep(rows: data.rows)
    let predictions = try runForward(
      data.inputs, at: data.positions, isModest: data.hasModestInputs, training: true, workspace)
    // The inputs may be the caller's: no backward pass may follow once this call is over.
    workspace.output = nil
    let factor = loss.reduction.factor(rows: data.rows)
    let sum = LossBlocks.evaluate(
      loss, batch(predictions, data, workspace), gradient: workspace.gradient(0, columns: plan.outputs),
      scale: Float(factor), staysOnThread: !storage.sharesStep)
    let value = sum * factor + penalty
    guard value.isFinite else { throw nonFinite(data, predictions, otherwise: "the loss is \(value)") }
    hasGradients = true
    try runBackward(workspace, isOfLogits: isFused, into: nil)
    return (value, predictions)
  }

  /// What the loss looks at.
  func batch(_ predictions: MatrixView, _ data: TrainingData, _ workspace: TrainingWorkspace) -> LossBatch {
    var logits: MatrixView?
    if isFused, let layer = layers.last, let record = workspace.records.last { logits = layer.logits(record) }
    return LossBatch(
      predictions: predictions, logits: logits, targets: data.targets, sampleWeights: data.sampleWeights)
  }

  /// The penalties of all regularizers.
  var penalty: Double {
    var sum = 0.0
    for layer in layers { sum += layer.penalty }
    return sum
  }

  func resetMetrics() {
    for index in accumulators.indices { accumulators[index].reset() }
  }

  func updateMetrics(_ predictions: MatrixView, _ targets: MatrixView) {
    for index in accumulators.indices { accumulators[index].update(predictions: predictions, targets: targets) }
  }

  /// Writes the loss and what the metrics stand at.
  func write(loss: Double, to results: UnsafeMutableBufferPointer<Double>) {
    results[0] = loss
    for index in accumulators.indices { results[index + 1] = accumulators[index].result }
  }

  /// The loss and what the metrics stand at.
  func results(loss: Double) -> [Double] { [loss] + accumulators.map(\.result) }

  func requireResults(_ count: Int) throws(DenseError) {
    guard count == accumulators.count + 1 else {
      throw DenseError(
        .shapeMismatch, "results: expected room for \(accumulators.count + 1) values, received \(count)")
    }
  }

  /// An array of results that `body` fills.
  func withResults(
    _ body: (UnsafeMutableBufferPointer<Double>) throws(DenseError) -> Void
  ) throws(DenseError) -> [Double] {
    var results = [Double](repeating: .nan, count: accumulators.count + 1)
    try results.withUnsafeMutableBufferPointer { (buffer) throws(DenseError) in try body(buffer) }
    return results
  }

  /// Calls `body` with rows in arrays as training data.
  func withData<R>(
    _ inputs: [Float], _ targets: [Float], _ sampleWeights: [Float]?,
    _ body: (TrainingData) throws(DenseError) -> R
  ) throws(DenseError) -> R {
    let (plan, _) = try built()
    let (_, loss) = try compiled()
    let columns = loss.targetColumns(outputs: plan.outputs)
    let rows = try wholeRows(inputs, columns: plan.inputs, "inputs")
    _ = try wholeRows(targets, columns: columns, "targets")
    if let sampleWeights, sampleWeights.count != rows {
      throw DenseError(
        .shapeMismatch, "sample weights: expected \(rows) values, received \(sampleWeights.count)")
    }
    return try inputs.withMatrixView(columns: plan.inputs) { (inputs) throws(DenseError) in
      try targets.withMatrixView(columns: columns) { (targets) throws(DenseError) in
        guard let sampleWeights else { return try body(TrainingData(inputs: inputs, targets: targets)) }
        return try sampleWeights.withMatrixView(columns: 1) { (weights) throws(DenseError) in
          try body(TrainingData(inputs: inputs, targets: targets, sampleWeights: weights.pointer))
        }
      }
    }
  }
}
