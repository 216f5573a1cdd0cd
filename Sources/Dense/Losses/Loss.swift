public import DenseCompute

/// A measure of how far predictions are from targets.
///
/// A loss gives one value per row; a sample weight multiplies a row's value, and `reduction` says how the values of
/// a batch become one number.
public protocol Loss: Configurable {
  /// How the losses of a batch's rows become one number.
  var reduction: LossReduction { get set }

  /// Columns of a target row for a network of `outputs` units: `outputs`, or 1 where targets are class indices.
  func targetColumns(outputs: Int) -> Int

  /// The activation with which this loss is computed from the pre-activation, in one stable step.
  /// None where the loss has no such form.
  var fusedActivation: (any Activation.Type)? { get }

  /// Throws `invalidArgument`, naming row and value, where a target is none that this loss accepts, and
  /// `shapeMismatch` where the loss has no meaning for `outputs` columns.
  func check(targets: MatrixView, outputs: Int) throws(DenseError)

  /// The sum over rows of weight times loss. Writes `scale` times its derivative to `gradient` where that is given:
  /// with respect to `batch.logits` where these are given, else to `batch.predictions`.
  ///
  /// `targets` must have passed `check`. Any number of threads may call it at the same time.
  func evaluate(_ batch: LossBatch, gradient: MutableMatrixView?, scale: Float) -> Double
}

extension Loss {
  public func targetColumns(outputs: Int) -> Int { outputs }
  public var fusedActivation: (any Activation.Type)? { nil }
}

/// How the losses of a batch's rows become one number.
public enum LossReduction: String, CaseIterable, Sendable {
  /// The mean over rows. Sample weights do not change the divisor.
  case sumOverBatchSize = "sum_over_batch_size"
  /// The plain sum over rows.
  case sum

  /// The factor that turns a sum over `rows` rows into this reduction.
  public func factor(rows: Int) -> Double {
    switch self {
    case .sumOverBatchSize: 1 / Double(max(rows, 1))
    case .sum: 1
    }
  }
}

/// What a loss looks at. All matrices have the same rows.
public struct LossBatch {
  /// Outputs of the network: rows x outputs.
  public var predictions: MatrixView
  /// The pre-activation behind `predictions`, where loss and activation are computed together.
  public var logits: MatrixView?
  /// rows x `targetColumns`.
  public var targets: MatrixView
  /// A weight for each row; none means 1.
  public var sampleWeights: UnsafePointer<Float>?

  /// See the properties.
  public init(
    predictions: MatrixView, logits: MatrixView? = nil, targets: MatrixView,
    sampleWeights: UnsafePointer<Float>? = nil
  ) {
    self.predictions = predictions
    self.logits = logits
    self.targets = targets
    self.sampleWeights = sampleWeights
  }

  /// The weight of a row.
  func weight(_ row: Int) -> Float { sampleWeights?[row] ?? 1 }
}
