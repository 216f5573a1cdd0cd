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
    packPieces(matrix, columnStep: 1, kernels.pointee.pack)
  }

  /// Takes the values of the transpose of `matrix`, which is columns x inner.
  public mutating func pack(transposing matrix: MatrixView) {
    packPieces(matrix, columnStep: matrix.stride, kernels.pointee.pack_transposed)
  }

  /// Floats from which on packing is shared between threads: source and copy leave the second-level cache here.
  private static var worthSharing: Int { 1 << 18 }

  /// - Parameter columnStep: the distance between neighbouring columns in `matrix`.
  private func packPieces(_ matrix: MatrixView, columnStep: Int, _ pack: @escaping Pieces.Pack) {
    guard storage.count >= Self.worthSharing, columns >= kernels.pointee.tile_columns else {
      pack(inner, columns, matrix.pointer, matrix.stride, storage.pointer)
      return
    }
    let split = WorkSplit(columns, unit: kernels.pointee.tile_columns, pieces: 4 * ThreadPool.threadCount)
    let pieces = Pieces(
      matrix: matrix, columnStep: columnStep, inner: inner, packed: storage.pointer, pack: pack, split: split)
    ThreadPool.run(pieces, tasks: split.pieces)
  }

  private struct Pieces: SharedWork {
    typealias Pack = @convention(c) (Int, Int, UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>) -> Void

    let matrix: MatrixView
    let columnStep: Int
    let inner: Int
    let packed: UnsafeMutablePointer<Float>
    let pack: Pack
    let split: WorkSplit

    func run(_ task: Int) {
      let range = split[task]
      pack(
        inner, range.count, matrix.pointer + range.lowerBound * columnStep, matrix.stride,
        packed + range.lowerBound * inner)
    }
  }
}
