/// Matrix products in the forms that prediction and training need.
///
/// Every element of a result is summed in an order that depends on the shape of the right factor alone, never on rows,
/// threads or tiles: chains of fused multiply-adds over 512 ascending terms from zero, whose sums are added in
/// ascending order; or, where the result has at most 8 columns, 16 interleaved chains folded by halves.
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
    let sums = preactivation ?? output
    let matrix = MatrixView(right.storage.pointer, rows: right.inner, columns: right.columns)
    Reference.multiply(left, matrix, bias: bias, into: sums)
    activation.forward(sums.readOnly, into: output)
  }

  /// result += left^T . right: a weight gradient.
  /// - Parameters:
  ///   - left: rows x a.
  ///   - right: rows x b.
  ///   - result: a x b; overlaps neither factor.
  public static func accumulateTransposed(
    _ left: MatrixView, _ right: MatrixView, into result: MutableMatrixView
  ) {
    Reference.accumulateTransposed(left, right, into: result)
  }
}
