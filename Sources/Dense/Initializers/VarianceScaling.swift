import DenseCompute

/// The common form of the fan-scaled laws: draws of variance scale / fan.
struct VarianceScaling {
  /// The number of connections that the variance is divided by.
  enum Fan { case fanIn, average }

  let scale: Double
  let fan: Fan

  /// The variance of each draw. A fan of zero counts as one, as in Keras.
  private func variance(fanIn: Int, fanOut: Int) -> Double {
    switch fan {
    case .fanIn: scale / max(1, Double(fanIn))
    case .average: scale / max(1, (Double(fanIn) + Double(fanOut)) / 2)
    }
  }

  /// Uniform on [-limit, limit), limit = sqrt(3 variance).
  func fillUniform(
    _ values: UnsafeMutablePointer<Float>, count: Int, fanIn: Int, fanOut: Int, random: RandomStream
  ) {
    let limit = Float((3 * variance(fanIn: fanIn, fanOut: fanOut)).squareRoot())
    random.uniform(values, count: count, from: -limit, to: limit)
  }

  /// A normal law cut at two standard deviations, widened so that what is left has the wanted variance.
  func fillNormal(
    _ values: UnsafeMutablePointer<Float>, count: Int, fanIn: Int, fanOut: Int, random: RandomStream
  ) {
    // The standard deviation of a standard normal law that was cut at two.
    let cutDeviation = 0.87962566103423978
    let deviation = variance(fanIn: fanIn, fanOut: fanOut).squareRoot() / cutDeviation
    random.truncatedNormal(values, count: count, mean: 0, standardDeviation: Float(deviation))
  }
}
