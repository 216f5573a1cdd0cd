import DenseCompute

/// The number of whole rows of `columns` values in `values`. Throws `shapeMismatch` for a part of a row.
func wholeRows(_ values: [Float], columns: Int, _ what: String) throws(DenseError) -> Int {
  guard values.count % columns == 0 else {
    throw DenseError(
      .shapeMismatch, "\(what): expected whole rows of \(columns) values, received \(values.count) values")
  }
  return values.count / columns
}

extension [Float] {
  /// Calls `body` with the values as a matrix of as many rows as there are.
  func withMatrixView<R>(columns: Int, _ body: (MatrixView) throws(DenseError) -> R) throws(DenseError) -> R {
    try withUnsafeBufferPointer { (buffer) throws(DenseError) in
      guard let base = buffer.baseAddress else {
        return try withMatrixOfNoRows { (empty) throws(DenseError) in
          try body(MatrixView(empty, rows: 0, columns: columns))
        }
      }
      return try body(MatrixView(base, rows: count / columns, columns: columns))
    }
  }

  /// Calls `body` with the values as a writable matrix of as many rows as there are.
  mutating func withMutableMatrixView<R>(
    columns: Int, _ body: (MutableMatrixView) throws(DenseError) -> R
  ) throws(DenseError) -> R {
    try withUnsafeMutableBufferPointer { (buffer) throws(DenseError) in
      guard let base = buffer.baseAddress else {
        return try withMatrixOfNoRows { (empty) throws(DenseError) in
          try body(MutableMatrixView(empty, rows: 0, columns: columns))
        }
      }
      return try body(MutableMatrixView(base, rows: buffer.count / columns, columns: columns))
    }
  }
}

/// Calls `body` with an address for a matrix without rows: an empty array may have none.
private func withMatrixOfNoRows<R>(
  _ body: (UnsafeMutablePointer<Float>) throws(DenseError) -> R
) throws(DenseError) -> R {
  var nothing: Float = 0
  return try withUnsafeMutablePointer(to: &nothing, body)
}
