/// A rule that changes weights from their gradients. Holds settings alone; the slots live beside the weights.
public protocol Optimizer: Configurable {
  /// Settings that every optimizer has.
  var common: OptimizerSettings { get set }

  /// Names of the per-weight values that the rule keeps between steps, such as `momentum` and `velocity`.
  /// They depend on the settings: plain gradient descent keeps none, with momentum it keeps one.
  var slots: [String] { get }

  /// Updates `count` weights in place, weight decay included and clipping not (see `OptimizerSettings.clip`).
  /// Any number of threads may call it at the same time on different weights.
  /// - Parameters:
  ///   - slots: one flat array of `count` values for each name in `slots`, zero before the first step.
  ///   - iteration: 1 in the first step.
  func update(
    weights: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, slots: [UnsafeMutablePointer<Float>],
    count: Int, iteration: Int)
}

/// Settings that every optimizer has, with Keras's names and meaning.
public struct OptimizerSettings: Sendable, Equatable {
  /// The size of a step.
  public var learningRate: Double
  /// Decoupled decay: all weights shrink by `learningRate * weightDecay` of their value before each step.
  public var weightDecay: Double?
  /// Bound on the L2 norm of the gradient of each parameter array. At most one of the three bounds is set.
  public var clipNorm: Double?
  /// Bound on the magnitude of each gradient element.
  public var clipValue: Double?
  /// Bound on the L2 norm of all gradients together.
  public var globalClipNorm: Double?

  public init(
    learningRate: Double, weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil,
    globalClipNorm: Double? = nil
  ) {
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.clipNorm = clipNorm
    self.clipValue = clipValue
    self.globalClipNorm = globalClipNorm
  }

  /// The share of its value that each weight loses in a step.
  var decay: Float { Float(learningRate * (weightDecay ?? 0)) }
}
