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
    return withScratchRows(3, columns: columns) { scratch in
      let targets = scratch(0)
      var total = 0.0
      for row in 0..<batch.predictions.rows {
        smooth(batch.targets.row(row), into: targets, count: columns)
        let out = gradient?.row(row)
        let factor = scale * batch.weight(row) / Float(columns)
        let sum =
          if let logits {
            fromLogits(logits.row(row), targets, columns, scratch: scratch(1), gradient: out, factor: factor)
          } else {
            fromProbabilities(
              batch.predictions.row(row), targets, columns, scratch: scratch(1), gradient: out, factor: factor)
          }
        total += Double(batch.weight(row)) * sum / Double(columns)
      }
      return total
    }
  }

  private func smooth(_ targets: UnsafePointer<Float>, into smoothed: UnsafeMutablePointer<Float>, count: Int) {
    let smoothing = Float(labelSmoothing)
    for column in 0..<count { smoothed[column] = targets[column] * (1 - smoothing) + 0.5 * smoothing }
  }

  /// The sum over columns. `scratch` holds two rows.
  private func fromLogits(
    _ logits: UnsafePointer<Float>, _ targets: UnsafePointer<Float>, _ count: Int,
    scratch: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>?, factor: Float
  ) -> Double {
    for column in 0..<count { scratch[column] = -abs(logits[column]) }
    Vector.softplus(scratch, into: scratch, count: count)
    var sum = 0.0
    for column in 0..<count {
      // NaN takes the second branch and stays.
      let positive = logits[column] < 0 ? 0 : logits[column]
      sum += Double(positive) - Double(logits[column]) * Double(targets[column]) + Double(scratch[column])
    }
    if let gradient {
      Vector.sigmoid(logits, into: scratch, count: count)
      for column in 0..<count { gradient[column] = (scratch[column] - targets[column]) * factor }
    }
    return sum
  }

  /// The sum over columns. `scratch` holds two rows.
  private func fromProbabilities(
    _ probabilities: UnsafePointer<Float>, _ targets: UnsafePointer<Float>, _ count: Int,
    scratch: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>?, factor: Float
  ) -> Double {
    for column in 0..<count {
      let probability = clippedProbability(probabilities[column])
      scratch[column] = probability
      scratch[count + column] = 1 - probability
    }
    if let gradient {
      for column in 0..<count {
        let slope = (scratch[column] - targets[column]) / (scratch[column] * scratch[count + column])
        gradient[column] = isInsideMargin(probabilities[column]) ? slope * factor : 0
      }
    }
    Vector.log(scratch, into: scratch, count: 2 * count)
    var sum = 0.0
    for column in 0..<count {
      let target = Double(targets[column])
      sum -= target * Double(scratch[column]) + (1 - target) * Double(scratch[count + column])
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
