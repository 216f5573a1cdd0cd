public import DenseCompute
import Synchronization

extension Network {
  /// output = the network's answer to each row of `input`: dropout does nothing, batch normalization takes its moving
  /// statistics. The bits of a row's answer depend on no other row.
  ///
  /// Any number of threads may call it at once while nobody changes the network. Large batches are worked on in blocks,
  /// so memory does not grow with rows; a call allocates nothing once as many calls ran at the same time before.
  /// - Parameters:
  ///   - input: rows x `inputs`; 0 rows are no error.
  ///   - output: rows x `outputs`; does not overlap `input`.
  /// - Throws: `invalidState` before the network was built, `shapeMismatch`, `outOfMemory`.
  public func predict(_ input: MatrixView, into output: MutableMatrixView) throws(DenseError) {
    guard let predicting else { throw notBuilt() }
    if preparedVersion.load(ordering: .acquiring) != predicting.version { _ = try preparedSteps() }
    // A result, because the function rethrows without a type.
    try predicting.steps._withUnsafeGuaranteedRef { steps in
      Result { () throws(DenseError) in try predict(input, into: output, steps) }
    }.get()
  }

  private func predict(
    _ input: MatrixView, into output: MutableMatrixView, _ steps: InferenceSteps
  ) throws(DenseError) {
    try input.require(columns: steps.plan.inputs, "input")
    try output.readOnly.require(rows: input.rows, columns: steps.plan.outputs, "output")
    guard input.rows > 0 else { return }
    let blockRows = PredictionPlan.rowsAtOnce
    if steps.plan.needsNoMemory(rows: input.rows) {
      let state = FloatingPointState.flushDenormals()
      steps.runWithoutMemory(input, into: output, blockRows: blockRows)
      state.restore()
      return
    }
    let workspace = try predictionWorkspaces.take(steps.plan, rows: min(input.rows, blockRows))
    let state = FloatingPointState.flushDenormals()
    steps.run(input, into: output, blockRows: blockRows, memory: workspace.pointer)
    state.restore()
    predictionWorkspaces.giveBack(workspace)
  }

  /// The network's answers, row-major.
  /// - Parameter input: whole rows of `inputs` values.
  /// - Throws: `shapeMismatch` for a part of a row, and what the other `predict` throws.
  public func predict(_ input: [Float]) throws(DenseError) -> [Float] {
    let (plan, _) = try built()
    let rows = try wholeRows(input, columns: plan.inputs, "input")
    var output = [Float](repeating: 0, count: try rows.times(plan.outputs))
    try input.withMatrixView(columns: plan.inputs) { (input) throws(DenseError) in
      try output.withMutableMatrixView(columns: plan.outputs) { (output) throws(DenseError) in
        try predict(input, into: output)
      }
    }
    return output
  }

  /// The steps of prediction with the present parameters, which are prepared once for each version of these. Any number
  /// of threads may call it at once.
  func preparedSteps() throws(DenseError) -> InferenceSteps {
    let (_, storage) = try built()
    guard let inference else { throw notBuilt() }
    if preparedVersion.load(ordering: .acquiring) != storage.version { try prepare(inference, storage) }
    return inference
  }

  private func prepare(_ inference: InferenceSteps, _ storage: ParameterStorage) throws(DenseError) {
    try preparation.withLock { (_) throws(DenseError) in
      let version = storage.version
      // The lock orders this already; ThreadSanitizer does not see into it where a thread has to wait.
      guard preparedVersion.load(ordering: .acquiring) != version else { return }
      try FloatingPointState.withFlushedDenormals { () throws(DenseError) in
        try inference.fill { (planned) throws(DenseError) in try layers[planned.layer].inferenceStep() }
      }
      preparedVersion.store(version, ordering: .releasing)
    }
  }
}

/// What prediction needs of a built network. Nobody counts the references: any number of threads predict at once, and
/// would spend their time passing the counts around. The network holds both objects.
struct PredictionReferences {
  let steps: Unmanaged<InferenceSteps>
  let storage: Unmanaged<ParameterStorage>

  /// The version of the parameters.
  var version: Int { storage._withUnsafeGuaranteedRef { $0.version } }
}
