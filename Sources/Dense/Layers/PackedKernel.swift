import DenseCompute

/// A packed matrix that remembers which version of the parameters it was made from.
final class PackedKernel {
  private(set) var matrix: PackedMatrix
  private var version = 0

  init(inner: Int, columns: Int) throws(DenseError) {
    matrix = try PackedMatrix(inner: inner, columns: columns)
  }

  /// Packs `kernel`, or its transpose, where `version` is not the one that was packed last.
  func refresh(_ kernel: PanelMatrixView, version: Int, transposing: Bool) {
    guard version != self.version else { return }
    self.version = version
    if transposing { matrix.pack(transposing: kernel) } else { matrix.pack(kernel) }
  }
}
