import DenseCompute

/// A cross-entropy over classes that exclude each other: -sum of y log p over a row, where y is the row's wanted
/// distribution.
///
/// From probabilities, a row is divided by its sum and clipped to [1e-7, 1 - 1e-7] as in Keras. From logits, log p is
/// the shifted log-softmax, and the derivative is p * (sum of y) - y, which is p - y for a distribution.
protocol ClassificationLoss: Loss {
  /// Whether the network's outputs are logits rather than probabilities.
  var isFromLogits: Bool { get set }

  /// Writes the wanted distribution over `classes` classes of a target row.
  func distribution(_ target: UnsafePointer<Float>, into wanted: UnsafeMutablePointer<Float>, classes: Int)
}

extension ClassificationLoss {
  func evaluateClasses(_ batch: LossBatch, gradient: MutableMatrixView?, scale: Float) -> Double {
    let classes = batch.predictions.columns
    let logits = isFromLogits ? batch.predictions : batch.logits
    return withScratchRows(3, columns: classes) { scratch in
      let wanted = scratch(0)
      var total = 0.0
      for row in 0..<batch.predictions.rows {
        distribution(batch.targets.row(row), into: wanted, classes: classes)
        let out = gradient?.row(row)
        let factor = scale * batch.weight(row)
        let loss =
          if let logits {
            fromLogits(logits.row(row), wanted, classes, scratch: scratch(1), gradient: out, factor: factor)
          } else {
            fromProbabilities(
              batch.predictions.row(row), wanted, classes, scratch: scratch(1), gradient: out, factor: factor)
          }
        total += Double(batch.weight(row)) * loss
      }
      return total
    }
  }

  /// The loss of a row. `scratch` holds two rows.
  private func fromLogits(
    _ logits: UnsafePointer<Float>, _ wanted: UnsafePointer<Float>, _ classes: Int,
    scratch: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>?, factor: Float
  ) -> Double {
    let shifted = scratch
    let exponentials = scratch + classes
    var largest = -Float.infinity
    for index in 0..<classes where logits[index] > largest { largest = logits[index] }
    for index in 0..<classes { shifted[index] = logits[index] - largest }
    Vector.exp(shifted, into: exponentials, count: classes)
    let sum = Float(Vector.sum(exponentials, count: classes))
    var logSum = sum
    withUnsafeMutablePointer(to: &logSum) { Vector.log($0, into: $0, count: 1) }

    var loss = 0.0
    for index in 0..<classes where wanted[index] != 0 {
      loss += Double(wanted[index]) * (Double(logSum) - Double(shifted[index]))
    }
    if let gradient {
      let mass = Float(Vector.sum(wanted, count: classes))
      for index in 0..<classes { gradient[index] = (exponentials[index] / sum * mass - wanted[index]) * factor }
    }
    // A row that is not wanted anywhere still must not hide a NaN.
    return logSum.isNaN ? .nan : loss
  }

  /// The loss of a row. `scratch` holds two rows.
  private func fromProbabilities(
    _ probabilities: UnsafePointer<Float>, _ wanted: UnsafePointer<Float>, _ classes: Int,
    scratch: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>?, factor: Float
  ) -> Double {
    let clipped = scratch
    let logs = scratch + classes
    let sum = Float(Vector.sum(probabilities, count: classes))
    for index in 0..<classes { clipped[index] = clippedProbability(probabilities[index] / sum) }
    Vector.log(clipped, into: logs, count: classes)

    var loss = 0.0
    for index in 0..<classes where wanted[index] != 0 { loss -= Double(wanted[index]) * Double(logs[index]) }
    if let gradient {
      // Through the clip first, then through the division by the sum.
      var dot: Float = 0
      for index in 0..<classes {
        let normalized = probabilities[index] / sum
        gradient[index] = isInsideMargin(normalized) ? -wanted[index] / clipped[index] : 0
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
