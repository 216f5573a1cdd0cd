import DenseCompute

/// The common form of the fan-scaled laws: draws of mean zero and variance scale / fan.
struct VarianceScaling {
  /// The number of connections that the variance is divided by.
  enum Fan { case fanIn, average }

  enum Law {
    /// On [-limit, limit), limit = sqrt(3 variance).
    case uniform
    /// A normal law cut at two standard deviations, widened so that what is left has the wanted variance.
    case truncatedNormal
  }

  let scale: Double
  let fan: Fan
  let law: Law

  /// The variance of each draw. A fan of zero counts as one, as in Keras.
  private func variance(fanIn: Int, fanOut: Int) -> Double {
    switch fan {
    case .fanIn: scale / max(1, Double(fanIn))
    case .average: scale / max(1, (Double(fanIn) + Double(fanOut)) / 2)
    }
  }

  func fill(_ values: UnsafeMutablePointer<Float>, count: Int, fanIn: Int, fanOut: Int, random: RandomStream) {
    let variance = variance(fanIn: fanIn, fanOut: fanOut)
    switch law {
    case .uniform:
      let limit = Float((3 * variance).squareRoot())
      random.uniform(values, count: count, from: -limit, to: limit)
    case .truncatedNormal:
      // The standard deviation of a standard normal law that was cut at two.
      let cutDeviation = 0.87962566103423978
      let deviation = variance.squareRoot() / cutDeviation
      random.truncatedNormal(values, count: count, mean: 0, standardDeviation: Float(deviation))
    }
  }
}

/// An initializer that is a fan-scaled law, with nothing to set but a seed.
protocol VarianceScalingInitializer: RandomInitializer {
  static var scaling: VarianceScaling { get }
}

extension VarianceScalingInitializer {
  public static var settings: [Setting<Self>] { [seedSetting] }

  public func fill(
    _ values: UnsafeMutablePointer<Float>, rows: Int, columns: Int, fanIn: Int, fanOut: Int, random: RandomStream
  ) {
    Self.scaling.fill(values, count: rows * columns, fanIn: fanIn, fanOut: fanOut, random: stream(random))
  }
}
