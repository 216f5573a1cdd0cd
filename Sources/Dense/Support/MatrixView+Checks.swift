import DenseCompute

extension MatrixView {
  /// Throws `shapeMismatch` unless there are `columns` columns, and `invalidArgument` for negative rows.
  func require(columns expected: Int, _ what: String) throws(DenseError) {
    guard rows >= 0 else {
      throw DenseError(.invalidArgument, "\(what): expected at least 0 rows, received \(rows)")
    }
    guard columns == expected else {
      throw DenseError(.shapeMismatch, "\(what): expected \(expected) columns, received \(columns)")
    }
  }

  /// Throws `shapeMismatch` unless the shape is `rows` x `columns`.
  func require(rows expected: Int, columns: Int, _ what: String) throws(DenseError) {
    try require(columns: columns, what)
    guard rows == expected else {
      throw DenseError(.shapeMismatch, "\(what): expected \(expected) rows, received \(rows)")
    }
  }
}

extension MutableMatrixView {
  /// Rows of the engine's own, as `MatrixView.spacedStride` says.
  init(spaced pointer: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
    self.init(pointer, rows: rows, columns: columns, stride: MatrixView.spacedStride(columns: columns))
  }

  /// Floats that such rows take, up to the next cache line.
  static func spacedFloats(rows: Int, columns: Int) throws(DenseError) -> Int {
    try rows.times(MatrixView.spacedStride(columns: columns)).roundedUpToLine()
  }
}
