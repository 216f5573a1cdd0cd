public import DenseCompute

/// A regression loss: the mean over columns of a function of the error e = prediction - target.
public protocol ElementwiseLoss: Loss {
  /// The function of the error.
  func value(_ error: Float) -> Float
  /// Its derivative.
  func derivative(_ error: Float) -> Float
}

extension ElementwiseLoss {
  public func check(targets: MatrixView, outputs: Int) throws(DenseError) { try checkFinite(targets) }

  public func evaluate(_ batch: LossBatch, gradient: MutableMatrixView?, scale: Float) -> Double {
    let columns = batch.predictions.columns
    var total = 0.0
    for row in 0..<batch.predictions.rows {
      let predictions = batch.predictions.row(row)
      let targets = batch.targets.row(row)
      var sum = 0.0
      for column in 0..<columns { sum += Double(value(predictions[column] - targets[column])) }
      total += Double(batch.weight(row)) * sum / Double(columns)
      if let gradient = gradient?.row(row) {
        let factor = scale * batch.weight(row) / Float(columns)
        for column in 0..<columns { gradient[column] = derivative(predictions[column] - targets[column]) * factor }
      }
    }
    return total
  }
}
