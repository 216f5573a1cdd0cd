public import DenseCompute

/// Normal draws, cut at two standard deviations from the mean. The cut makes their own deviation 0.8796 times the
/// setting.
public struct TruncatedNormal: RandomInitializer {
  public static let name = "truncated_normal"
  public static let settings: [Setting<Self>] = [
    .number("mean", \.mean, in: .finite),
    .number("stddev", \.standardDeviation, in: .nonNegative),
    seedSetting,
  ]

  /// The mean of the law before any cut.
  public var mean = 0.0
  /// The standard deviation of the law before any cut; at least 0.
  public var standardDeviation = 0.05
  /// A seed of its own, from 0 to 2^53; none means the network's.
  public var seed: Int?

  public init() {}
  /// - Parameter seed: a seed of its own; none means the network's.
  public init(mean: Double, standardDeviation: Double, seed: Int? = nil) {
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.seed = seed
  }

  public func fill(
    _ values: UnsafeMutablePointer<Float>, rows: Int, columns: Int, fanIn: Int, fanOut: Int, random: RandomStream
  ) {
    stream(random).truncatedNormal(
      values, count: rows * columns, mean: Float(mean), standardDeviation: Float(standardDeviation))
  }
}

extension Initializer where Self == TruncatedNormal {
  /// Normal draws, cut at two standard deviations from the mean.
  public static func truncatedNormal(mean: Double = 0, standardDeviation: Double = 0.05, seed: Int? = nil)
    -> TruncatedNormal
  {
    TruncatedNormal(mean: mean, standardDeviation: standardDeviation, seed: seed)
  }
}
