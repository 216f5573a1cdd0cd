/// Operations on `count` floats. Results have the same bits on every instruction set with fused multiply-add.
/// Input and output may be the same memory. Calls on different arrays may run at once.
public enum Vector {
  public static func exp(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    Reference.map(x, into: y, count: count, Reference.exponential)
  }

  public static func log(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    Reference.map(x, into: y, count: count, Reference.logarithm)
  }

  public static func tanh(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    Reference.map(x, into: y, count: count, Reference.hyperbolicTangent)
  }

  /// 1 / (1 + exp(-x))
  public static func sigmoid(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    Reference.map(x, into: y, count: count, Reference.sigmoid)
  }

  /// log(1 + exp(x))
  public static func softplus(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    Reference.map(x, into: y, count: count, Reference.softplus)
  }

  public static func erf(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    Reference.map(x, into: y, count: count, Reference.errorFunction)
  }

  /// log(sum(exp(z))) of each row of z, computed without overflow. `result` has one value for each row.
  public static func logSumExp(_ z: MatrixView, into result: UnsafeMutablePointer<Float>) {
    Reference.logSumExp(z, into: result)
  }

  /// x *= factor
  public static func scale(_ x: UnsafeMutablePointer<Float>, count: Int, by factor: Float) {
    for i in 0..<count { x[i] *= factor }
  }

  /// Limits every magnitude to `limit`; NaN stays.
  public static func clamp(_ x: UnsafeMutablePointer<Float>, count: Int, limit: Float) {
    for i in 0..<count {
      if x[i] > limit { x[i] = limit } else if x[i] < -limit { x[i] = -limit }
    }
  }

  /// g += l1 * sign(w) + 2 * l2 * w, with sign(0) = 0.
  public static func addPenaltyGradient(
    weights: UnsafePointer<Float>, to gradients: UnsafeMutablePointer<Float>, count: Int, l1: Float, l2: Float
  ) {
    for i in 0..<count {
      let weight = weights[i]
      let sign: Float = weight > 0 ? 1 : weight < 0 ? -1 : 0
      gradients[i] += l1 * sign + 2 * l2 * weight
    }
  }
}
