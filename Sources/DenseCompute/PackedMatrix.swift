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
  public mutating func pack(_ matrix: PanelMatrixView) {
    // Up to a panel's columns it is row-major; and narrow products have a layout of their own.
    guard matrix.shape.panels > 1 else { return pack(matrix.panel(0)) }
    let work = PackedPanels(
      matrix: matrix, shares: PanelShares(matrix.shape), packed: storage.pointer, kernels: kernels)
    if storage.count >= Self.worthSharing {
      ThreadPool.run(work, tasks: work.shares.count)
    } else {
      for task in 0..<work.shares.count { work.run(task) }
    }
  }

  /// Takes the values of `matrix`, which is inner x columns and row-major.
  package mutating func pack(_ matrix: MatrixView) {
    kernels.pointee.pack(inner, columns, matrix.pointer, matrix.stride, storage.pointer)
  }

  /// Takes the values of the transpose of `matrix`, which is columns x inner, for a product that needs packing.
  public mutating func pack(transposing matrix: PanelMatrixView) {
    // Column after column, padded to whole vectors with the zeros that are there.
    let padded = (inner + 15) / 16 * 16
    for row in 0..<columns {
      matrix.shape.unpack(matrix.pointer, rows: row..<row + 1, into: storage.pointer + row * padded)
    }
  }

  /// Floats from which on packing is shared between threads.
  private static var worthSharing: Int { 1 << 16 }

  /// Each thread packs the panels that it reads in training.
  private struct PackedPanels: SharedWork {
    let matrix: PanelMatrixView
    let shares: PanelShares
    let packed: UnsafeMutablePointer<Float>
    let kernels: Kernels

    func run(_ task: Int) {
      for index in shares.panels(task) {
        let panel = matrix.panel(index)
        kernels.pointee.pack_terms(
          panel.rows, panel.columns, 0, panel.rows, panel.pointer, panel.stride,
          packed + matrix.shape.start(of: index) * panel.rows)
      }
    }
  }
}
