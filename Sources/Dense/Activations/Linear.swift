public import DenseCompute

/// z itself.
public struct Linear: Activation {
  public static let name = "linear"

  public init() {}

  public var kernel: ActivationKernel { .linear }
}

extension Activation where Self == Linear {
  /// z itself.
  public static var linear: Linear { Linear() }
}
