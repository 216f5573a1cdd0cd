import CDenseKernels

/// Operations on `count` floats. Results have the same bits on every instruction set with fused multiply-add.
/// Elementary functions are within 0.501 ULP of the exact value for every float unless they say otherwise.
/// Input and output may be the same memory. Calls on different arrays may run at once.
public enum Vector {
  public static func exp(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    InstructionSet.kernels.pointee.exp(x, y, count)
  }

  public static func log(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    InstructionSet.kernels.pointee.log(x, y, count)
  }

  /// Within 2.5 ULP. Results below the smallest normal number may be zero.
  public static func tanh(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    InstructionSet.kernels.pointee.tanh(x, y, count)
  }

  /// 1 / (1 + exp(-x)), within 2.5 ULP. Results below the smallest normal number may be zero.
  public static func sigmoid(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    InstructionSet.kernels.pointee.sigmoid(x, y, count)
  }

  /// log(1 + exp(x))
  public static func softplus(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    InstructionSet.kernels.pointee.softplus(x, y, count)
  }

  public static func erf(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    InstructionSet.kernels.pointee.erf(x, y, count)
  }

  /// log(sum(exp(z))) of each row of z, computed without overflow. `result` has one value for each row.
  public static func logSumExp(_ z: MatrixView, into result: UnsafeMutablePointer<Float>) {
    InstructionSet.kernels.pointee.log_sum_exp(z.rows, z.columns, z.pointer, z.stride, result)
  }

  /// x *= factor
  public static func scale(_ x: UnsafeMutablePointer<Float>, count: Int, by factor: Float) {
    InstructionSet.kernels.pointee.scale(x, count, factor)
  }

  /// Limits every magnitude to `limit`; NaN stays.
  public static func clamp(_ x: UnsafeMutablePointer<Float>, count: Int, limit: Float) {
    InstructionSet.kernels.pointee.clamp(x, count, limit)
  }

  /// g += l1 * sign(w) + 2 * l2 * w, with sign(0) = 0.
  public static func addPenaltyGradient(
    weights: UnsafePointer<Float>, to gradients: UnsafeMutablePointer<Float>, count: Int, l1: Float, l2: Float
  ) {
    InstructionSet.kernels.pointee.add_penalty_gradient(weights, gradients, count, l1, l2)
  }
}
