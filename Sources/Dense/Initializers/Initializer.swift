public import DenseCompute

/// The law from which a parameter's first values are drawn.
public protocol Initializer: Configurable {
  /// Fills `rows` x `columns` values, row-major. Fan-in is `rows`, fan-out is `columns`; a bias has one row and
  /// its fans are both its length (Keras's rule for vectors).
  /// - Parameter random: the stream of this parameter. Element i takes draw i, so no value depends on order.
  func fill(_ values: UnsafeMutablePointer<Float>, rows: Int, columns: Int, fanIn: Int, fanOut: Int, random: RandomStream)
}
