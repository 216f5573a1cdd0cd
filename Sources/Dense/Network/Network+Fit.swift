public import DenseCompute

extension Network {
  /// Trains for `options.epochs` epochs.
  ///
  /// Rows come in an order that the seed and the number of the epoch in the network's life determine, so that training,
  /// saving, loading and training on gives the same bits as training at one go. Reported losses are means over rows and
  /// include the penalties of regularizers.
  /// - Parameters:
  ///   - data: at least 1 row.
  ///   - validation: rows that are evaluated after each epoch; takes the place of `options.validationSplit`.
  ///   - progress: is called at the beginning and the end of each epoch and after each step; may stop the training.
  /// - Returns: the values of each epoch that was trained to its end.
  /// - Throws: `invalidState` before the network was compiled, `shapeMismatch`, `invalidArgument`, `unknownName` for a
  ///   monitored value that is not reported, `outOfMemory`; `nonFinite`, naming epoch and step (counted from 1) and
  ///   place, where a value that is not finite appeared: then the weights are those of the last step before, or with early stopping of the
  ///   best epoch.
  @discardableResult
  public func fit(
    _ data: TrainingData, validation: TrainingData? = nil, options: FitOptions = FitOptions(),
    progress: ((FitProgress) -> FitDecision)? = nil
  ) throws(DenseError) -> History {
    try requireNoFit()
    try options.validate()
    try check(data)
    if let validation { try check(validation, "validation") }
    let (training, heldBack) = try split(data, options.validationSplit, hasValidation: validation != nil)
    var run = try FitRun(
      network: self, training: training, validation: validation ?? heldBack, options: options, progress: progress)
    isFitting = true
    defer { isFitting = false }
    return try FloatingPointState.withFlushedDenormals { () throws(DenseError) in try run.run() }
  }

  /// Trains on rows in arrays: `inputs` values and the loss's target columns for each row.
  @discardableResult
  public func fit(
    _ inputs: [Float], _ targets: [Float], sampleWeights: [Float]? = nil,
    validation: (inputs: [Float], targets: [Float])? = nil, options: FitOptions = FitOptions(),
    progress: ((FitProgress) -> FitDecision)? = nil
  ) throws(DenseError) -> History {
    try withData(inputs, targets, sampleWeights) { (data) throws(DenseError) in
      guard let validation else { return try fit(data, options: options, progress: progress) }
      return try withData(validation.inputs, validation.targets, nil) { (validation) throws(DenseError) in
        try fit(data, validation: validation, options: options, progress: progress)
      }
    }
  }

  /// Throws `invalidState` in a progress callback of `fit`.
  func requireNoFit() throws(DenseError) {
    guard !isFitting else {
      throw DenseError(.invalidState, "expected the call after fit has returned, received it while fit is running")
    }
  }

  /// The rows to train on, and those held back for validation: the last ones.
  private func split(
    _ data: TrainingData, _ share: Double, hasValidation: Bool
  ) throws(DenseError) -> (training: TrainingData, heldBack: TrainingData?) {
    guard share > 0, !hasValidation else { return (data, nil) }
    let count = Int((Double(data.rows) * (1 - share)).rounded(.down))
    guard count >= 1, count < data.rows else {
      throw DenseError(
        .invalidArgument,
        "validation_split: expected a share that leaves rows on both sides, received \(share) of \(data.rows) rows")
    }
    return (data.rows(0..<count), data.rows(count..<data.rows))
  }
}
