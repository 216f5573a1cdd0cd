import CDenseKernels

/// Matrix products in the forms that prediction and training need.
///
/// Every element of a result is summed in an order that depends on the shape of the right factor alone, never on rows,
/// threads or tiles: chains of fused multiply-adds over 512 ascending terms from zero, whose sums are added in
/// ascending order; or, where the result has at most 8 columns, 16 interleaved chains folded by halves.
/// Large products are spread over the threads of `ThreadPool`.
public enum Product {
  /// output = activation(left . right + bias), rows x columns.
  /// - Parameters:
  ///   - left: rows x `right.inner`.
  ///   - bias: one value for each column, added after the sum.
  ///   - preactivation: where given, left . right + bias is written here too; may be the same memory as `output`
  ///     for the linear activation alone.
  ///   - output: does not overlap `left`.
  ///   - staysOnThread: whether even a large product is left to the caller's thread.
  public static func multiply(
    _ left: MatrixView, _ right: borrowing PackedMatrix, bias: UnsafePointer<Float>?, activation: ActivationKernel,
    preactivation: MutableMatrixView?, into output: MutableMatrixView, staysOnThread: Bool = false
  ) {
    multiply(
      left, right.view, bias: bias, activation: activation, preactivation: preactivation, into: output,
      staysOnThread: staysOnThread)
  }

  /// output = activation((left . right + bias) * scale + shift): as above, for a borrowed factor.
  /// - Parameters:
  ///   - scaling: scale and shift of each column; none means 1 and 0.
  public static func multiply(
    _ left: MatrixView, _ right: PackedMatrixView, bias: UnsafePointer<Float>?, scaling: ColumnScaling? = nil,
    activation: ActivationKernel, preactivation: MutableMatrixView?, into output: MutableMatrixView,
    staysOnThread: Bool = false
  ) {
    let sums = preactivation ?? output
    let product = dk_product(
      rows: left.rows, columns: right.columns, inner: right.inner, left: left.pointer, left_stride: left.stride,
      left_rows: nil, right: right.pointer, right_streams: right.passesSecondLevel ? 1 : 0, columns_after: 0,
      right_is_finite: right.isFinite ? 1 : 0, block_floats: CacheSizes.current.blockFloats, bias: bias,
      scale: scaling?.scale, shift: scaling?.shift, sums: sums.pointer, sums_stride: sums.stride,
      output: output.pointer, output_stride: output.stride, activation: activation.code,
      parameter: activation.parameter)
    if staysOnThread {
      withUnsafePointer(to: product) { right.kernels.pointee.multiply($0) }
    } else {
      multiply(product, kernels: right.kernels)
    }
  }
}
