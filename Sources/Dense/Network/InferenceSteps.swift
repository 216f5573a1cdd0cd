import DenseCompute

/// The steps of a network's prediction in one flat list, ready to run.
///
/// Running reads the list and nothing else: no lock, no allocation, no reference counting. Any number of threads may run it
/// at once while nobody changes a step.
final class InferenceSteps: @unchecked Sendable {
  let plan: PredictionPlan
  private let stages: UnsafeMutablePointer<InferenceStage>
  /// The products among the stages, each at its stage's index.
  private let rowProducts: UnsafeMutablePointer<RowProduct>
  /// At most as many as the plan has steps.
  private(set) var count = 0
  private let staysOnThread: Bool

  /// Room for the steps of `plan`, which whoever makes it appends.
  /// - Parameter staysOnThread: whether even large work is left to the caller's thread.
  init(_ plan: PredictionPlan, staysOnThread: Bool) {
    self.plan = plan
    self.staysOnThread = staysOnThread
    stages = .allocate(capacity: plan.steps.count)
    rowProducts = .allocate(capacity: plan.steps.count)
  }

  // Stages and products are plain values: nothing to take down.
  deinit {
    stages.deallocate()
    rowProducts.deallocate()
  }

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
    prepareRows()
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
    prepareRows()
  }

  private func prepareRows() {
    for index in 0..<count {
      guard let product = stages[index].step.rowProduct(staysOnThread: staysOnThread) else { continue }
      (rowProducts + index).initialize(to: product)
      stages[index].isRowProduct = true
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
}

/// Running.
extension InferenceSteps {
  /// As `run`, for a number of rows of which the plan says that they need no memory.
  func runWithoutMemory(_ input: MatrixView, into output: MutableMatrixView, blockRows: Int) {
    guard plan.needsBuffers else {
      run(input, into: output, blockRows: blockRows, memory: output.pointer)
      return
    }
    // Beyond a kilobyte, or 16 bytes of alignment, the compiler would take memory from the heap.
    withUnsafeTemporaryAllocation(byteCount: 4 * PredictionPlan.stackFloats, alignment: 16) { memory in
      guard let start = memory.baseAddress else { return }
      runRow(input.pointer, into: output.pointer, memory: start.assumingMemoryBound(to: Float.self))
    }
  }

  /// The network's answers, `blockRows` rows at most at a time.
  /// - Parameters:
  ///   - input: rows x inputs, at least 1 row.
  ///   - output: rows x outputs.
  ///   - memory: as many floats as the plan says for a block of min(rows, `blockRows`) rows, from a cache line on; any
  ///     address where that is none.
  func run(
    _ input: MatrixView, into output: MutableMatrixView, blockRows: Int, memory: UnsafeMutablePointer<Float>
  ) {
    if input.rows == 1 {
      runRow(input.pointer, into: output.pointer, memory: memory)
      return
    }
    let rowsAtOnce = min(input.rows, blockRows)
    // Without values between steps, no memory bounds a thread's share.
    let rows = plan.needsBuffers ? rowsAtOnce : input.rows
    let block = InferenceBlock(
      stages: UnsafeBufferPointer(start: stages, count: count),
      firstBuffer: MutableMatrixView(memory, rows: rows, columns: plan.widths.first),
      secondBuffer: MutableMatrixView(memory + secondBuffer(rows: rows), rows: rows, columns: plan.widths.second),
      rowsAtOnce: rowsAtOnce)
    if !staysOnThread,
      let shares = RowShares(
        rows: input.rows, memoryRows: rows, rowBytes: Double(plan.inputs) * 4, multiplications: plan.multiplications,
        factorBytes: plan.preparedBytes)
    {
      ThreadPool.run(
        SharedRows(block: block, input: input, output: output, shares: shares), tasks: shares.count)
    } else {
      block.run(input, into: output, staysOnThread: staysOnThread)
    }
  }

  private func runRow(
    _ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, memory: UnsafeMutablePointer<Float>
  ) {
    let second = memory + secondBuffer(rows: 1)
    var (current, columns) = (input, plan.inputs)
    for index in 0..<count {
      let target =
        switch stages[index].target {
        case .firstBuffer: memory
        case .secondBuffer: second
        case .output: output
        }
      let outputs = stages[index].step.outputs
      if stages[index].isRowProduct {
        (rowProducts + index).run(current, into: target)
      } else {
        stages[index].step.run(
          MatrixView(current, rows: 1, columns: columns), into: MutableMatrixView(target, rows: 1, columns: outputs),
          staysOnThread: staysOnThread)
      }
      (current, columns) = (UnsafePointer(target), outputs)
    }
    if count == 0 { output.update(from: input, count: columns) }
  }

  /// Floats in front of the second buffer.
  private func secondBuffer(rows: Int) -> Int { (rows * plan.widths.first + 15) / 16 * 16 }

  /// Rows that are shared between threads, each of which takes its own through all steps.
  private struct SharedRows: SharedWork {
    let block: InferenceBlock
    let input: MatrixView
    let output: MutableMatrixView
    let shares: RowShares

    func run(_ task: Int) {
      let rows = shares[task]
      block.rows(shares.memory(of: task)).run(input.rows(rows), into: output.rows(rows), staysOnThread: true)
    }
  }
}
