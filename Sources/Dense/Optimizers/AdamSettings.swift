import DenseCompute

/// What Adam and AdamW share: they differ in their default decay alone.
///
/// m += (g - m) * (1 - beta1); v += (g^2 - v) * (1 - beta2);
/// w -= learningRate * sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon) in step t, counted from 1.
/// Source: Kingma and Ba 2015, "Adam: a method for stochastic optimization", in the form before its section 2.1,
/// as Keras has it; AMSGrad after Reddi, Kale and Kumar 2018.
public struct AdamSettings: Sendable, Equatable {
  /// The share of the old mean gradient that a new mean keeps.
  public var beta1 = 0.9
  /// The share of the old mean squared gradient that a new mean keeps.
  public var beta2 = 0.999
  /// What keeps the step finite where all gradients were zero.
  public var epsilon = 1e-7
  /// Whether to divide by the largest mean squared gradient so far (AMSGrad).
  public var usesAMSGrad = false

  public init() {}
  /// See the properties.
  public init(beta1: Double, beta2: Double, epsilon: Double, amsgrad: Bool) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    usesAMSGrad = amsgrad
  }
}

/// An optimizer of Adam's family.
protocol AdamOptimizer: Optimizer {
  var adam: AdamSettings { get set }
}

extension AdamOptimizer {
  static var adamSettings: [Setting<Self>] {
    [
      learningRateSetting,
      .number("beta_1", \.adam.beta1, in: .unit),
      .number("beta_2", \.adam.beta2, in: .unit),
      .number("epsilon", \.adam.epsilon, in: .nonNegative),
      .flag("amsgrad", \.adam.usesAMSGrad),
    ] + commonSettings
  }

  func adamSlots() -> [String] { ["momentum", "velocity"] + (adam.usesAMSGrad ? ["velocity_hat"] : []) }

  func adamKernel(iteration: Int) -> OptimizerKernel {
    let correction1 = 1 - power(adam.beta1, iteration)
    let correction2 = 1 - power(adam.beta2, iteration)
    return .adam(
      stepSize: common.learningRate * correction2.squareRoot() / correction1, beta1: adam.beta1, beta2: adam.beta2,
      epsilon: adam.epsilon, amsgrad: adam.usesAMSGrad, decay: common.decay)
  }
}

/// base^exponent by repeated squaring. The C library's `pow` may round differently from machine to machine, and
/// training promises equal bits.
func power(_ base: Double, _ exponent: Int) -> Double {
  var result = 1.0
  var factor = base
  var remaining = exponent
  while remaining > 0 {
    if remaining & 1 == 1 { result *= factor }
    factor *= factor
    remaining >>= 1
  }
  return result
}
