public import DenseCompute

/// Gradient descent, with momentum and Nesterov's rule where asked for.
///
/// v = momentum * v - learningRate * g; w += v, or w += momentum * v - learningRate * g with Nesterov's rule.
public struct SGD: Optimizer {
  public static let name = "sgd"
  public static let aliases = ["gradient_descent"]
  public static let settings: [Setting<Self>] =
    [
      learningRateSetting,
      .number("momentum", \.momentum, in: .fraction),
      .flag("nesterov", \.usesNesterov),
    ] + commonSettings

  /// Learning rate, weight decay and clipping.
  public var common = OptimizerSettings(learningRate: 0.01)
  /// The share of the last step that the next one repeats.
  public var momentum = 0.0
  /// Whether to take the gradient's step from where momentum leads.
  public var usesNesterov = false

  public init() {}
  /// See the properties; `common` has the settings that every optimizer has.
  public init(learningRate: Double, momentum: Double = 0, nesterov: Bool = false) {
    common.learningRate = learningRate
    self.momentum = momentum
    usesNesterov = nesterov
  }

  public var slots: [String] { momentum > 0 ? ["momentum"] : [] }

  public func kernel(iteration: Int) -> OptimizerKernel {
    .sgd(learningRate: common.learningRate, momentum: momentum, nesterov: usesNesterov, decay: common.decay)
  }
}

extension Optimizer where Self == SGD {
  /// Gradient descent, with momentum and Nesterov's rule where asked for.
  public static func sgd(learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false) -> SGD {
    SGD(learningRate: learningRate, momentum: momentum, nesterov: nesterov)
  }
}
