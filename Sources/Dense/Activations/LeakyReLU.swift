public import DenseCompute

/// z where positive, else `negativeSlope` * z.
public struct LeakyReLU: Activation {
  public static let name = "leaky_relu"
  public static let settings: [Setting<Self>] = [.number("negative_slope", \.negativeSlope, in: .nonNegative)]

  /// The slope below zero; at least 0.
  public var negativeSlope = 0.2

  public init() {}
  /// - Parameter negativeSlope: at least 0.
  public init(negativeSlope: Double) { self.negativeSlope = negativeSlope }

  public var kernel: ActivationKernel { .leakyReLU(slope: Float(negativeSlope)) }
}

extension Activation where Self == LeakyReLU {
  /// z where positive, else `negativeSlope` * z.
  public static func leakyReLU(negativeSlope: Double = 0.2) -> LeakyReLU { LeakyReLU(negativeSlope: negativeSlope) }
}
