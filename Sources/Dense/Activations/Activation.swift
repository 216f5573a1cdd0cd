public import DenseCompute

/// A function of a layer's pre-activation z, applied row by row.
public protocol Activation: Configurable {
  /// The kernel that computes the function and its derivative, with its parameter.
  var kernel: ActivationKernel { get }
}
