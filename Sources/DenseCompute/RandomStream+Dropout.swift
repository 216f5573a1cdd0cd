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
    let threshold = UInt64(Double(rate) * 0x1p32)
    let factor = 1 / (1 - rate)
    forEachWord(count: count, from: start) { i, word in
      y[i] = UInt64(word) < threshold ? 0 : x[i] * factor
    }
  }
}
