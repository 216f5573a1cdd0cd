public import DenseCompute

/// Adam with decoupled weight decay. See `AdamSettings`.
/// Source: Loshchilov and Hutter 2019, "Decoupled weight decay regularization".
public struct AdamW: AdamOptimizer {
  public static let name = "adamw"
  public static let settings: [Setting<Self>] = adamSettings

  /// Learning rate, weight decay and clipping.
  public var common = OptimizerSettings(learningRate: 0.001, weightDecay: 0.004)
  /// The settings of Adam's rule.
  public var adam = AdamSettings()

  public init() {}
  /// See `AdamSettings`; `common` has the settings that every optimizer has.
  public init(
    learningRate: Double, weightDecay: Double = 0.004, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7,
    amsgrad: Bool = false
  ) {
    common.learningRate = learningRate
    common.weightDecay = weightDecay
    adam = AdamSettings(beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad)
  }

  public var slots: [String] { adamSlots() }

  public func kernel(iteration: Int) -> OptimizerKernel { adamKernel(iteration: iteration) }
}

extension Optimizer where Self == AdamW {
  /// Adam with decoupled weight decay.
  public static func adamW(
    learningRate: Double = 0.001, weightDecay: Double = 0.004, beta1: Double = 0.9, beta2: Double = 0.999
  ) -> AdamW {
    AdamW(learningRate: learningRate, weightDecay: weightDecay, beta1: beta1, beta2: beta2)
  }
}
