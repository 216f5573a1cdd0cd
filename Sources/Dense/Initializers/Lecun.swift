/// Uniform draws within ±sqrt(3 / fan-in).
/// Source: LeCun et al. 1998, "Efficient backprop".
public struct LecunUniform: VarianceScalingInitializer {
  public static let name = "lecun_uniform"
  static let scaling = VarianceScaling(scale: 1, fan: .fanIn, law: .uniform)

  /// A seed of its own, from 0 to 2^53; none means the network's.
  public var seed: Int?

  public init() {}
  /// - Parameter seed: a seed of its own; none means the network's.
  public init(seed: Int?) { self.seed = seed }
}

extension Initializer where Self == LecunUniform {
  /// Uniform draws within ±sqrt(3 / fan-in).
  public static var lecunUniform: LecunUniform { LecunUniform() }
}

/// Truncated normal draws of deviation sqrt(1 / fan-in).
/// Source: LeCun et al. 1998, "Efficient backprop".
public struct LecunNormal: VarianceScalingInitializer {
  public static let name = "lecun_normal"
  static let scaling = VarianceScaling(scale: 1, fan: .fanIn, law: .truncatedNormal)

  /// A seed of its own, from 0 to 2^53; none means the network's.
  public var seed: Int?

  public init() {}
  /// - Parameter seed: a seed of its own; none means the network's.
  public init(seed: Int?) { self.seed = seed }
}

extension Initializer where Self == LecunNormal {
  /// Truncated normal draws of deviation sqrt(1 / fan-in).
  public static var lecunNormal: LecunNormal { LecunNormal() }
}
