import Dense
import Foundation

/// The losses in double precision, with the activation of the output that goes with each.
enum ReferenceLoss: String, CaseIterable {
  case meanSquaredError, meanAbsoluteError, huber
  case binaryFromLogits, binaryFused, binaryUnfused
  case categoricalFromLogits, categoricalFused, categoricalUnfused
  case sparseFromLogits, sparseFused, sparseUnfused

  /// The engine's kind.
  var kind: any Loss {
    switch self {
    case .meanSquaredError: MeanSquaredError()
    case .meanAbsoluteError: MeanAbsoluteError()
    case .huber: Huber(delta: 0.8)
    case .binaryFromLogits: BinaryCrossentropy(fromLogits: true)
    case .binaryFused, .binaryUnfused: BinaryCrossentropy()
    case .categoricalFromLogits: CategoricalCrossentropy(fromLogits: true)
    case .categoricalFused, .categoricalUnfused: CategoricalCrossentropy()
    case .sparseFromLogits: SparseCategoricalCrossentropy(fromLogits: true)
    case .sparseFused, .sparseUnfused: SparseCategoricalCrossentropy()
    }
  }

  /// The activation of the output layer.
  var output: ReferenceActivation {
    switch self {
    case .meanSquaredError, .meanAbsoluteError, .huber, .binaryFromLogits, .categoricalFromLogits,
      .sparseFromLogits:
      .linear
    case .binaryFused, .binaryUnfused: .sigmoid
    case .categoricalFused, .categoricalUnfused, .sparseFused, .sparseUnfused: .softmax
    }
  }

  /// Whether the engine must compute activation and loss one after the other.
  var isUnfused: Bool {
    switch self {
    case .binaryUnfused, .categoricalUnfused, .sparseUnfused: true
    default: false
    }
  }

  var isSparse: Bool {
    switch self {
    case .sparseFromLogits, .sparseFused, .sparseUnfused: true
    default: false
    }
  }

  /// Targets for `rows` rows of `columns` outputs, from numbers in 0 ..< 1.
  func targets(rows: Int, columns: Int, _ number: () -> Double) -> [[Double]] {
    (0..<rows).map { _ in
      let random = (0..<columns).map { _ in number() }
      let picked = Int(random[0] * Double(columns))
      switch self {
      case .meanSquaredError, .meanAbsoluteError, .huber: return random.map { 4 * $0 - 2 }
      case .binaryFromLogits, .binaryFused, .binaryUnfused: return random.map { $0 < 0.5 ? 0 : 1 }
      case .categoricalFromLogits, .categoricalFused, .categoricalUnfused:
        return (0..<columns).map { $0 == picked ? 1 : 0 }
      case .sparseFromLogits, .sparseFused, .sparseUnfused: return [Double(picked)]
      }
    }
  }

  /// The mean over rows of weight times loss.
  func callAsFunction(_ outputs: [[Double]], _ targets: [[Double]], weights: [Double]) -> Double {
    let sum = zip(zip(outputs, targets), weights).reduce(0) { $0 + value($1.0.0, $1.0.1) * $1.1 }
    return sum / Double(outputs.count)
  }

  private func value(_ p: [Double], _ y: [Double]) -> Double {
    let columns = Double(p.count)
    switch self {
    case .meanSquaredError: return zip(p, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / columns
    case .meanAbsoluteError: return zip(p, y).reduce(0) { $0 + abs($1.0 - $1.1) } / columns
    case .huber:
      return zip(p, y).reduce(0) { sum, pair in
        let error = abs(pair.0 - pair.1)
        return sum + (error <= 0.8 ? 0.5 * error * error : 0.8 * (error - 0.4))
      } / columns
    case .binaryFromLogits:
      return zip(p, y).reduce(0) { $0 + max($1.0, 0) - $1.0 * $1.1 + log(1 + exp(-abs($1.0))) } / columns
    case .binaryFused, .binaryUnfused:
      return zip(p, y).reduce(0) { $0 - $1.1 * log($1.0) - (1 - $1.1) * log(1 - $1.0) } / columns
    case .categoricalFromLogits:
      return zip(ReferenceActivation.softmax(p), y).reduce(0) { $0 - $1.1 * log($1.0) }
    case .categoricalFused, .categoricalUnfused: return zip(p, y).reduce(0) { $0 - $1.1 * log($1.0) }
    case .sparseFromLogits: return -log(ReferenceActivation.softmax(p)[Int(y[0])])
    case .sparseFused, .sparseUnfused: return -log(p[Int(y[0])])
    }
  }
}
