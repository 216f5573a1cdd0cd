import DenseCompute

/// The steps of a network's prediction in one flat list, ready to run.
///
/// Running reads the list and nothing else: no lock, no allocation, no reference counting. Any number of threads may run it
/// at once while nobody changes a step.
final class InferenceSteps: @unchecked Sendable {
  let plan: PredictionPlan
  private let places: UnsafeMutableBufferPointer<PredictionPlan.Place>
  private let steps: UnsafeMutableBufferPointer<InferenceStep>

  private let staysOnThread: Bool

  /// Room for the steps of `plan`, which whoever makes it sets.
  /// - Parameter staysOnThread: whether even large work is left to the caller's thread.
  init(_ plan: PredictionPlan, staysOnThread: Bool) {
    self.plan = plan
    self.staysOnThread = staysOnThread
    places = .allocate(capacity: plan.steps.count)
    steps = .allocate(capacity: plan.steps.count)
    _ = places.initialize(from: plan.steps.map(\.target))
    steps.initialize(repeating: InferenceStep(work: .activation(.linear), outputs: 0))
  }

  deinit {
    places.deallocate()
    steps.deallocate()
  }

  var count: Int { steps.count }

  subscript(index: Int) -> InferenceStep {
    get { steps[index] }
    set { steps[index] = newValue }
  }

  /// The network's answers, in blocks of at most `blockRows` rows.
  /// - Parameters:
  ///   - input: rows x inputs, at least 1 row.
  ///   - output: rows x outputs.
  ///   - memory: as many floats as the plan says for a block of min(rows, `blockRows`) rows, from a cache line on; any
  ///     address where that is none.
  func run(
    _ input: MatrixView, into output: MutableMatrixView, blockRows: Int, memory: UnsafeMutablePointer<Float>
  ) {
    // The usual case, and one that a single row must not pay for.
    guard input.rows > blockRows else {
      runBlock(input, into: output, memory: memory)
      return
    }
    for start in stride(from: 0, to: input.rows, by: blockRows) {
      let range = start..<min(start + blockRows, input.rows)
      runBlock(input.rows(range), into: output.rows(range), memory: memory)
    }
  }

  private func runBlock(_ input: MatrixView, into output: MutableMatrixView, memory: UnsafeMutablePointer<Float>) {
    let rows = input.rows
    let second = memory + (rows * plan.widths.first + 15) / 16 * 16
    var current = input
    for index in steps.indices {
      let step = steps[index]
      let target =
        switch places[index] {
        case .firstBuffer: MutableMatrixView(memory, rows: rows, columns: step.outputs)
        case .secondBuffer: MutableMatrixView(second, rows: rows, columns: step.outputs)
        case .output: output
        }
      step.run(current, into: target, staysOnThread: staysOnThread)
      current = target.readOnly
    }
    if steps.isEmpty { output.copy(input) }
  }
}
