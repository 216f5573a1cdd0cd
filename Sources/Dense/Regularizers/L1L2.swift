import DenseCompute

/// l1 * sum |w| + l2 * sum w^2. Both factors are zero until set, as in Keras.
public struct L1L2: Regularizer {
  public static let name = "l1_l2"
  public static let settings: [Setting<Self>] = [
    .number("l1", \.l1, in: .nonNegative),
    .number("l2", \.l2, in: .nonNegative),
  ]

  /// The factor of the sum of magnitudes; at least 0.
  public var l1 = 0.0
  /// The factor of the sum of squares; at least 0.
  public var l2 = 0.0

  public init() {}
  /// - Parameters: the factors of the sum of magnitudes and of the sum of squares; at least 0.
  public init(l1: Double, l2: Double) {
    self.l1 = l1
    self.l2 = l2
  }

  public func penalty(_ weights: UnsafePointer<Float>, count: Int) -> Double {
    l1 * Vector.sumOfMagnitudes(weights, count: count) + l2 * Vector.sumOfSquares(weights, count: count)
  }

  public func addGradient(_ weights: UnsafePointer<Float>, to gradients: UnsafeMutablePointer<Float>, count: Int) {
    Vector.addPenaltyGradient(weights: weights, to: gradients, count: count, l1: Float(l1), l2: Float(l2))
  }
}

extension Regularizer where Self == L1L2 {
  /// l1 * sum |w| + l2 * sum w^2.
  public static func l1l2(l1: Double, l2: Double) -> L1L2 { L1L2(l1: l1, l2: l2) }
}
