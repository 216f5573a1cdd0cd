import DenseCompute

/// The loss of many values in blocks of rows, which threads share. Their sums are added in ascending order, and blocks
/// depend on the batch's shape alone, so no result depends on threads.
struct LossBlocks: SharedWork {
  private let loss: any Loss
  private let batch: LossBatch
  private let gradient: MutableMatrixView
  private let scale: Float
  private let blockRows: Int
  private let sums: UnsafeMutablePointer<Double>

  private static var mostBlocks: Int { 32 }
  private static var leastRows: Int { 32 }
  /// Values of predictions from which on sharing may gain more than telling other threads costs.
  private static var worthSharing: Int { 1 << 14 }

  /// What `loss.evaluate` returns, and the gradient that it writes.
  /// - Parameter staysOnThread: whether even many rows are left to the caller's thread, in the same blocks.
  static func evaluate(
    _ loss: any Loss, _ batch: LossBatch, gradient: MutableMatrixView, scale: Float, staysOnThread: Bool
  ) -> Double {
    let rows = batch.predictions.rows
    guard rows * batch.predictions.columns >= worthSharing, rows > leastRows else {
      return loss.evaluate(batch, gradient: gradient, scale: scale)
    }
    let blockRows = max(leastRows, (rows + mostBlocks - 1) / mostBlocks)
    let blocks = (rows + blockRows - 1) / blockRows
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: mostBlocks) { memory in
      memory.initialize(repeating: 0)
      guard let sums = memory.baseAddress else { return .nan }
      let work = LossBlocks(
        loss: loss, batch: batch, gradient: gradient, scale: scale, blockRows: blockRows, sums: sums)
      if staysOnThread {
        for task in 0..<blocks { work.run(task) }
      } else {
        ThreadPool.run(work, tasks: blocks)
      }
      return memory.reduce(0, +)
    }
  }

  func run(_ task: Int) {
    let rows = task * blockRows..<min((task + 1) * blockRows, batch.predictions.rows)
    let part = LossBatch(
      predictions: batch.predictions.rows(rows), logits: batch.logits?.rows(rows), targets: batch.targets.rows(rows),
      sampleWeights: batch.sampleWeights.map { $0 + rows.lowerBound })
    sums[task] = loss.evaluate(part, gradient: gradient.rows(rows), scale: scale)
  }
}
