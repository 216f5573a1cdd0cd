import DenseCompute

/// A rule that changes weights from their gradients. Holds settings alone; the slots live beside the weights.
public protocol Optimizer: Configurable {
  /// Settings that every optimizer has.
  var common: OptimizerSettings { get set }

  /// Names of the per-weight values that the rule keeps between steps, such as `momentum` and `velocity`.
  var slots: [String] { get }

  /// Updates `count` weights in place.
  /// - Parameters:
  ///   - slots: one flat array of `count` values for each name in `slots`.
  ///   - iteration: 1 in the first step.
  func update(
    weights: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, slots: [UnsafeMutablePointer<Float>],
    count: Int, iteration: Int)
}

/// Settings that every optimizer has, with Keras's names and meaning.
public struct OptimizerSettings: Sendable {
  public var learningRate: Double
  /// Decoupled decay: weights shrink by `learningRate * weightDecay` in each step.
  public var weightDecay: Double?
  /// Bound on the magnitude of each gradient element.
  public var clipValue: Double?
  /// Bound on the L2 norm of the gradient of each parameter array.
  public var clipNorm: Double?
  /// Bound on the L2 norm of all gradients together.
  public var globalClipNorm: Double?

  public init(learningRate: Double) { self.learningRate = learningRate }
}
