public import DenseCompute

/// z where positive, else `alpha` * (exp(z) - 1).
/// Source: Clevert, Unterthiner and Hochreiter 2016, "Fast and accurate deep network learning by exponential linear
/// units".
public struct ELU: Activation {
  public static let name = "elu"
  public static let settings: [Setting<Self>] = [.number("alpha", \.alpha, in: .nonNegative)]

  /// Minus the limit far below zero; at least 0.
  public var alpha = 1.0

  public init() {}
  /// - Parameter alpha: at least 0.
  public init(alpha: Double) { self.alpha = alpha }

  public var kernel: ActivationKernel { .elu(alpha: Float(alpha)) }
}

extension Activation where Self == ELU {
  /// z where positive, else `alpha` * (exp(z) - 1).
  public static func elu(alpha: Double = 1) -> ELU { ELU(alpha: alpha) }
}
