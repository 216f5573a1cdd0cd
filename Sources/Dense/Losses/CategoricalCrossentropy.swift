public import DenseCompute

/// -sum of y log p over a row, where the targets y are a distribution over the classes, such as one-hot rows.
///
/// From probabilities, a row is divided by its sum and clipped to [1e-7, 1 - 1e-7] as in Keras; from logits, and behind
/// a softmax, it is computed in one stable step. Label smoothing s mixes in an even distribution:
/// y (1 - s) + s / classes.
public struct CategoricalCrossentropy: ClassificationLoss {
  public static let name = "categorical_crossentropy"
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

  public var fusedActivation: (any Activation.Type)? { isFromLogits ? nil : Softmax.self }

  public func check(targets: MatrixView, outputs: Int) throws(DenseError) {
    try checkClasses(outputs)
    try checkProbabilities(targets)
  }

  public func evaluate(_ batch: LossBatch, gradient: MutableMatrixView?, scale: Float) -> Double {
    evaluateClasses(batch, gradient: gradient, scale: scale)
  }

  func distribution(classes: Int) -> ClassDistribution {
    let smoothing = Float(labelSmoothing)
    return .mixture(keep: 1 - smoothing, even: smoothing / Float(classes))
  }

  func wanted(_ target: UnsafePointer<Float>, _ index: Int, of classes: Int) -> Float {
    let smoothing = Float(labelSmoothing)
    return target[index] * (1 - smoothing) + smoothing / Float(classes)
  }
}

extension Loss where Self == CategoricalCrossentropy {
  /// -sum of y log p over a row, where the targets y are a distribution over the classes.
  public static func categoricalCrossentropy(
    fromLogits: Bool = false, labelSmoothing: Double = 0
  ) -> CategoricalCrossentropy {
    CategoricalCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing)
  }
}
