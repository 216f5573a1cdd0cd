public import DenseCompute

/// The mean over columns of -(y log p + (1 - y) log(1 - p)): each output is a yes-or-no question of its own.
///
/// From probabilities, p is clipped to [1e-7, 1 - 1e-7] as in Keras. From logits z it is computed as
/// max(z, 0) - z y + log(1 + exp(-|z|)), whose derivative is sigmoid(z) - y.
/// Label smoothing s moves targets towards one half: y (1 - s) + s / 2.
public struct BinaryCrossentropy: Loss {
  public static let name = "binary_crossentropy"
  public static let aliases = ["bce"]
  public static let settings: [Setting<Self>] = [
    .flag("from_logits", \.isFromLogits),
    .number("label_smoothing", \.labelSmoothing, in: .fraction),
    reductionSetting,
  ]

  /// Whether the network's outputs are logits rather than probabilities.
  public var isFromLogits = false
  /// How far targets move towards an even answer, from 0 to 1.
  public var labelSmoothing = 0.0
  /// How the losses of a batch's rows become one number.
  public var reduction = LossReduction.sumOverBatchSize

  public init() {}
  /// - Parameters: whether outputs are logits; how far targets move towards an even answer, from 0 to 1.
  public init(fromLogits: Bool, labelSmoothing: Double = 0) {
    isFromLogits = fromLogits
    self.labelSmoothing = labelSmoothing
  }

  public var fusedActivation: (any Activation.Type)? { isFromLogits ? nil : Sigmoid.self }

  public func check(targets: MatrixView, outputs: Int) throws(DenseError) { try checkProbabilities(targets) }

  public func evaluate(_ batch: LossBatch, gradient: MutableMatrixView?, scale: Float) -> Double {
    let columns = batch.predictions.columns
    let logits = isFromLogits ? batch.predictions : batch.logits
    var total = 0.0
    for row in 0..<batch.predictions.rows {
      let targets = batch.targets.row(row)
      let out = gradient?.row(row)
      let factor = scale * batch.weight(row) / Float(columns)
      let sum =
        if let logits {
          fromLogits(logits.row(row), targets, columns, gradient: out, factor: factor)
        } else {
          fromProbabilities(batch.predictions.row(row), targets, columns, gradient: out, factor: factor)
        }
      total += Double(batch.weight(row)) * sum / Double(columns)
    }
    return total
  }

  private func smooth(_ target: Float) -> Float {
    let smoothing = Float(labelSmoothing)
    return target * (1 - smoothing) + 0.5 * smoothing
  }

  /// The sum over columns.
  private func fromLogits(
    _ logits: UnsafePointer<Float>, _ targets: UnsafePointer<Float>, _ columns: Int,
    gradient: UnsafeMutablePointer<Float>?, factor: Float
  ) -> Double {
    var sum = 0.0
    forEachChunk(of: columns) { range, scratch in
      for (place, column) in range.enumerated() { scratch[place] = -abs(logits[column]) }
      Vector.softplus(scratch, into: scratch, count: range.count)
      for (place, column) in range.enumerated() {
        // NaN takes the second branch and stays.
        let positive = logits[column] < 0 ? 0 : logits[column]
        sum += Double(positive) - Double(logits[column]) * Double(smooth(targets[column])) + Double(scratch[place])
      }
    }
    if let gradient {
      Vector.sigmoid(logits, into: gradient, count: columns)
      for column in 0..<columns { gradient[column] = (gradient[column] - smooth(targets[column])) * factor }
    }
    return sum
  }

  /// The sum over columns.
  private func fromProbabilities(
    _ probabilities: UnsafePointer<Float>, _ targets: UnsafePointer<Float>, _ columns: Int,
    gradient: UnsafeMutablePointer<Float>?, factor: Float
  ) -> Double {
    var sum = 0.0
    forEachChunk(of: columns, arrays: 2) { range, logs in
      let complements = logs + range.count
      for (place, column) in range.enumerated() {
        let probability = clippedProbability(probabilities[column])
        logs[place] = probability
        complements[place] = 1 - probability
      }
      Vector.log(logs, into: logs, count: 2 * range.count)
      for (place, column) in range.enumerated() {
        let target = Double(smooth(targets[column]))
        sum -= target * Double(logs[place]) + (1 - target) * Double(complements[place])
      }
    }
    if let gradient {
      for column in 0..<columns {
        let probability = clippedProbability(probabilities[column])
        let slope = (probability - smooth(targets[column])) / (probability * (1 - probability))
        gradient[column] = isInsideMargin(probabilities[column]) ? slope * factor : 0
      }
    }
    return sum
  }
}

extension Loss where Self == BinaryCrossentropy {
  /// The mean over columns of -(y log p + (1 - y) log(1 - p)).
  public static func binaryCrossentropy(fromLogits: Bool = false, labelSmoothing: Double = 0) -> BinaryCrossentropy {
    BinaryCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing)
  }
}
