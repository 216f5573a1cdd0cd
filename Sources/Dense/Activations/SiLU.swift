public import DenseCompute

/// z * sigmoid(z), also called swish.
public struct SiLU: Activation {
  public static let name = "silu"
  public static let aliases = ["swish"]

  public init() {}

  public var kernel: ActivationKernel { .silu }
}

extension Activation where Self == SiLU {
  /// z * sigmoid(z), also called swish.
  public static var silu: SiLU { SiLU() }
}
