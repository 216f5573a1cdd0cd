/// A borrowed row-major matrix of float32: `rows` x `columns`, rows `stride` elements apart.
/// It does not own its memory; whoever makes one keeps the memory alive while it is used.
public struct MatrixView {
  public let pointer: UnsafePointer<Float>
  public let rows: Int
  public let columns: Int
  /// Distance between the starts of two rows, in elements; at least `columns`.
  public let stride: Int

  public init(_ pointer: UnsafePointer<Float>, rows: Int, columns: Int, stride: Int? = nil) {
    self.pointer = pointer
    self.rows = rows
    self.columns = columns
    self.stride = stride ?? columns
  }

  /// The rows of `range`, sharing this view's memory.
  public func rows(_ range: Range<Int>) -> MatrixView {
    MatrixView(pointer + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  public func row(_ index: Int) -> UnsafePointer<Float> { pointer + index * stride }
}

/// A borrowed, writable row-major matrix of float32. See `MatrixView`.
public struct MutableMatrixView {
  public let pointer: UnsafeMutablePointer<Float>
  public let rows: Int
  public let columns: Int
  public let stride: Int

  public init(_ pointer: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int? = nil) {
    self.pointer = pointer
    self.rows = rows
    self.columns = columns
    self.stride = stride ?? columns
  }

  public func rows(_ range: Range<Int>) -> MutableMatrixView {
    MutableMatrixView(pointer + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  public func row(_ index: Int) -> UnsafeMutablePointer<Float> { pointer + index * stride }

  public var readOnly: MatrixView { MatrixView(pointer, rows: rows, columns: columns, stride: stride) }
}
