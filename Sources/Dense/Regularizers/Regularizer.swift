/// A penalty on the size of weights, added to the loss.
public protocol Regularizer: Configurable {
  /// The penalty of `count` weights.
  func penalty(_ weights: UnsafePointer<Float>, count: Int) -> Double
  /// Adds the penalty's derivative to `gradients`.
  func addGradient(_ weights: UnsafePointer<Float>, to gradients: UnsafeMutablePointer<Float>, count: Int)
}
