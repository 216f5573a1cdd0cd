/// Rows of a matrix that are read where they stand: its first ones, or any of them in any order. It borrows their memory,
/// as `MatrixView` does.
public struct RowSelection {
  let pointer: UnsafePointer<Float>
  let stride: Int
  public let columns: Int
  /// How many rows there are.
  public let rows: Int
  /// Which row of the matrix each of them is; none where they come as they stand.
  let positions: UnsafePointer<Int32>?

  /// All rows of `matrix`; with `positions`, as many rows of the one that starts there, each of which it has.
  public init(_ matrix: MatrixView, at positions: UnsafePointer<Int32>? = nil) {
    (pointer, stride) = (matrix.pointer, matrix.stride)
    (rows, columns) = (matrix.rows, matrix.columns)
    self.positions = positions
  }

  /// A part of them.
  public subscript(range: Range<Int>) -> RowSelection {
    let start = positions == nil ? range.lowerBound : 0
    let part = MatrixView(pointer + start * stride, rows: range.count, columns: columns, stride: stride)
    return RowSelection(part, at: positions.map { $0 + range.lowerBound })
  }

  public func row(_ index: Int) -> UnsafePointer<Float> {
    pointer + (positions.map { Int($0[index]) } ?? index) * stride
  }

  /// Whether no value is NaN or of a magnitude above `limit`.
  public func isWithin(limit: Float) -> Bool {
    guard positions != nil else {
      return Vector.isWithin(MatrixView(pointer, rows: rows, columns: columns, stride: stride), limit: limit)
    }
    return (0..<rows).allSatisfy { Vector.isWithin(MatrixView(row($0), rows: 1, columns: columns), limit: limit) }
  }
}
