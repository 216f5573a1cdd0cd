public import DenseCompute

/// The hyperbolic tangent.
public struct Tanh: Activation {
  public static let name = "tanh"

  public init() {}

  public var kernel: ActivationKernel { .tanh }
}

extension Activation where Self == Tanh {
  /// The hyperbolic tangent.
  public static var tanh: Tanh { Tanh() }
}
