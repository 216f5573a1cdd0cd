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

  /// Whether the rows follow each other without gaps.
  public var isContiguous: Bool { stride == columns || rows <= 1 }

  /// The stride for rows of the engine's own. Rows that lie a multiple of 2 KB apart share few places of a cache, and the
  /// lines of a column of some hundred rows push each other out: such rows get a line's gap.
  public static func spacedStride(columns: Int) -> Int { columns > 0 && columns % 512 == 0 ? columns + 16 : columns }

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

  /// As many of the first rows, sharing this view's memory.
  /// - Parameter rows: may be more than there are where the memory has room for them.
  public func with(rows: Int) -> MutableMatrixView {
    MutableMatrixView(pointer, rows: rows, columns: columns, stride: stride)
  }

  public func rows(_ range: Range<Int>) -> MutableMatrixView {
    MutableMatrixView(pointer + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  public func row(_ index: Int) -> UnsafeMutablePointer<Float> { pointer + index * stride }

  public var readOnly: MatrixView { MatrixView(pointer, rows: rows, columns: columns, stride: stride) }

  /// Takes the values of `source`, which has the same shape.
  public func copy(_ source: MatrixView) {
    if readOnly.isContiguous && source.isContiguous {
      pointer.update(from: source.pointer, count: rows * columns)
    } else {
      for index in 0..<rows { row(index).update(from: source.row(index), count: columns) }
    }
  }
}
