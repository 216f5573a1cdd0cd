public import DenseCompute

/// A rule that changes weights from their gradients. Holds settings alone; the slots live beside the weights.
public protocol Optimizer: Configurable {
  /// Settings that every optimizer has.
  var common: OptimizerSettings { get set }

  /// Names of the per-weight values that the rule keeps between steps, such as `momentum` and `velocity`.
  /// They depend on the settings: plain gradient descent keeps none, with momentum it keeps one.
  var slots: [String] { get }

  /// The rule of one step, weight decay included and clipping not (see `OptimizerSettings.clip`).
  /// - Parameter iteration: 1 in the first step.
  func kernel(iteration: Int) -> OptimizerKernel
}
