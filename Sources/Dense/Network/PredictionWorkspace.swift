import DenseCompute
import Synchronization

/// The memory that one prediction needs between layers.
final class PredictionWorkspace {
  let capacity: Int
  private let buffer: AlignedBuffer<Float>
  /// The starts of the two buffers.
  let first: UnsafeMutablePointer<Float>
  let second: UnsafeMutablePointer<Float>

  init(_ plan: NetworkPlan, rows: Int) throws(DenseError) {
    capacity = rows
    buffer = try AlignedBuffer(count: plan.predictionFloats(rows: rows))
    first = buffer.pointer
    second = first + (try rows.times(plan.predictionWidths[0]).roundedUpToLine())
  }

  /// Bytes of the workspace of a call with `rows` rows. A network of one layer needs none.
  static func byteCount(_ plan: NetworkPlan, rows: Int) throws(DenseError) -> Int {
    plan.predictionSteps.count > 1 ? try AlignedBuffer<Float>.byteCount(plan.predictionFloats(rows: rows)) : 0
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
  func take(_ plan: NetworkPlan, rows: Int) throws(DenseError) -> PredictionWorkspace {
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
