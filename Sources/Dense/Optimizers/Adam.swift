public import DenseCompute

/// Steps by the running mean of gradients over the root of the running mean of their squares. See `AdamSettings`.
public struct Adam: AdamOptimizer {
  public static let name = "adam"
  public static let settings: [Setting<Self>] = adamSettings

  /// Learning rate, weight decay and clipping.
  public var common = OptimizerSettings(learningRate: 0.001)
  /// The settings of Adam's rule.
  public var adam = AdamSettings()

  public init() {}
  /// See `AdamSettings`; `common` has the settings that every optimizer has.
  public init(
    learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
    amsgrad: Bool = false
  ) {
    common.learningRate = learningRate
    adam = AdamSettings(beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad)
  }

  public var slots: [String] { adamSlots() }

  public func kernel(iteration: Int) -> OptimizerKernel { adamKernel(iteration: iteration) }
}

extension Optimizer where Self == Adam {
  /// Adam.
  public static func adam(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999
  ) -> Adam {
    Adam(learningRate: learningRate, beta1: beta1, beta2: beta2)
  }
}
