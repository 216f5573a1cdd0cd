/// The right-hand factor of a product (inner x columns), laid out for the machine's kernels.
/// Any number of threads may read one at the same time; packing needs sole access.
public struct PackedMatrix: ~Copyable {
  public let inner: Int
  public let columns: Int
  let storage: AlignedBuffer<Float>

  /// A matrix of zeros. Throws `sizeOverflow` for an impossible size and `outOfMemory` where the system refuses.
  public init(inner: Int, columns: Int) throws(DenseError) {
    self.inner = inner
    self.columns = columns
    storage = try AlignedBuffer(count: try Self.floatCount(inner: inner, columns: columns))
  }

  /// Bytes that `init` allocates.
  public static func byteCount(inner: Int, columns: Int) throws(DenseError) -> Int {
    try AlignedBuffer<Float>.byteCount(try floatCount(inner: inner, columns: columns))
  }

  private static func floatCount(inner: Int, columns: Int) throws(DenseError) -> Int {
    let (count, overflow) = inner.multipliedReportingOverflow(by: columns)
    guard inner >= 0, columns >= 0, !overflow else {
      throw DenseError(.sizeOverflow, "expected a matrix that fits in memory, received \(inner) x \(columns)")
    }
    return count
  }

  /// Takes the values of `matrix`, which is inner x columns.
  public mutating func pack(_ matrix: MatrixView) {
    for k in 0..<inner {
      for j in 0..<columns { storage.pointer[k * columns + j] = matrix.row(k)[j] }
    }
  }

  /// Takes the values of the transpose of `matrix`, which is columns x inner.
  public mutating func pack(transposing matrix: MatrixView) {
    for j in 0..<columns {
      for k in 0..<inner { storage.pointer[k * columns + j] = matrix.row(j)[k] }
    }
  }
}
