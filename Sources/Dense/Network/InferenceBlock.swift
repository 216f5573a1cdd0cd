import DenseCompute

/// A step of a network's prediction, and where it writes.
struct InferenceStage {
  var step: InferenceStep
  let target: PredictionPlan.Place
  /// Whether single rows pass as they do a `RowProduct`.
  var isRowProduct = false
}

/// The steps of a network's prediction, and the memory through which some rows pass them together.
struct InferenceBlock {
  let stages: UnsafeBufferPointer<InferenceStage>
  let firstBuffer: MutableMatrixView
  let secondBuffer: MutableMatrixView
  /// No more than there is memory for, nor than stay in a cache while they are read again.
  let rowsAtOnce: Int

  /// The same steps with a part of the memory.
  func rows(_ range: Range<Int>) -> InferenceBlock {
    InferenceBlock(
      stages: stages, firstBuffer: firstBuffer.rows(range), secondBuffer: secondBuffer.rows(range),
      rowsAtOnce: min(rowsAtOnce, range.count))
  }

  /// Takes all rows through the steps.
  /// - Parameter staysOnThread: whether even large work is left to the caller's thread.
  func run(_ input: MatrixView, into output: MutableMatrixView, staysOnThread: Bool) {
    for start in stride(from: 0, to: input.rows, by: rowsAtOnce) {
      let range = start..<min(start + rowsAtOnce, input.rows)
      runAtOnce(input.rows(range), into: output.rows(range), staysOnThread: staysOnThread)
    }
  }

  private func runAtOnce(_ input: MatrixView, into output: MutableMatrixView, staysOnThread: Bool) {
    var current = input
    for stage in stages {
      let step = stage.step
      let target =
        switch stage.target {
        case .firstBuffer: MutableMatrixView(firstBuffer.pointer, rows: input.rows, columns: step.outputs)
        case .secondBuffer: MutableMatrixView(secondBuffer.pointer, rows: input.rows, columns: step.outputs)
        case .output: output
        }
      step.run(current, into: target, staysOnThread: staysOnThread)
      current = target.readOnly
    }
    if stages.isEmpty { output.copy(input) }
  }
}
