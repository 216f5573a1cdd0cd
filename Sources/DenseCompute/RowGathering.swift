import CDenseKernels

/// Copies of rows of a matrix, of its first ones or of any, one after the other, made by threads that share them.
public struct RowGathering: SharedWork {
  private let source: MatrixView
  private let positions: UnsafePointer<Int32>?
  private let rows: MutableMatrixView
  private let split: WorkSplit
  private let limit: Float
  private let bell: Alarm.Bell?

  /// Values from which on sharing gains more than telling other threads costs.
  private static var worthSharing: Int { 1 << 14 }

  /// Row i of `rows` = row `positions[i]` of `source`, or its row i.
  /// - Parameters:
  ///   - positions: as many as `rows` has, each below `source.rows`; none means the first ones.
  ///   - rows: as many columns as `source`; does not overlap it.
  ///   - staysOnThread: whether even many rows are left to the caller's thread.
  ///   - alarm: rings where a value is NaN or of a magnitude above `limit`.
  public static func gather(
    _ source: MatrixView, _ positions: UnsafePointer<Int32>?, into rows: MutableMatrixView,
    staysOnThread: Bool = false, alarm: Alarm? = nil, limit: Float = 0
  ) {
    let threads = ThreadPool.threadCount
    let pieces = threads > 1 && !staysOnThread && rows.rows * rows.columns >= worthSharing ? 2 * threads : 1
    let work = RowGathering(
      source: source, positions: positions, rows: rows, split: WorkSplit(rows.rows, unit: 1, pieces: pieces),
      limit: limit, bell: alarm?.bell)
    ThreadPool.run(work, tasks: work.split.pieces)
  }

  public func run(_ task: Int) {
    let range = split[task]
    let start = range.lowerBound
    if let positions {
      dk_gather_rows(
        range.count, source.columns, source.pointer, source.stride, positions + start, rows.row(start),
        rows.stride, split.pieces > 1 ? 1 : 0)
    } else {
      rows.rows(range).copy(source.rows(range))
    }
    // It also brings them into this core's cache, for the products.
    if let bell, !Vector.isWithin(rows.rows(range).readOnly, limit: limit) { bell.ring() }
  }
}
