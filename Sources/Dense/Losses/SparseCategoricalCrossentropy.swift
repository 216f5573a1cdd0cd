public import DenseCompute

/// -log p of the wanted class, where a target row is one whole number: the index of its class.
///
/// From probabilities, a row is divided by its sum and clipped to [1e-7, 1 - 1e-7] as in Keras; from logits, and behind
/// a softmax, it is computed in one stable step.
public struct SparseCategoricalCrossentropy: ClassificationLoss {
  public static let name = "sparse_categorical_crossentropy"
  public static let settings: [Setting<Self>] = [.flag("from_logits", \.isFromLogits), reductionSetting]

  /// Whether the network's outputs are logits rather than probabilities.
  public var isFromLogits = false
  /// How the losses of a batch's rows become one number.
  public var reduction = LossReduction.sumOverBatchSize

  public init() {}
  /// - Parameter fromLogits: whether the network's outputs are logits rather than probabilities.
  public init(fromLogits: Bool) { isFromLogits = fromLogits }

  public func targetColumns(outputs: Int) -> Int { 1 }

  public var fusedActivation: (any Activation.Type)? { isFromLogits ? nil : Softmax.self }

  public func check(targets: MatrixView, outputs: Int) throws(DenseError) {
    try checkClasses(outputs)
    try checkEach(targets, expected: "a whole number from 0 to \(outputs - 1), the index of a class") {
      $0 >= 0 && $0 < Float(outputs) && $0 == $0.rounded(.towardZero)
    }
  }

  public func evaluate(_ batch: LossBatch, gradient: MutableMatrixView?, scale: Float) -> Double {
    evaluateClasses(batch, gradient: gradient, scale: scale)
  }

  func distribution(classes: Int) -> ClassDistribution { .index }

  func wanted(_ target: UnsafePointer<Float>, _ index: Int, of classes: Int) -> Float {
    target[0] == Float(index) ? 1 : 0
  }
}

extension Loss where Self == SparseCategoricalCrossentropy {
  /// -log p of the wanted class, where a target row is the index of its class.
  public static func sparseCategoricalCrossentropy(fromLogits: Bool = false) -> SparseCategoricalCrossentropy {
    SparseCategoricalCrossentropy(fromLogits: fromLogits)
  }
}
