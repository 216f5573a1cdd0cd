public import DenseCompute

/// Uniform draws within ±sqrt(6 / (fan-in + fan-out)).
/// Source: Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks".
public struct GlorotUniform: RandomInitializer {
  public static let name = "glorot_uniform"
  public static let aliases = ["xavier_uniform"]
  public static let settings: [Setting<Self>] = [.optionalInteger("seed", \.seed, in: seedRange)]

  /// A seed of its own, from 0 to 2^53; none means the network's.
  public var seed: Int?

  public init() {}
  /// - Parameter seed: a seed of its own; none means the network's.
  public init(seed: Int?) { self.seed = seed }

  public func fill(
    _ values: UnsafeMutablePointer<Float>, rows: Int, columns: Int, fanIn: Int, fanOut: Int, random: RandomStream
  ) {
    VarianceScaling(scale: 1, fan: .average).fillUniform(
      values, count: rows * columns, fanIn: fanIn, fanOut: fanOut, random: stream(random))
  }
}

extension Initializer where Self == GlorotUniform {
  /// Uniform draws within ±sqrt(6 / (fan-in + fan-out)).
  public static var glorotUniform: GlorotUniform { GlorotUniform() }
}

/// Truncated normal draws of deviation sqrt(2 / (fan-in + fan-out)).
/// Source: Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks".
public struct GlorotNormal: RandomInitializer {
  public static let name = "glorot_normal"
  public static let aliases = ["xavier_normal"]
  public static let settings: [Setting<Self>] = [.optionalInteger("seed", \.seed, in: seedRange)]

  /// A seed of its own, from 0 to 2^53; none means the network's.
  public var seed: Int?

  public init() {}
  /// - Parameter seed: a seed of its own; none means the network's.
  public init(seed: Int?) { self.seed = seed }

  public func fill(
    _ values: UnsafeMutablePointer<Float>, rows: Int, columns: Int, fanIn: Int, fanOut: Int, random: RandomStream
  ) {
    VarianceScaling(scale: 1, fan: .average).fillNormal(
      values, count: rows * columns, fanIn: fanIn, fanOut: fanOut, random: stream(random))
  }
}

extension Initializer where Self == GlorotNormal {
  /// Truncated normal draws of deviation sqrt(2 / (fan-in + fan-out)).
  public static var glorotNormal: GlorotNormal { GlorotNormal() }
}
