import CDenseKernels

/// Cross-entropy over classes, from logits.
extension Vector {
  /// exp(z - m) for each row of z, where m is the row's largest value.
  /// - Parameters:
  ///   - exponentials: rows x columns; none where the sums alone are wanted.
  ///   - largest: receives the largest value of each row; NaN counts for none.
  ///   - sums: receives the sum of each row's exponentials, added up in double precision.
  public static func shiftedExponentials(
    _ z: MatrixView, into exponentials: MutableMatrixView?, largest: UnsafeMutablePointer<Float>,
    sums: UnsafeMutablePointer<Float>
  ) {
    InstructionSet.kernels.pointee.shifted_exponentials(
      z.rows, z.columns, z.pointer, z.stride, exponentials?.pointer, exponentials?.stride ?? 0, largest, sums)
  }

  /// x = (x / sum * mass - (wanted * keep + even)) * factor, over `count` floats; without `wanted`, minus nothing.
  public static func classGradient(
    _ x: UnsafeMutablePointer<Float>, count: Int, sum: Float, mass: Float, wanted: UnsafePointer<Float>?, keep: Float,
    even: Float, factor: Float
  ) {
    InstructionSet.kernels.pointee.class_gradient(count, x, sum, mass, wanted, keep, even, factor)
  }
}
