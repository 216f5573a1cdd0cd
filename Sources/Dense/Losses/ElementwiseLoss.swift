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
      total += Double(batch.weight(row)) * sum(predictions, targets, columns) / Double(columns)
      if let gradient = gradient?.row(row) {
        let factor = scale * batch.weight(row) / Float(columns)
        for column in 0..<columns { gradient[column] = derivative(predictions[column] - targets[column]) * factor }
      }
    }
    return total
  }

  /// The sum over columns, in eight chains: in one, each addition would wait for the last.
  private func sum(_ predictions: UnsafePointer<Float>, _ targets: UnsafePointer<Float>, _ columns: Int) -> Double {
    func value(_ column: Int) -> Double { Double(self.value(predictions[column] - targets[column])) }
    var chains = SIMD8<Double>()
    let whole = columns / chains.scalarCount * chains.scalarCount
    for first in stride(from: 0, to: whole, by: chains.scalarCount) {
      for chain in 0..<chains.scalarCount { chains[chain] += value(first + chain) }
    }
    for column in whole..<columns { chains[column - whole] += value(column) }
    return chains.sum()
  }
}
