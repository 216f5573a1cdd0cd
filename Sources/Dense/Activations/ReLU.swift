public import DenseCompute

/// max(z, 0).
public struct ReLU: Activation {
  public static let name = "relu"

  public init() {}

  public var kernel: ActivationKernel { .relu }
}

extension Activation where Self == ReLU {
  /// max(z, 0).
  public static var relu: ReLU { ReLU() }
}
