import CDenseKernels

/// Draws of given laws. Element i takes draw i, so the first elements do not depend on `count`.
extension RandomStream {
  /// Values evenly spread over [from, to): 24 random bits each.
  public func uniform(_ values: UnsafeMutablePointer<Float>, count: Int, from lower: Float, to upper: Float) {
    InstructionSet.kernels.pointee.uniform(seed, stream, values, count, lower, upper)
  }

  /// Normally distributed values, by the inverse distribution function of the midpoints of 2^32 equal steps.
  public func normal(
    _ values: UnsafeMutablePointer<Float>, count: Int, mean: Float, standardDeviation: Float
  ) {
    forEachWord(count: count) { i, word in
      let probability = (Double(word) + 0.5) * 0x1p-32
      values[i] = Float(Double(mean) + Double(standardDeviation) * NormalDistribution.quantile(probability))
    }
  }

  /// Normally distributed values without those beyond two standard deviations, as Keras's TruncatedNormal. The values
  /// that remain deviate by 0.880 `standardDeviation`.
  public func truncatedNormal(
    _ values: UnsafeMutablePointer<Float>, count: Int, mean: Float, standardDeviation: Float
  ) {
    let lowest = NormalDistribution.belowMinusTwo
    forEachWord(count: count) { i, word in
      let probability = lowest + (1 - 2 * lowest) * ((Double(word) + 0.5) * 0x1p-32)
      values[i] = Float(Double(mean) + Double(standardDeviation) * NormalDistribution.quantile(probability))
    }
  }

  /// A permutation of 0 ..< `count`, by Fisher and Yates. Its first elements depend on `count`.
  /// - Parameter count: at most 2^31 - 1.
  public func permutation(into values: UnsafeMutablePointer<Int32>, count: Int) {
    for i in 0..<count { values[i] = Int32(truncatingIfNeeded: i) }
    var low: UInt32 = 0
    forEachWord(count: 2 * max(0, count - 1)) { draw, word in
      guard draw % 2 == 1 else {
        low = word
        return
      }
      let last = count - 1 - draw / 2
      let random = UInt64(word) << 32 | UInt64(low)
      // The high half of the product is evenly spread over 0...last to within 2^-32.
      let chosen = Int(random.multipliedFullWidth(by: UInt64(last + 1)).high)
      (values[last], values[chosen]) = (values[chosen], values[last])
    }
  }
}
