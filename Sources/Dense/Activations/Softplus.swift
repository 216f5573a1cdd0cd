public import DenseCompute

/// log(1 + exp(z)).
public struct Softplus: Activation {
  public static let name = "softplus"

  public init() {}

  public var kernel: ActivationKernel { .softplus }
}

extension Activation where Self == Softplus {
  /// log(1 + exp(z)).
  public static var softplus: Softplus { Softplus() }
}
