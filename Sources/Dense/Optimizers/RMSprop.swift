public import DenseCompute

/// Steps scaled by a running mean of squared gradients.
///
/// v = rho * v + (1 - rho) * g^2; step = learningRate * g / sqrt(v + epsilon), where the centered form subtracts the
/// square of the running mean gradient from v; with momentum, m = momentum * m + step and w -= m.
/// Source: Tieleman and Hinton 2012, lecture 6.5; the place of epsilon is Keras's.
public struct RMSprop: Optimizer {
  public static let name = "rmsprop"
  public static let settings: [Setting<Self>] =
    [
      learningRateSetting,
      .number("rho", \.rho, in: .fraction),
      .number("momentum", \.momentum, in: .fraction),
      .number("epsilon", \.epsilon, in: .nonNegative),
      .flag("centered", \.isCentered),
    ] + commonSettings

  /// Learning rate, weight decay and clipping.
  public var common = OptimizerSettings(learningRate: 0.001)
  /// The share of the old mean that a new mean keeps.
  public var rho = 0.9
  /// The share of the last step that the next one repeats, from 0 to 1.
  public var momentum = 0.0
  /// What keeps the step finite where all gradients were zero.
  public var epsilon = 1e-7
  /// Whether to divide by the variance of the gradients in place of their mean square.
  public var isCentered = false

  public init() {}
  /// See the properties; `common` has the settings that every optimizer has.
  public init(
    learningRate: Double, rho: Double = 0.9, momentum: Double = 0, epsilon: Double = 1e-7, centered: Bool = false
  ) {
    common.learningRate = learningRate
    self.rho = rho
    self.momentum = momentum
    self.epsilon = epsilon
    isCentered = centered
  }

  public var slots: [String] {
    ["velocity"] + (momentum > 0 ? ["momentum"] : []) + (isCentered ? ["average_gradient"] : [])
  }

  public func kernel(iteration: Int) -> OptimizerKernel {
    .rmsprop(
      learningRate: common.learningRate, rho: rho, momentum: momentum, epsilon: epsilon, centered: isCentered,
      decay: common.decay)
  }
}

extension Optimizer where Self == RMSprop {
  /// Steps scaled by a running mean of squared gradients.
  public static func rmsprop(learningRate: Double = 0.001, rho: Double = 0.9, momentum: Double = 0) -> RMSprop {
    RMSprop(learningRate: learningRate, rho: rho, momentum: momentum)
  }
}
