public import DenseCompute

/// The law from which a parameter's first values are drawn.
public protocol Initializer: Configurable {
  /// Fills `rows` x `columns` values, row-major. Fan-in is `rows`, fan-out is `columns`; a bias has one row and
  /// its fans are both its length (Keras's rule for vectors).
  /// - Parameter random: the stream of this parameter. Element i takes draw i, so no value depends on order.
  func fill(
    _ values: UnsafeMutablePointer<Float>, rows: Int, columns: Int, fanIn: Int, fanOut: Int, random: RandomStream)
}

/// An initializer that draws.
protocol RandomInitializer: Initializer {
  /// A seed of its own, in place of the network's. As in Keras, every parameter that is filled with the same seed
  /// and shape then gets the same values.
  var seed: Int? { get set }
}

extension RandomInitializer {
  /// Seeds are the whole numbers that are exact in a double, as settings are.
  static var seedSetting: Setting<Self> { .optionalInteger("seed", \.seed, in: 0...(1 << 53)) }

  /// The stream to draw from, where the network offers `random`.
  func stream(_ random: RandomStream) -> RandomStream {
    guard let seed else { return random }
    return RandomStream(seed: UInt64(truncatingIfNeeded: seed), stream: 0)
  }
}
