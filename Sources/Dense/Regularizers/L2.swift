import DenseCompute

/// l2 * sum w^2.
public struct L2: Regularizer {
  public static let name = "l2"
  public static let settings: [Setting<Self>] = [.number("l2", \.l2, in: .nonNegative)]

  /// The factor of the sum of squares; at least 0.
  public var l2 = 0.01

  public init() {}
  /// - Parameter l2: the factor of the sum of squares; at least 0.
  public init(_ l2: Double) { self.l2 = l2 }

  public func penalty(_ weights: UnsafePointer<Float>, count: Int) -> Double {
    l2 * Vector.sumOfSquares(weights, count: count)
  }

  public func addGradient(_ weights: UnsafePointer<Float>, to gradients: UnsafeMutablePointer<Float>, count: Int) {
    Vector.addPenaltyGradient(weights: weights, to: gradients, count: count, l1: 0, l2: Float(l2))
  }
}

extension Regularizer where Self == L2 {
  /// l2 * sum w^2.
  public static func l2(_ l2: Double = 0.01) -> L2 { L2(l2) }
}
