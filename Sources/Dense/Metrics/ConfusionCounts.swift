import DenseCompute

/// True and false answers of each output, counted over rows.
struct ConfusionCounts {
  private(set) var truePositives: [Double]
  private(set) var falsePositives: [Double]
  private(set) var falseNegatives: [Double]
  private(set) var rows = 0
  /// Whether a target is the index of its class rather than one value for each output.
  private let isSparse: Bool

  init(outputs: Int, targetColumns: Int) {
    truePositives = Array(repeating: 0, count: outputs)
    falsePositives = truePositives
    falseNegatives = truePositives
    isSparse = targetColumns == 1 && outputs > 1
  }

  var outputs: Int { truePositives.count }

  mutating func reset() {
    rows = 0
    for output in 0..<outputs {
      (truePositives[output], falsePositives[output], falseNegatives[output]) = (0, 0, 0)
    }
  }

  /// Counts a row in which `isPositive` tells what the network said of each output.
  mutating func add(_ targets: UnsafePointer<Float>, isPositive: (Int) -> Bool) {
    rows += 1
    for output in 0..<outputs {
      let isTrue = isSparse ? targets[0] == Float(output) : targets[output] != 0
      switch (isTrue, isPositive(output)) {
      case (true, true): truePositives[output] += 1
      case (false, true): falsePositives[output] += 1
      case (true, false): falseNegatives[output] += 1
      case (false, false): break
      }
    }
  }
}

extension Metric {
  /// Throws where targets are neither one value for each output nor the index of a class.
  func requireSameOrSparseColumns(outputs: Int, targetColumns: Int) throws(DenseError) {
    guard targetColumns == outputs || targetColumns == 1 else {
      throw DenseError(
        .shapeMismatch,
        "\(name): expected targets of \(outputs) columns like the outputs, or of 1, the index of a class, "
          + "received \(targetColumns)")
    }
  }
}

/// numerator / denominator, and 0 for 0 / 0: a share of nothing.
func share(_ numerator: Double, of denominator: Double) -> Double {
  denominator == 0 ? 0 : numerator / denominator
}
