import DenseCompute

/// What one layer does to rows in prediction, as plain values and borrowed memory: no object is looked at while rows pass.
/// Any number of threads may run one at once. Whoever made a step keeps the memory that it borrows.
struct InferenceStep {
  enum Work {
    /// activation(x . kernel + bias)
    case affine(PackedMatrixView, bias: UnsafePointer<Float>?, ActivationKernel)
    /// x * scale + shift, by columns: batch normalization with its moving statistics.
    case normalization(scale: UnsafePointer<Float>, shift: UnsafePointer<Float>)
    /// phi(x)
    case activation(ActivationKernel)
  }

  let work: Work
  let outputs: Int

  /// - Parameters:
  ///   - input: rows x inputs.
  ///   - output: rows x outputs; the same memory as `input` where the layer's plan says that it works in place.
  ///   - staysOnThread: whether even large work is left to the caller's thread.
  func run(_ input: MatrixView, into output: MutableMatrixView, staysOnThread: Bool) {
    switch work {
    case .affine(let kernel, let bias, let activation):
      Product.multiply(
        input, kernel, bias: bias, activation: activation, preactivation: nil, into: output,
        staysOnThread: staysOnThread)
    case .normalization(let scale, let shift):
      Vector.normalizeColumns(input, scale: scale, shift: shift, into: output)
    case .activation(let kernel):
      kernel.forward(input, into: output)
    }
  }
}

// Copies that borrow from nobody else.
extension InferenceStep {
  /// Floats that a copy takes, each array from a cache line on.
  func copyFloats() throws(DenseError) -> Int {
    let line = try outputs.roundedUpToLine()
    return switch work {
    case .affine(let kernel, let bias, _): try kernel.floatCount.roundedUpToLine().plus(bias == nil ? 0 : line)
    case .normalization: try line.times(2)
    case .activation: 0
    }
  }

  /// The same step over copies at `place`, which has room for `copyFloats` and starts on a cache line.
  func copied(to place: UnsafeMutablePointer<Float>) throws(DenseError) -> InferenceStep {
    var free = place
    func copy(_ values: UnsafePointer<Float>) throws(DenseError) -> UnsafePointer<Float> {
      let copy = free
      copy.update(from: values, count: outputs)
      free += try outputs.roundedUpToLine()
      return UnsafePointer(copy)
    }
    switch work {
    case .affine(let kernel, let bias, let activation):
      let kernel = kernel.copied(to: free)
      free += try kernel.floatCount.roundedUpToLine()
      let bias: UnsafePointer<Float>? = if let bias { try copy(bias) } else { nil }
      return InferenceStep(work: .affine(kernel, bias: bias, activation), outputs: outputs)
    case .normalization(let scale, let shift):
      return InferenceStep(work: .normalization(scale: try copy(scale), shift: try copy(shift)), outputs: outputs)
    case .activation:
      return self
    }
  }
}
