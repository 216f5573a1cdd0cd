import DenseCompute

/// What one layer does to rows in prediction, as plain values and borrowed memory: no object is looked at while rows pass.
/// Any number of threads may run one at once. Whoever made a step keeps the memory that it borrows.
struct InferenceStep {
  enum Work {
    /// activation((x . kernel + bias) * scale + shift)
    case affine(PackedMatrixView, bias: UnsafePointer<Float>?, ColumnScaling?, ActivationKernel)
    /// Batch normalization with its moving statistics.
    case scaling(ColumnScaling)
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
    case .affine(let kernel, let bias, let scaling, let activation):
      Product.multiply(
        input, kernel, bias: bias, scaling: scaling, activation: activation, preactivation: nil, into: output,
        staysOnThread: staysOnThread)
    case .scaling(let scaling):
      Vector.scaleColumns(input, by: scaling, into: output)
    case .activation(let kernel):
      kernel.forward(input, into: output)
    }
  }
}

extension InferenceStep {
  /// The step for single rows, where it is a product.
  func rowProduct(staysOnThread: Bool) -> RowProduct? {
    guard case .affine(let kernel, let bias, let scaling, let activation) = work else { return nil }
    return RowProduct(kernel, bias: bias, scaling: scaling, activation: activation, staysOnThread: staysOnThread)
  }

  /// This step and `next` in one pass over the rows, where a product can do both: batch normalization and activation
  /// work on its sums while they are in the cache. The bits are those of the two steps.
  func followed(by next: InferenceStep) -> InferenceStep? {
    guard case .affine(let kernel, let bias, let scaling, .linear) = work else { return nil }
    let work: Work
    switch next.work {
    case .affine: return nil
    case .scaling(let nextScaling):
      guard scaling == nil else { return nil }
      work = .affine(kernel, bias: bias, nextScaling, .linear)
    case .activation(let activation): work = .affine(kernel, bias: bias, scaling, activation)
    }
    return InferenceStep(work: work, outputs: outputs)
  }
}

// Copies that borrow from nobody else.
extension InferenceStep {
  /// Floats that a copy takes, each array from a cache line on.
  func copyFloats() throws(DenseError) -> Int {
    let line = try outputs.roundedUpToLine()
    return switch work {
    case .affine(let kernel, let bias, let scaling, _):
      try kernel.floatCount.roundedUpToLine().plus(line.times((bias == nil ? 0 : 1) + (scaling == nil ? 0 : 2)))
    case .scaling: try line.times(2)
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
    func copy(_ scaling: ColumnScaling) throws(DenseError) -> ColumnScaling {
      ColumnScaling(scale: try copy(scaling.scale), shift: try copy(scaling.shift))
    }
    switch work {
    case .affine(let kernel, let bias, let scaling, let activation):
      let kernel = kernel.copied(to: free)
      free += try kernel.floatCount.roundedUpToLine()
      let bias: UnsafePointer<Float>? = if let bias { try copy(bias) } else { nil }
      let scaling: ColumnScaling? = if let scaling { try copy(scaling) } else { nil }
      return InferenceStep(work: .affine(kernel, bias: bias, scaling, activation), outputs: outputs)
    case .scaling(let scaling):
      return InferenceStep(work: .scaling(try copy(scaling)), outputs: outputs)
    case .activation:
      return self
    }
  }
}
