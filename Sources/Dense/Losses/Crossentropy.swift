import DenseCompute

/// How near to 0 and 1 a probability may come before its logarithm is taken: Keras's epsilon.
let probabilityMargin: Float = 1e-7

/// Clips to [1e-7, 1 - 1e-7]. NaN stays NaN.
func clippedProbability(_ probability: Float) -> Float {
  probability < probabilityMargin
    ? probabilityMargin : probability > 1 - probabilityMargin ? 1 - probabilityMargin : probability
}

/// Whether clipping leaves `probability` as it is; elsewhere the derivative of the clip is zero.
func isInsideMargin(_ probability: Float) -> Bool {
  !(probability < probabilityMargin || probability > 1 - probabilityMargin)
}

/// Memory for the rows that a cross-entropy works on: `rows` arrays of `columns` values.
func withScratchRows<Result>(
  _ rows: Int, columns: Int, _ body: (_ row: (Int) -> UnsafeMutablePointer<Float>) -> Result
) -> Result {
  withUnsafeTemporaryAllocation(of: Float.self, capacity: max(1, rows * columns)) { memory in
    memory.initialize(repeating: 0)
    // A buffer of at least one float has an address.
    let base = memory.baseAddress.unsafelyUnwrapped
    return body { base + $0 * columns }
  }
}
