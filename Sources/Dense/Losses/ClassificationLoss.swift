import DenseCompute

/// A cross-entropy over classes that exclude each other: -sum of y log p over a row, where y is the row's wanted
/// distribution.
///
/// From probabilities, a row is divided by its sum and clipped to [1e-7, 1 - 1e-7] as in Keras. From logits, log p is
/// the shifted log-softmax, and the derivative is p * (sum of y) - y, which is p - y for a distribution.
protocol ClassificationLoss: Loss {
  /// Whether the network's outputs are logits rather than probabilities.
  var isFromLogits: Bool { get set }

  /// What the wanted distribution over `classes` classes of a target row says of a class.
  func wanted(_ target: UnsafePointer<Float>, _ index: Int, of classes: Int) -> Float
}

extension ClassificationLoss {
  func evaluateClasses(_ batch: LossBatch, gradient: MutableMatrixView?, scale: Float) -> Double {
    let classes = batch.predictions.columns
    let logits = isFromLogits ? batch.predictions : batch.logits
    var total = 0.0
    for row in 0..<batch.predictions.rows {
      let target = batch.targets.row(row)
      let out = gradient?.row(row)
      let factor = scale * batch.weight(row)
      let loss =
        if let logits {
          fromLogits(logits.row(row), target, classes, gradient: out, factor: factor)
        } else {
          fromProbabilities(batch.predictions.row(row), target, classes, gradient: out, factor: factor)
        }
      total += Double(batch.weight(row)) * loss
    }
    return total
  }

  /// The loss of a row.
  private func fromLogits(
    _ logits: UnsafePointer<Float>, _ target: UnsafePointer<Float>, _ classes: Int,
    gradient: UnsafeMutablePointer<Float>?, factor: Float
  ) -> Double {
    var largest = -Float.infinity
    for index in 0..<classes where logits[index] > largest { largest = logits[index] }
    var exactSum = 0.0
    forEachChunk(of: classes) { range, scratch in
      // The derivative needs the exponentials again.
      let exponentials = gradient.map { $0 + range.lowerBound } ?? scratch
      for (place, index) in range.enumerated() { exponentials[place] = logits[index] - largest }
      Vector.exp(exponentials, into: exponentials, count: range.count)
      exactSum += Vector.sum(exponentials, count: range.count)
    }
    let sum = Float(exactSum)
    var logSum = sum
    withUnsafeMutablePointer(to: &logSum) { Vector.log($0, into: $0, count: 1) }

    var loss = 0.0
    var exactMass = 0.0
    for index in 0..<classes {
      let wanted = wanted(target, index, of: classes)
      guard wanted != 0 else { continue }
      loss += Double(wanted) * (Double(logSum) - Double(logits[index] - largest))
      exactMass += Double(wanted)
    }
    if let gradient {
      let mass = Float(exactMass)
      for index in 0..<classes {
        gradient[index] = (gradient[index] / sum * mass - wanted(target, index, of: classes)) * factor
      }
    }
    // A row that is not wanted anywhere still must not hide a NaN.
    return logSum.isNaN ? .nan : loss
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
