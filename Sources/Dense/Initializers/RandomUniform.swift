public import DenseCompute

/// Uniform draws from [minimum, maximum).
public struct RandomUniform: RandomInitializer {
  public static let name = "random_uniform"
  public static let aliases = ["uniform"]
  public static let settings: [Setting<Self>] = [
    .number("minval", \.minimum, in: .finite),
    .number("maxval", \.maximum, in: .finite),
    seedSetting,
  ]

  /// The lower bound, which may be drawn.
  public var minimum = -0.05
  /// The upper bound, which is never drawn.
  public var maximum = 0.05
  /// A seed of its own, from 0 to 2^53; none means the network's.
  public var seed: Int?

  public init() {}
  /// - Parameter seed: a seed of its own; none means the network's.
  public init(minimum: Double, maximum: Double, seed: Int? = nil) {
    self.minimum = minimum
    self.maximum = maximum
    self.seed = seed
  }

  public func fill(
    _ values: UnsafeMutablePointer<Float>, rows: Int, columns: Int, fanIn: Int, fanOut: Int, random: RandomStream
  ) {
    stream(random).uniform(values, count: rows * columns, from: Float(minimum), to: Float(maximum))
  }
}

extension Initializer where Self == RandomUniform {
  /// Uniform draws from [minimum, maximum).
  public static func randomUniform(minimum: Double = -0.05, maximum: Double = 0.05, seed: Int? = nil) -> RandomUniform {
    RandomUniform(minimum: minimum, maximum: maximum, seed: seed)
  }
}
