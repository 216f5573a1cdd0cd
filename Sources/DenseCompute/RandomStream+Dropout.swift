import CDenseKernels

extension RandomStream {
  /// Inverted dropout: y is 0 with probability `rate`, else x / (1 - rate).
  ///
  /// Element i takes draw `start + i`, so the backward pass calls this with the gradients in place of x and meets the same
  /// choices; no mask is stored.
  /// - Parameters:
  ///   - start: the stream's draw for the first element.
  ///   - rate: 0 to 1.
  public func dropout(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int, startingAt start: UInt64, rate: Float
  ) {
    guard rate < 1 else { return y.update(repeating: 0, count: count) }
    let threshold = UInt32(max(0, rate) * 0x1p32)
    InstructionSet.kernels.pointee.dropout(seed, stream, start, x, y, count, threshold, 1 / (1 - rate))
  }
}
