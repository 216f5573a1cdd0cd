import DenseCompute

/// A step of a network's prediction, and where it writes.
struct InferenceStage {
  var step: InferenceStep
  let target: PredictionPlan.Place
  /// Whether single rows pass as they do a `RowProduct`.
  var isRowProduct = false
}

/// Rows that pass through the steps of a network's prediction together, and the memory that they pass through.
struct InferenceBlock {
  let stages: UnsafeBufferPointer<InferenceStage>
  let input: MatrixView
  let firstBuffer: MutableMatrixView
  let secondBuffer: MutableMatrixView
  let output: MutableMatrixView

  /// Some of the rows, in their part of the memory.
  func rows(_ range: Range<Int>) -> InferenceBlock {
    InferenceBlock(
      stages: stages, input: input.rows(range), firstBuffer: firstBuffer.rows(range),
      secondBuffer: secondBuffer.rows(range), output: output.rows(range))
  }

  /// - Parameter staysOnThread: whether even large work is left to the caller's thread.
  func run(staysOnThread: Bool) {
    var current = input
    for stage in stages {
      let step = stage.step
      let target =
        switch stage.target {
        case .firstBuffer: buffer(firstBuffer, columns: step.outputs)
        case .secondBuffer: buffer(secondBuffer, columns: step.outputs)
        case .output: output
        }
      step.run(current, into: target, staysOnThread: staysOnThread)
      current = target.readOnly
    }
    if stages.isEmpty { output.copy(input) }
  }

  private func buffer(_ whole: MutableMatrixView, columns: Int) -> MutableMatrixView {
    MutableMatrixView(whole.pointer, rows: whole.rows, columns: columns)
  }
}
