public import DenseCompute

/// Rows to train or to evaluate on. It borrows the caller's memory, which must stay as it is until the call returns.
public struct TrainingData {
  /// rows x inputs.
  public var inputs: MatrixView
  /// rows x the loss's target columns: the network's outputs, or 1 where targets are class indices.
  public var targets: MatrixView
  /// A weight for each row; none means 1.
  public var sampleWeights: UnsafePointer<Float>?
  /// Which rows of the matrix that starts at `inputs` these are, for a network that reads them there; otherwise none.
  var positions: UnsafePointer<Int32>?
  /// Whether it is known that no input exceeds `PendingGradient.factorLimit`.
  var hasModestInputs = false

  public init(inputs: MatrixView, targets: MatrixView, sampleWeights: UnsafePointer<Float>? = nil) {
    self.inputs = inputs
    self.targets = targets
    self.sampleWeights = sampleWeights
  }

  public var rows: Int { inputs.rows }

  /// The rows of `range`.
  func rows(_ range: Range<Int>) -> TrainingData {
    TrainingData(
      inputs: inputs.rows(range), targets: targets.rows(range),
      sampleWeights: sampleWeights.map { $0 + range.lowerBound })
  }
}

extension Network {
  /// Throws where `data` does not fit the network or the loss refuses a target.
  func check(_ data: TrainingData, _ what: String = "") throws(DenseError) {
    let (plan, _) = try built()
    let (_, loss) = try compiled()
    let prefix = what.isEmpty ? "" : what + " "
    try data.inputs.require(columns: plan.inputs, "\(prefix)inputs")
    guard data.rows >= 1 else {
      throw DenseError(.shapeMismatch, "\(prefix)inputs: expected at least 1 row, received 0")
    }
    try data.targets.require(
      rows: data.rows, columns: loss.targetColumns(outputs: plan.outputs), "\(prefix)targets")
    if let weights = data.sampleWeights, let row = Vector.firstNonFinite(weights, count: data.rows) {
      throw DenseError(
        .invalidArgument, "\(prefix)sample weights: expected finite numbers, received \(weights[row]) in row \(row)")
    }
    try loss.check(targets: data.targets, outputs: plan.outputs)
  }
}
