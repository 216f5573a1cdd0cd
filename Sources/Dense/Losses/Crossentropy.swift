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

/// Calls `body` for one range of columns after the other, each with room on the stack for `arrays` arrays of its length.
/// A loss allocates nothing however wide the outputs are.
func forEachChunk(
  of columns: Int, arrays: Int = 1, _ body: (_ range: Range<Int>, _ scratch: UnsafeMutablePointer<Float>) -> Void
) {
  // Larger temporary memory would come from the heap.
  let stackFloats = 256
  withUnsafeTemporaryAllocation(of: Float.self, capacity: stackFloats) { memory in
    memory.initialize(repeating: 0)
    guard let scratch = memory.baseAddress else { return }
    let length = stackFloats / arrays
    for start in stride(from: 0, to: columns, by: length) { body(start..<min(start + length, columns), scratch) }
  }
}
