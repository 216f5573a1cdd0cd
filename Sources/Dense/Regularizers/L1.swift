import DenseCompute

/// l1 * sum |w|. Its derivative at zero counts as zero.
public struct L1: Regularizer {
  public static let name = "l1"
  public static let settings: [Setting<Self>] = [.number("l1", \.l1, in: .nonNegative)]

  /// The factor of the sum of magnitudes; at least 0.
  public var l1 = 0.01

  public init() {}
  /// - Parameter l1: the factor of the sum of magnitudes; at least 0.
  public init(_ l1: Double) { self.l1 = l1 }

  public func penalty(_ weights: UnsafePointer<Float>, count: Int) -> Double {
    l1 * Vector.sumOfMagnitudes(weights, count: count)
  }

  public func addGradient(_ weights: UnsafePointer<Float>, to gradients: UnsafeMutablePointer<Float>, count: Int) {
    Vector.addPenaltyGradient(weights: weights, to: gradients, count: count, l1: Float(l1), l2: 0)
  }
}

extension Regularizer where Self == L1 {
  /// l1 * sum |w|.
  public static func l1(_ l1: Double = 0.01) -> L1 { L1(l1) }
}
