import CDenseKernels

extension RandomStream {
  /// Inverted dropout: y is 0 with probability `rate`, else x / (1 - rate).
  ///
  /// Element i, counted row by row, takes draw `start + i`, so the backward pass calls this with the gradients in place of
  /// x and meets the same choices; no mask is stored.
  /// - Parameters:
  ///   - y: as many rows and columns as `x`; may be the same memory.
  ///   - start: the stream's draw for the first element.
  ///   - rate: 0 to 1.
  public func dropout(_ x: MatrixView, into y: MutableMatrixView, startingAt start: UInt64, rate: Float) {
    if x.isContiguous && y.readOnly.isContiguous {
      dropout(x.pointer, into: y.pointer, count: x.rows * x.columns, startingAt: start, rate: rate)
    } else {
      for row in 0..<x.rows {
        dropout(
          x.row(row), into: y.row(row), count: x.columns, startingAt: start &+ UInt64(row * x.columns), rate: rate)
      }
    }
  }

  /// The same for `count` values in a row.
  public func dropout(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int, startingAt start: UInt64, rate: Float
  ) {
    guard rate < 1 else { return y.update(repeating: 0, count: count) }
    let threshold = UInt32(max(0, rate) * 0x1p32)
    InstructionSet.kernels.pointee.dropout(seed, stream, start, x, y, count, threshold, 1 / (1 - rate))
  }
}
