public import DenseCompute

/// exp(z) / sum of exp(z) over the row: a distribution over the units.
public struct Softmax: Activation {
  public static let name = "softmax"

  public init() {}

  public var kernel: ActivationKernel { .softmax }
}

extension Activation where Self == Softmax {
  /// exp(z) / sum of exp(z) over the row: a distribution over the units.
  public static var softmax: Softmax { Softmax() }
}
