import DenseCompute

/// Arithmetic on sizes that come from callers: an overflow is an error, never a trap.
extension Int {
  func times(_ other: Int) throws(DenseError) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    guard !overflow else {
      throw DenseError(.sizeOverflow, "expected sizes whose product fits in 63 bits, received \(self) x \(other)")
    }
    return product
  }

  func plus(_ other: Int) throws(DenseError) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    guard !overflow else {
      throw DenseError(.sizeOverflow, "expected sizes whose sum fits in 63 bits, received \(self) + \(other)")
    }
    return sum
  }

  /// The next multiple of 16 floats: a cache line, so that every array starts on one.
  func roundedUpToLine() throws(DenseError) -> Int {
    try plus(15) / 16 * 16
  }
}
