/// The derivative phi'(z) of an activation on a whole batch, for whoever makes the gradient of the activation's output to
/// turn it into the gradient of z while it is in the cache.
public struct ActivationDerivative {
  private let activation: ActivationKernel
  /// What the activation's `backward` reads: rows x columns.
  private let known: MatrixView

  /// - Parameters:
  ///   - activation: any but softmax, of which a derivative takes whole rows.
  ///   - z: only read where the activation needs it; any view will do elsewhere.
  ///   - a: the activation's output.
  public init(_ activation: ActivationKernel, z: MatrixView, a: MatrixView) {
    self.activation = activation
    known = activation.needsPreactivation ? z : a
  }

  /// gradient *= phi'(z), for a part of the batch.
  func multiply(_ gradient: MutableMatrixView, rows: Range<Int>, columns: Range<Int>, kernels: Kernels) {
    let place = gradient.row(rows.lowerBound) + columns.lowerBound
    kernels.pointee.activation_gradient(
      activation.code, activation.parameter, rows.count, columns.count,
      known.row(rows.lowerBound) + columns.lowerBound, known.stride, place, gradient.stride, place, gradient.stride)
  }

  /// gradient *= phi'(z).
  public func multiply(_ gradient: MutableMatrixView) {
    multiply(gradient, rows: 0..<gradient.rows, columns: 0..<gradient.columns, kernels: InstructionSet.kernels)
  }
}
