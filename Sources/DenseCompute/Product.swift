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
  public static func multiply(
    _ left: MatrixView, _ right: borrowing PackedMatrix, bias: UnsafePointer<Float>?, activation: ActivationKernel,
    preactivation: MutableMatrixView?, into output: MutableMatrixView
  ) {
    multiply(
      left, right.view, bias: bias, activation: activation, preactivation: preactivation, into: output)
  }

  /// output = activation((left . right + bias) * scale + shift): as above, for a borrowed factor.
  /// - Parameters:
  ///   - scaling: scale and shift of each column; none means 1 and 0.
  ///   - staysOnThread: whether even a large product is left to the caller's thread.
  public static func multiply(
    _ left: MatrixView, _ right: PackedMatrixView, bias: UnsafePointer<Float>?, scaling: ColumnScaling? = nil,
    activation: ActivationKernel, preactivation: MutableMatrixView?, into output: MutableMatrixView,
    staysOnThread: Bool = false
  ) {
    let sums = preactivation ?? output
    let product = dk_product(
      rows: left.rows, columns: right.columns, inner: right.inner, left: left.pointer, left_stride: left.stride,
      right: right.pointer, right_streams: right.streams ? 1 : 0, bias: bias, scale: scaling?.scale,
      shift: scaling?.shift, sums: sums.pointer, sums_stride: sums.stride, output: output.pointer,
      output_stride: output.stride, activation: activation.code, parameter: activation.parameter)
    if staysOnThread {
      withUnsafePointer(to: product) { right.kernels.pointee.multiply($0) }
    } else {
      multiply(product, kernels: right.kernels)
    }
  }

  /// Whether `multiply` takes a right factor of so many columns only when it is packed.
  public static func needsPacking(columns: Int) -> Bool { columns <= DK_NARROW_COLUMNS }

  /// As above, for a right factor as it stands in memory, which is packed piece by piece on the way: for a factor that
  /// changes from product to product.
  /// - Parameters:
  ///   - right: inner x columns, of which there are as many as `needsPacking` allows; or columns x inner.
  ///   - transposing: whether `right` is columns x inner.
  public static func multiply(
    _ left: MatrixView, unpacked right: MatrixView, transposing: Bool, bias: UnsafePointer<Float>?,
    activation: ActivationKernel, preactivation: MutableMatrixView?, into output: MutableMatrixView
  ) {
    multiply(
      left, unpacked: right, transposing: transposing, bias: bias, activation: activation,
      preactivation: preactivation, into: output, kernels: InstructionSet.kernels)
  }

  package static func multiply(
    _ left: MatrixView, unpacked right: MatrixView, transposing: Bool, bias: UnsafePointer<Float>?,
    activation: ActivationKernel, preactivation: MutableMatrixView?, into output: MutableMatrixView, kernels: Kernels
  ) {
    let sums = preactivation ?? output
    let product = dk_product(
      rows: left.rows, columns: output.columns, inner: left.columns, left: left.pointer, left_stride: left.stride,
      right: right.pointer, right_streams: 0, bias: bias, scale: nil, shift: nil, sums: sums.pointer,
      sums_stride: sums.stride, output: output.pointer, output_stride: output.stride, activation: activation.code,
      parameter: activation.parameter)
    multiply(product, unpacked: UnpackedFactor(stride: right.stride, transposes: transposing), kernels: kernels)
  }

  /// result = left^T . right, or += where it accumulates: a weight gradient.
  /// - Parameters:
  ///   - left: rows x a.
  ///   - right: rows x b.
  ///   - result: a x b; overlaps neither factor.
  public static func accumulateTransposed(
    _ left: MatrixView, _ right: MatrixView, into result: MutableMatrixView, accumulates: Bool
  ) {
    accumulateTransposed(left, right, into: result, accumulates: accumulates, kernels: InstructionSet.kernels)
  }

  package static func accumulateTransposed(
    _ left: MatrixView, _ right: MatrixView, into result: MutableMatrixView, accumulates: Bool, kernels: Kernels
  ) {
    let product = dk_transposed_product(
      rows: left.rows, left_columns: left.columns, right_columns: right.columns, left: left.pointer,
      left_stride: left.stride, right: right.pointer, right_stride: right.stride, result: result.pointer,
      result_stride: result.stride, accumulates: accumulates ? 1 : 0)
    accumulate(product, kernels: kernels)
  }
}
