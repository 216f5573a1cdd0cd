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
    guard let plan, let storage else {
      _ = try built()
      return
    }
    try input.require(columns: plan.inputs, "input")
    try output.readOnly.require(rows: input.rows, columns: plan.outputs, "output")
    guard input.rows > 0 else { return }
    try FloatingPointState.withFlushedDenormals { () throws(DenseError) in
      if preparedVersion.load(ordering: .acquiring) != storage.version { try prepare(storage) }
      let block = min(input.rows, NetworkPlan.predictionRows)
      // A network of one layer writes to the caller's rows at once.
      guard predictionLayers.count > 1 else {
        infer(input, into: output, workspace: nil)
        return
      }
      let workspace = try predictionWorkspaces.take(plan, rows: block)
      defer { predictionWorkspaces.giveBack(workspace) }
      if input.rows == block {
        infer(input, into: output, workspace: workspace)
        return
      }
      for start in stride(from: 0, to: input.rows, by: block) {
        let range = start..<min(start + block, input.rows)
        infer(input.rows(range), into: output.rows(range), workspace: workspace)
      }
    }
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

  /// Lets every layer prepare what it reads in prediction, once for each version of the parameters.
  private func prepare(_ storage: ParameterStorage) throws(DenseError) {
    try preparation.withLock { (_) throws(DenseError) in
      let version = storage.version
      guard preparedVersion.load(ordering: .relaxed) != version else { return }
      for layer in predictionLayers { try layer.prepare() }
      preparedVersion.store(version, ordering: .releasing)
    }
  }

  /// The passage of one block of rows through the layers. See `NetworkPlan.predictionWidths` for the buffers.
  private func infer(_ input: MatrixView, into output: MutableMatrixView, workspace: PredictionWorkspace?) {
    guard let workspace, let plan else {
      if let layer = predictionLayers.first { layer.infer(input, into: output) } else { output.copy(input) }
      return
    }
    var current = input
    var place: UnsafeMutablePointer<Float>?
    let last = predictionLayers.count - 1
    for index in 0..<last {
      let layer = plan.predictionSteps[index]
      let target: UnsafeMutablePointer<Float>
      if let place, layer.worksInPlace {
        target = place
      } else {
        target = place == workspace.first ? workspace.second : workspace.first
      }
      let next = MutableMatrixView(target, rows: input.rows, columns: layer.outputs)
      predictionLayers[index].infer(current, into: next)
      (current, place) = (next.readOnly, target)
    }
    predictionLayers[last].infer(current, into: output)
  }
}
