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
