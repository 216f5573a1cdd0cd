import CDenseKernels

/// Sums run in double precision over 16 interleaved chains that are folded by halves.
extension Vector {
  public static func sum(_ x: UnsafePointer<Float>, count: Int) -> Double {
    InstructionSet.kernels.pointee.sum(x, count)
  }

  public static func sumOfSquares(_ x: UnsafePointer<Float>, count: Int) -> Double {
    InstructionSet.kernels.pointee.sum_of_squares(x, count)
  }

  public static func sumOfMagnitudes(_ x: UnsafePointer<Float>, count: Int) -> Double {
    InstructionSet.kernels.pointee.sum_of_magnitudes(x, count)
  }

  /// Whether none of the values is NaN or infinite.
  public static func isFinite(_ x: UnsafePointer<Float>, count: Int) -> Bool {
    firstNonFinite(x, count: count) == nil
  }

  /// The index of the first value that is NaN or infinite.
  public static func firstNonFinite(_ x: UnsafePointer<Float>, count: Int) -> Int? {
    first(x, count: count, beyond: .greatestFiniteMagnitude)
  }

  /// The largest magnitude whose square is a finite float32.
  public static var squareLimit: Float { 0x1.fffffep63 }

  /// Whether no value is NaN or of a magnitude above `limit`, which is not negative.
  public static func isWithin(_ x: MatrixView, limit: Float) -> Bool {
    InstructionSet.kernels.pointee.all_within(x.rows, x.columns, x.pointer, x.stride, limit) != 0
  }

  /// The index of the first value that is NaN or of a magnitude above `limit`, which is not negative.
  public static func first(_ x: UnsafePointer<Float>, count: Int, beyond limit: Float) -> Int? {
    let index = InstructionSet.kernels.pointee.first_beyond(x, count, limit)
    return index < count ? index : nil
  }
}
