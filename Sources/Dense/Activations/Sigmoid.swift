public import DenseCompute

/// 1 / (1 + exp(-z)).
public struct Sigmoid: Activation {
  public static let name = "sigmoid"

  public init() {}

  public var kernel: ActivationKernel { .sigmoid }
}

extension Activation where Self == Sigmoid {
  /// 1 / (1 + exp(-z)).
  public static var sigmoid: Sigmoid { Sigmoid() }
}
