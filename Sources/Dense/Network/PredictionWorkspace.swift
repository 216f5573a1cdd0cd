import DenseCompute
import Synchronization

/// The memory that one prediction needs between layers.
final class PredictionWorkspace {
  /// Rows that fit.
  let capacity: Int
  private let buffer: AlignedBuffer<Float>

  init(_ plan: PredictionPlan, rows: Int) throws(DenseError) {
    capacity = rows
    buffer = try AlignedBuffer(count: plan.bufferFloats(rows: rows))
  }

  var pointer: UnsafeMutablePointer<Float> { buffer.pointer }

  /// Bytes of the workspace of a call with `rows` rows.
  static func byteCount(_ plan: PredictionPlan, rows: Int) throws(DenseError) -> Int {
    guard !plan.needsNoMemory(rows: rows) else { return 0 }
    let count = try plan.bufferFloats(rows: min(rows, PredictionPlan.rowsAtOnce))
    return try AlignedBuffer<Float>.byteCount(count)
  }
}

/// Workspaces that wait for the next prediction. Any number of threads may take and give back at once.
final class PredictionWorkspacePool: Sendable {
  /// What is given back beyond this number is freed.
  private static let limit = 16

  /// `Unchecked`: a workspace passes from thread to thread whole, and one thread has it at a time.
  private struct Shelf: ~Copyable, @unchecked Sendable {
    var workspaces: [PredictionWorkspace] = []
  }

  private let shelf: Mutex<Shelf>

  init() {
    var empty = Shelf()
    empty.workspaces.reserveCapacity(Self.limit)
    shelf = Mutex(empty)
  }

  /// A workspace of at least `rows` rows.
  func take(_ plan: PredictionPlan, rows: Int) throws(DenseError) -> PredictionWorkspace {
    let waiting = shelf.withLock { $0.workspaces.popLast() }
    if let waiting, waiting.capacity >= rows { return waiting }
    return try PredictionWorkspace(plan, rows: rows)
  }

  func giveBack(_ workspace: PredictionWorkspace) {
    shelf.withLock { shelf in
      if shelf.workspaces.count < Self.limit { shelf.workspaces.append(workspace) }
    }
  }

  /// Frees all that wait.
  func removeAll() { shelf.withLock { $0.workspaces.removeAll(keepingCapacity: true) } }
}
