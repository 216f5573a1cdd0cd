import CDenseKernels

/// x * scale + shift by columns: one value of each for every column, borrowed from whoever makes it.
public struct ColumnScaling {
  public let scale: UnsafePointer<Float>
  public let shift: UnsafePointer<Float>

  public init(scale: UnsafePointer<Float>, shift: UnsafePointer<Float>) {
    (self.scale, self.shift) = (scale, shift)
  }
}

/// Statistics of columns: what batch normalization needs. Each column is one chain of double-precision
/// additions over ascending rows, rounded once, so no result depends on threads or tiles.
extension Vector {
  /// The mean and the biased variance of each column, in two passes. NaN where `x` has no rows.
  public static func columnMoments(
    _ x: MatrixView, mean: UnsafeMutablePointer<Float>, variance: UnsafeMutablePointer<Float>
  ) {
    InstructionSet.kernels.pointee.column_moments(x.rows, x.columns, x.pointer, x.stride, mean, variance)
  }

  /// y = x * scale + shift by columns. `y` may be the same memory as `x`.
  public static func scaleColumns(_ x: MatrixView, by scaling: ColumnScaling, into y: MutableMatrixView) {
    InstructionSet.kernels.pointee.scale_columns(
      x.rows, x.columns, x.pointer, x.stride, scaling.scale, scaling.shift, y.pointer, y.stride)
  }

  /// The gradients of y = gamma * xhat + beta with xhat = (x - mean) * inverseDeviation, where mean and deviation are the
  /// batch's own: dgamma += sum(dy * xhat), dbeta += sum(dy),
  /// dx = gamma * inverseDeviation * (dy - (sum(dy) + xhat * sum(dy * xhat)) / rows).
  /// - Parameters:
  ///   - mean: the batch mean of each column.
  ///   - inverseDeviation: 1 / sqrt(variance + epsilon) of each column.
  ///   - scale: gamma; none means 1.
  ///   - scaleGradient: dgamma, added to.
  ///   - shiftGradient: dbeta, added to.
  ///   - dx: may be the same memory as `dy`; none where no input gradient is wanted.
  public static func batchNormalizationBackward(
    _ x: MatrixView, outputGradient dy: MatrixView, mean: UnsafePointer<Float>,
    inverseDeviation: UnsafePointer<Float>, scale: UnsafePointer<Float>?,
    scaleGradient: UnsafeMutablePointer<Float>?, shiftGradient: UnsafeMutablePointer<Float>?,
    into dx: MutableMatrixView?
  ) {
    batchNormalizationBackward(
      x, outputGradient: dy, mean: mean, inverseDeviation: inverseDeviation, scale: scale,
      scaleGradient: scaleGradient, shiftGradient: shiftGradient, into: dx, kernels: InstructionSet.kernels)
  }

  package static func batchNormalizationBackward(
    _ x: MatrixView, outputGradient dy: MatrixView, mean: UnsafePointer<Float>,
    inverseDeviation: UnsafePointer<Float>, scale: UnsafePointer<Float>?,
    scaleGradient: UnsafeMutablePointer<Float>?, shiftGradient: UnsafeMutablePointer<Float>?,
    into dx: MutableMatrixView?, kernels: Kernels
  ) {
    var pass = dk_batch_normalization(
      rows: x.rows, columns: x.columns, input: x.pointer, input_stride: x.stride, output_gradient: dy.pointer,
      output_gradient_stride: dy.stride, mean: mean, inverse_deviation: inverseDeviation, scale: scale,
      scale_gradient: scaleGradient, shift_gradient: shiftGradient, input_gradient: dx?.pointer,
      input_gradient_stride: dx?.stride ?? 0)
    kernels.pointee.batch_normalization_gradient(&pass)
  }
}
