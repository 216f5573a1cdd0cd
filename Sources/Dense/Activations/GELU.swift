public import DenseCompute

/// z * Phi(z), with Phi the standard normal distribution function; or its approximation by tanh.
/// Source: Hendrycks and Gimpel 2016, "Gaussian error linear units".
public struct GELU: Activation {
  public static let name = "gelu"
  public static let settings: [Setting<Self>] = [.flag("approximate", \.isApproximate)]

  /// Whether to compute 0.5 z (1 + tanh(sqrt(2 / pi) (z + 0.044715 z^3))) instead.
  public var isApproximate = false

  public init() {}
  /// - Parameter approximate: whether to compute the approximation by tanh.
  public init(approximate: Bool) { isApproximate = approximate }

  public var kernel: ActivationKernel { isApproximate ? .geluTanh : .gelu }
}

extension Activation where Self == GELU {
  /// z * Phi(z), with Phi the standard normal distribution function; or its approximation by tanh.
  public static func gelu(approximate: Bool = false) -> GELU { GELU(approximate: approximate) }
}
