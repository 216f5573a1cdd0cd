public import DenseCompute

/// A measure of how far predictions are from targets, averaged over the rows of a batch.
public protocol Loss: Configurable {
  /// Columns of a target row for a network of `outputs` units: `outputs`, or 1 where targets are class indices.
  func targetColumns(outputs: Int) -> Int

  /// The activation with which this loss is computed from the pre-activation, in one stable step.
  /// None where the loss has no such form.
  var fusedActivation: (any Activation.Type)? { get }

  /// Throws `invalidArgument`, naming row and value, where a target is none that this loss accepts.
  func check(targets: MatrixView, outputs: Int) throws(DenseError)

  /// The sum over rows of weight times loss. Writes `scale` times its derivative to `gradient` where that is given:
  /// with respect to `batch.logits` where these are given, else to `batch.predictions`.
  func evaluate(_ batch: LossBatch, gradient: MutableMatrixView?, scale: Float) -> Double
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
}
