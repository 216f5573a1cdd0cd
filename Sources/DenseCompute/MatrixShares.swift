/// A matrix cut into shares of about the same size for the threads of `ThreadPool`, whole panels of columns or, where there
/// are too few of these, whole tiles of rows.
///
/// The cut depends on the matrix's shape and the number of threads alone. Works that run over the same shares one after the
/// other therefore find them in the cache of the core that wrote them.
public struct MatrixShares: Sendable {
  /// Columns and rows that the products' kernels take at a time, on every instruction set.
  private static var columnUnit: Int { 32 }
  private static var rowUnit: Int { 12 }

  public let rows: Int
  public let columns: Int
  /// Shares, of which some may be empty: several for each thread, so that none has to wait long for a late one.
  public let count: Int
  /// Whether a share has all rows of some columns, rather than all columns of some rows.
  let isByColumns: Bool

  /// The shares for `threads` threads.
  public init(rows: Int, columns: Int, threads: Int = ThreadPool.threadCount) {
    self.rows = rows
    self.columns = columns
    count = Self.count(threads: threads)
    isByColumns = rows < 2 * threads * Self.rowUnit && columns >= threads * Self.columnUnit
  }

  /// The shares of any matrix.
  public static func count(threads: Int) -> Int { 4 * threads }

  /// The rows and columns of a share.
  public subscript(index: Int) -> (rows: Range<Int>, columns: Range<Int>) {
    isByColumns
      ? (0..<rows, part(index, of: columns, unit: Self.columnUnit))
      : (part(index, of: rows, unit: Self.rowUnit), 0..<columns)
  }

  /// What is left over belongs to the last share.
  private func part(_ index: Int, of length: Int, unit: Int) -> Range<Int> {
    let units = max(1, length / unit)
    func start(_ index: Int) -> Int { index == count ? length : units * index / count * unit }
    return start(index)..<start(index + 1)
  }
}

extension MutableMatrixView {
  /// The part of some rows and columns.
  public subscript(part: (rows: Range<Int>, columns: Range<Int>)) -> MutableMatrixView {
    MutableMatrixView(
      row(part.rows.lowerBound) + part.columns.lowerBound, rows: part.rows.count, columns: part.columns.count,
      stride: stride)
  }
}
