public import DenseCompute

/// Uniform draws within ±sqrt(3 / fan-in).
/// Source: LeCun et al. 1998, "Efficient backprop".
public struct LecunUniform: RandomInitializer {
  public static let name = "lecun_uniform"
  public static let settings: [Setting<Self>] = [.optionalInteger("seed", \.seed, in: seedRange)]

  /// A seed of its own, from 0 to 2^53; none means the network's.
  public var seed: Int?

  public init() {}
  /// - Parameter seed: a seed of its own; none means the network's.
  public init(seed: Int?) { self.seed = seed }

  public func fill(
    _ values: UnsafeMutablePointer<Float>, rows: Int, columns: Int, fanIn: Int, fanOut: Int, random: RandomStream
  ) {
    VarianceScaling(scale: 1, fan: .fanIn).fillUniform(
      values, count: rows * columns, fanIn: fanIn, fanOut: fanOut, random: stream(random))
  }
}

extension Initializer where Self == LecunUniform {
  /// Uniform draws within ±sqrt(3 / fan-in).
  public static var lecunUniform: LecunUniform { LecunUniform() }
}

/// Truncated normal draws of deviation sqrt(1 / fan-in).
/// Source: LeCun et al. 1998, "Efficient backprop".
public struct LecunNormal: RandomInitializer {
  public static let name = "lecun_normal"
  public static let settings: [Setting<Self>] = [.optionalInteger("seed", \.seed, in: seedRange)]

  /// A seed of its own, from 0 to 2^53; none means the network's.
  public var seed: Int?

  public init() {}
  /// - Parameter seed: a seed of its own; none means the network's.
  public init(seed: Int?) { self.seed = seed }

  public func fill(
    _ values: UnsafeMutablePointer<Float>, rows: Int, columns: Int, fanIn: Int, fanOut: Int, random: RandomStream
  ) {
    VarianceScaling(scale: 1, fan: .fanIn).fillNormal(
      values, count: rows * columns, fanIn: fanIn, fanOut: fanOut, random: stream(random))
  }
}

extension Initializer where Self == LecunNormal {
  /// Truncated normal draws of deviation sqrt(1 / fan-in).
  public static var lecunNormal: LecunNormal { LecunNormal() }
}
