import CDenseKernels

/// The right-hand factor of a product (inner x columns), laid out for the machine's kernels.
/// Any number of threads may read one at the same time; packing needs sole access.
public struct PackedMatrix: ~Copyable {
  public let inner: Int
  public let columns: Int
  let kernels: Kernels
  let storage: AlignedBuffer<Float>

  /// A matrix of zeros. Throws `sizeOverflow` for an impossible size and `outOfMemory` where the system refuses.
  public init(inner: Int, columns: Int) throws(DenseError) {
    try self.init(inner: inner, columns: columns, kernels: InstructionSet.kernels)
  }

  /// A matrix for the products of a given instruction set.
  package init(inner: Int, columns: Int, kernels: Kernels) throws(DenseError) {
    self.inner = inner
    self.columns = columns
    self.kernels = kernels
    storage = try AlignedBuffer(count: try Self.floatCount(inner: inner, columns: columns))
  }

  /// Bytes that `init` allocates.
  public static func byteCount(inner: Int, columns: Int) throws(DenseError) -> Int {
    try AlignedBuffer<Float>.byteCount(try floatCount(inner: inner, columns: columns))
  }

  /// What the kernels need: both sizes rounded up to whole vectors is never less.
  private static func floatCount(inner: Int, columns: Int) throws(DenseError) -> Int {
    let largest = Int.max - 15
    guard (0...largest).contains(inner), (0...largest).contains(columns),
      !((inner + 15) / 16 * 16).multipliedReportingOverflow(by: (columns + 15) / 16 * 16).overflow
    else {
      throw DenseError(.sizeOverflow, "expected a matrix that fits in memory, received \(inner) x \(columns)")
    }
    return dk_packed_count(inner, columns)
  }

  /// Takes the values of `matrix`, which is inner x columns.
  public mutating func pack(_ matrix: MatrixView) {
    let shares = MatrixShares(rows: inner, columns: columns)
    guard storage.count >= Self.worthSharing, columns >= kernels.pointee.tile_columns else {
      kernels.pointee.pack(inner, columns, matrix.pointer, matrix.stride, storage.pointer)
      return
    }
    let work = PackedShares(matrix: matrix, shares: shares, packed: storage.pointer, kernels: kernels)
    ThreadPool.run(work, tasks: shares.count)
  }

  /// Takes the values of the transpose of `matrix`, which is columns x inner.
  public mutating func pack(transposing matrix: MatrixView) {
    guard storage.count >= Self.worthSharing, columns >= kernels.pointee.tile_columns else {
      kernels.pointee.pack_transposed(inner, columns, matrix.pointer, matrix.stride, storage.pointer)
      return
    }
    let split = WorkSplit(columns, unit: kernels.pointee.tile_columns, pieces: 4 * ThreadPool.threadCount)
    let work = TransposedPieces(matrix: matrix, split: split, packed: storage.pointer, kernels: kernels)
    ThreadPool.run(work, tasks: split.pieces)
  }

  /// Floats from which on packing is shared between threads.
  private static var worthSharing: Int { 1 << 16 }

  /// The shares of the matrix, so that each thread reads what it has just updated.
  private struct PackedShares: SharedWork {
    let matrix: MatrixView
    let shares: MatrixShares
    let packed: UnsafeMutablePointer<Float>
    let kernels: Kernels

    func run(_ task: Int) {
      let (rows, columns) = shares[task]
      guard !rows.isEmpty, !columns.isEmpty else { return }
      kernels.pointee.pack_terms(
        matrix.rows, columns.count, rows.lowerBound, rows.count, matrix.pointer + columns.lowerBound, matrix.stride,
        packed + columns.lowerBound * matrix.rows)
    }
  }

  private struct TransposedPieces: SharedWork {
    let matrix: MatrixView
    let split: WorkSplit
    let packed: UnsafeMutablePointer<Float>
    let kernels: Kernels

    func run(_ task: Int) {
      let columns = split[task]
      let inner = matrix.columns
      kernels.pointee.pack_transposed(
        inner, columns.count, matrix.row(columns.lowerBound), matrix.stride, packed + columns.lowerBound * inner)
    }
  }
}
