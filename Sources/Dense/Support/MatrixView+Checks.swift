import DenseCompute

extension MatrixView {
  /// Whether the rows follow each other without gaps.
  var isContiguous: Bool { stride == columns || rows <= 1 }

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
  /// Takes the values of `source`, which has the same shape.
  func copy(_ source: MatrixView) {
    if readOnly.isContiguous && source.isContiguous {
      pointer.update(from: source.pointer, count: rows * columns)
    } else {
      for index in 0..<rows { row(index).update(from: source.row(index), count: columns) }
    }
  }
}
