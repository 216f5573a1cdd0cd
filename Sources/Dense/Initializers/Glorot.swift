/// Uniform draws within ±sqrt(6 / (fan-in + fan-out)).
/// Source: Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks".
public struct GlorotUniform: VarianceScalingInitializer {
  public static let name = "glorot_uniform"
  public static let aliases = ["xavier_uniform"]
  static let scaling = VarianceScaling(scale: 1, fan: .average, law: .uniform)

  /// A seed of its own, from 0 to 2^53; none means the network's.
  public var seed: Int?

  public init() {}
  /// - Parameter seed: a seed of its own; none means the network's.
  public init(seed: Int?) { self.seed = seed }
}

extension Initializer where Self == GlorotUniform {
  /// Uniform draws within ±sqrt(6 / (fan-in + fan-out)).
  public static var glorotUniform: GlorotUniform { GlorotUniform() }
}

/// Truncated normal draws of deviation sqrt(2 / (fan-in + fan-out)).
/// Source: Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks".
public struct GlorotNormal: VarianceScalingInitializer {
  public static let name = "glorot_normal"
  public static let aliases = ["xavier_normal"]
  static let scaling = VarianceScaling(scale: 1, fan: .average, law: .truncatedNormal)

  /// A seed of its own, from 0 to 2^53; none means the network's.
  public var seed: Int?

  public init() {}
  /// - Parameter seed: a seed of its own; none means the network's.
  public init(seed: Int?) { self.seed = seed }
}

extension Initializer where Self == GlorotNormal {
  /// Truncated normal draws of deviation sqrt(2 / (fan-in + fan-out)).
  public static var glorotNormal: GlorotNormal { GlorotNormal() }
}
