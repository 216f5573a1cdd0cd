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
