import DenseCompute

/// The mean over rows of a value that each row has by itself.
struct RowMean: MetricAccumulator {
  /// The value of a row of predictions and a row of targets.
  let value: (_ predictions: UnsafePointer<Float>, _ targets: UnsafePointer<Float>) -> Double
  private var sum = 0.0
  private var rows = 0

  init(_ value: @escaping (_ predictions: UnsafePointer<Float>, _ targets: UnsafePointer<Float>) -> Double) {
    self.value = value
  }

  /// A row's value is the mean over its `outputs` of a function of the error prediction - target.
  init(outputs: Int, ofError function: @escaping (Double) -> Double) {
    self.init { predictions, targets in
      var sum = 0.0
      for column in 0..<outputs { sum += function(Double(predictions[column]) - Double(targets[column])) }
      return sum / Double(outputs)
    }
  }

  mutating func reset() {
    sum = 0
    rows = 0
  }

  mutating func update(predictions: MatrixView, targets: MatrixView) {
    for row in 0..<predictions.rows { sum += value(predictions.row(row), targets.row(row)) }
    rows += predictions.rows
  }

  var result: Double { rows == 0 ? .nan : sum / Double(rows) }
}

/// The column of the largest of `count` values; the first of them where several are equal.
func largestColumn(_ values: UnsafePointer<Float>, count: Int) -> Int {
  var largest = 0
  for column in 1..<max(count, 1) where values[column] > values[largest] { largest = column }
  return largest
}
