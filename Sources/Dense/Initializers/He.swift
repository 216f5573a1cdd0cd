/// Uniform draws within ±sqrt(6 / fan-in), for relu and its kin.
/// Source: He et al. 2015, "Delving deep into rectifiers".
public struct HeUniform: VarianceScalingInitializer {
  public static let name = "he_uniform"
  public static let aliases = ["kaiming_uniform"]
  static let scaling = VarianceScaling(scale: 2, fan: .fanIn, law: .uniform)

  /// A seed of its own, from 0 to 2^53; none means the network's.
  public var seed: Int?

  public init() {}
  /// - Parameter seed: a seed of its own; none means the network's.
  public init(seed: Int?) { self.seed = seed }
}

extension Initializer where Self == HeUniform {
  /// Uniform draws within ±sqrt(6 / fan-in), for relu and its kin.
  public static var heUniform: HeUniform { HeUniform() }
}

/// Truncated normal draws of deviation sqrt(2 / fan-in), for relu and its kin.
/// Source: He et al. 2015, "Delving deep into rectifiers".
public struct HeNormal: VarianceScalingInitializer {
  public static let name = "he_normal"
  public static let aliases = ["kaiming_normal"]
  static let scaling = VarianceScaling(scale: 2, fan: .fanIn, law: .truncatedNormal)

  /// A seed of its own, from 0 to 2^53; none means the network's.
  public var seed: Int?

  public init() {}
  /// - Parameter seed: a seed of its own; none means the network's.
  public init(seed: Int?) { self.seed = seed }
}

extension Initializer where Self == HeNormal {
  /// Truncated normal draws of deviation sqrt(2 / fan-in), for relu and its kin.
  public static var heNormal: HeNormal { HeNormal() }
}
