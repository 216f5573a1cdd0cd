import DenseCompute

/// A cross-entropy over classes that exclude each other: -sum of y log p over a row, where y is the row's wanted
/// distribution.
///
/// From probabilities, a row is divided by its sum and clipped to [1e-7, 1 - 1e-7] as in Keras. From logits, log p is
/// the shifted log-softmax, and the derivative is p * (sum of y) - y, which is p - y for a distribution.
protocol ClassificationLoss: Loss {
  /// Whether the network's outputs are logits rather than probabilities.
  var isFromLogits: Bool { get set }

  /// How a target row says what is wanted of `classes` classes.
  func distribution(classes: Int) -> ClassDistribution

  /// What the wanted distribution over `classes` classes of a target row says of a class.
  func wanted(_ target: UnsafePointer<Float>, _ index: Int, of classes: Int) -> Float
}

/// How a target row says what is wanted of each class.
enum ClassDistribution {
  /// It is the index of the one class that is wanted.
  case index
  /// target * keep + even
  case mixture(keep: Float, even: Float)
}

extension ClassificationLoss {
  func evaluateClasses(_ batch: LossBatch, gradient: MutableMatrixView?, scale: Float) -> Double {
    if let logits = isFromLogits ? batch.predictions : batch.logits {
      return fromLogits(batch, logits, gradient: gradient, scale: scale)
    }
    let classes = batch.predictions.columns
    var total = 0.0
    for row in 0..<batch.predictions.rows {
      let loss = fromProbabilities(
        batch.predictions.row(row), batch.targets.row(row), classes, gradient: gradient?.row(row),
        factor: scale * batch.weight(row))
      total += Double(batch.weight(row)) * loss
    }
    return total
  }

  /// Groups of rows: logarithms are taken of all of their sums at once.
  private func fromLogits(
    _ batch: LossBatch, _ logits: MatrixView, gradient: MutableMatrixView?, scale: Float
  ) -> Double {
    let groupRows = 32
    var total = 0.0
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 3 * groupRows) { memory in
      memory.initialize(repeating: 0)
      guard let largest = memory.baseAddress else { return }
      let (sums, logSums) = (largest + groupRows, largest + 2 * groupRows)
      for start in stride(from: 0, to: logits.rows, by: groupRows) {
        let range = start..<min(start + groupRows, logits.rows)
        Vector.shiftedExponentials(
          logits.rows(range), into: gradient?.rows(range), largest: largest, sums: sums)
        Vector.log(sums, into: logSums, count: range.count)
        for (place, row) in range.enumerated() {
          let logRow = LogitRow(
            logits: logits.row(row), target: batch.targets.row(row), classes: logits.columns, largest: largest[place],
            sum: sums[place], logSum: logSums[place])
          let loss = evaluate(logRow, gradient: gradient?.row(row), factor: scale * batch.weight(row))
          total += Double(batch.weight(row)) * loss
        }
      }
    }
    return total
  }

  /// The loss of a row, in whose gradient's place the exponentials stand.
  private func evaluate(
    _ row: LogitRow, gradient: UnsafeMutablePointer<Float>?, factor: Float
  ) -> Double {
    var loss = 0.0
    switch distribution(classes: row.classes) {
    case .index:
      let index = Int(row.target[0])
      loss = row.loss(index)
      if let gradient {
        let wanted = (gradient[index] / row.sum - 1) * factor
        Vector.classGradient(
          gradient, count: row.classes, sum: row.sum, mass: 1, wanted: nil, keep: 0, even: 0, factor: factor)
        gradient[index] = wanted
      }
    case .mixture(let keep, let even):
      var mass = 0.0
      for index in 0..<row.classes {
        let wanted = row.target[index] * keep + even
        guard wanted != 0 else { continue }
        loss += Double(wanted) * row.loss(index)
        mass += Double(wanted)
      }
      if let gradient {
        Vector.classGradient(
          gradient, count: row.classes, sum: row.sum, mass: Float(mass), wanted: row.target, keep: keep, even: even,
          factor: factor)
      }
    }
    // A row that is not wanted anywhere still must not hide a NaN.
    return row.logSum.isNaN ? .nan : loss
  }

  /// The loss of a row.
  private func fromProbabilities(
    _ probabilities: UnsafePointer<Float>, _ target: UnsafePointer<Float>, _ classes: Int,
    gradient: UnsafeMutablePointer<Float>?, factor: Float
  ) -> Double {
    let sum = Float(Vector.sum(probabilities, count: classes))
    var loss = 0.0
    forEachChunk(of: classes) { range, logs in
      for (place, index) in range.enumerated() { logs[place] = clippedProbability(probabilities[index] / sum) }
      Vector.log(logs, into: logs, count: range.count)
      for (place, index) in range.enumerated() {
        let wanted = wanted(target, index, of: classes)
        if wanted != 0 { loss -= Double(wanted) * Double(logs[place]) }
      }
    }
    if let gradient {
      // Through the clip first, then through the division by the sum.
      var dot: Float = 0
      for index in 0..<classes {
        let normalized = probabilities[index] / sum
        gradient[index] =
          isInsideMargin(normalized) ? -wanted(target, index, of: classes) / clippedProbability(normalized) : 0
        dot += gradient[index] * normalized
      }
      for index in 0..<classes { gradient[index] = (gradient[index] - dot) / sum * factor }
    }
    return sum.isNaN ? .nan : loss
  }

  func checkClasses(_ outputs: Int) throws(DenseError) {
    guard outputs > 1 else {
      throw DenseError(
        .shapeMismatch,
        "\(name): expected at least 2 outputs, one for each class, received \(outputs); "
          + "binary_crossentropy takes a single output")
    }
  }
}

/// The logits of a row, and what is known of their exponentials.
private struct LogitRow {
  let logits: UnsafePointer<Float>
  let target: UnsafePointer<Float>
  let classes: Int
  let largest: Float
  let sum: Float
  let logSum: Float

  /// -log p of a class.
  func loss(_ index: Int) -> Double { Double(logSum) - Double(logits[index] - largest) }
}
