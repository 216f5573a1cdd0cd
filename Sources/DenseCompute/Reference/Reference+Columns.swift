extension Reference {
  /// The mean and the biased variance of each column.
  package static func columnMoments(
    _ x: MatrixView, mean: UnsafeMutablePointer<Float>, variance: UnsafeMutablePointer<Float>
  ) {
    for j in 0..<x.columns {
      let values = (0..<x.rows).map { Double(x.row($0)[j]) }
      let count = Double(x.rows)
      mean[j] = Float(values.reduce(0, +) / count)
      let center = Double(mean[j])
      variance[j] = Float(values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / count)
    }
  }

  /// Adds the sum of each column.
  package static func columnSums(_ x: MatrixView, addingTo sums: UnsafeMutablePointer<Float>) {
    for j in 0..<x.columns {
      sums[j] += Float((0..<x.rows).reduce(0.0) { $0 + Double(x.row($1)[j]) })
    }
  }

  /// y = x * scale + shift, by columns.
  package static func scaleColumns(
    _ x: MatrixView, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>, into y: MutableMatrixView
  ) {
    for i in 0..<x.rows {
      for j in 0..<x.columns { y.row(i)[j] = shift[j].addingProduct(x.row(i)[j], scale[j]) }
    }
  }

  /// The gradients of y = gamma * xhat + beta, xhat = (x - mean) * inverseDeviation, through the batch statistics.
  package static func batchNormalizationBackward(
    _ x: MatrixView, outputGradient dy: MatrixView, mean: UnsafePointer<Float>,
    inverseDeviation: UnsafePointer<Float>, scale: UnsafePointer<Float>?,
    scaleGradient: UnsafeMutablePointer<Float>?, shiftGradient: UnsafeMutablePointer<Float>?,
    into dx: MutableMatrixView?
  ) {
    let count = Double(x.rows)
    for j in 0..<x.columns {
      let xhat = (0..<x.rows).map { (Double(x.row($0)[j]) - Double(mean[j])) * Double(inverseDeviation[j]) }
      let gradients = (0..<x.rows).map { Double(dy.row($0)[j]) }
      let shiftSum = gradients.reduce(0, +)
      let scaleSum = zip(gradients, xhat).reduce(0) { $0 + $1.0 * $1.1 }
      scaleGradient?[j] += Float(scaleSum)
      shiftGradient?[j] += Float(shiftSum)
      let factor = Double(inverseDeviation[j]) * Double(scale?[j] ?? 1)
      for i in 0..<x.rows {
        dx?.row(i)[j] = Float(factor * (gradients[i] - (shiftSum + xhat[i] * scaleSum) / count))
      }
    }
  }
}
