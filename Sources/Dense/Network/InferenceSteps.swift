import DenseCompute

/// The steps of a network's prediction in one flat list, ready to run.
///
/// Running reads the list and nothing else: no lock, no allocation, no reference counting. Any number of threads may run it
/// at once while nobody changes a step.
final class InferenceSteps: @unchecked Sendable {
  let plan: PredictionPlan
  private let stages: UnsafeMutablePointer<InferenceStage>
  /// At most as many as the plan has steps.
  private(set) var count = 0
  private let staysOnThread: Bool

  /// Room for the steps of `plan`, which whoever makes it appends.
  /// - Parameter staysOnThread: whether even large work is left to the caller's thread.
  init(_ plan: PredictionPlan, staysOnThread: Bool) {
    self.plan = plan
    self.staysOnThread = staysOnThread
    stages = .allocate(capacity: plan.steps.count)
  }

  // A stage is a plain value: nothing to take down.
  deinit { stages.deallocate() }

  /// Makes the steps those that `step` gives for the plan's, each taken together with the one before it where a product
  /// can do both.
  func fill(_ step: (PredictionPlan.Step) throws(DenseError) -> InferenceStep?) throws(DenseError) {
    count = 0
    for planned in plan.steps {
      guard let next = try step(planned) else { continue }
      if count > 0, let both = stages[count - 1].step.followed(by: next) {
        stages[count - 1].step = both
      } else {
        append(next, target: planned.target)
      }
    }
  }

  /// Makes the steps copies of those of `source`, which has the same plan, in memory from `place` on: `copyFloats` of them.
  func copy(_ source: InferenceSteps, to place: UnsafeMutablePointer<Float>) throws(DenseError) {
    count = 0
    var free = place
    for index in 0..<source.count {
      let step = source.stages[index].step
      append(try step.copied(to: free), target: source.stages[index].target)
      free += try step.copyFloats()
    }
  }

  /// Floats that a copy of all steps takes.
  func copyFloats() throws(DenseError) -> Int {
    var floats = 0
    for index in 0..<count { floats = try floats.plus(stages[index].step.copyFloats()) }
    return floats
  }

  private func append(_ step: InferenceStep, target: PredictionPlan.Place) {
    (stages + count).initialize(to: InferenceStage(step: step, target: target))
    count += 1
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
    let (rows, widths) = (input.rows, plan.widths)
    let first = MutableMatrixView(memory, rows: rows, columns: widths.first)
    let second = MutableMatrixView(
      memory + (rows * widths.first + 15) / 16 * 16, rows: rows, columns: widths.second)
    let block = InferenceBlock(
      stages: UnsafeBufferPointer(start: stages, count: count), input: input, firstBuffer: first, secondBuffer: second,
      output: output)
    if rows > 1, !staysOnThread,
      let shares = RowShares(rows: rows, multiplications: plan.multiplications, factorBytes: plan.preparedBytes)
    {
      ThreadPool.run(SharedBlock(block: block, shares: shares), tasks: shares.count)
    } else {
      block.run(staysOnThread: staysOnThread)
    }
  }

  /// A block whose rows are shared between threads, each of which takes its own through all steps.
  private struct SharedBlock: SharedWork {
    let block: InferenceBlock
    let shares: RowShares

    func run(_ task: Int) { block.rows(shares[task]).run(staysOnThread: true) }
  }
}
