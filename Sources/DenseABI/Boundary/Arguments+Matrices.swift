import Dense
import DenseCompute

/// Matrices of the caller: row-major float32, without gaps between rows.
extension Arguments {
  /// A matrix that the library reads.
  static func matrix(
    _ pointer: ReadOnlyArray<Float>?, _ name: String, rows: Int64, columns: Int64
  ) throws(DenseError) -> MatrixView {
    let (rows, columns) = (try count(rows, "rows"), try count(columns, "columns"))
    return MatrixView(try array(pointer, name, counts: [rows, columns]), rows: rows, columns: columns)
  }

  /// A matrix that the library writes. `available` is what the caller says to have room for, exactly rows x columns.
  static func matrix(
    _ pointer: WritableArray<Float>?, _ name: String, available: Int64, rows: Int, columns: Int
  ) throws(DenseError) -> MutableMatrixView {
    let pointer = try array(pointer, name, counts: [rows, columns])
    guard available == Int64(rows * columns) else {
      throw DenseError(
        .shapeMismatch, "\(name): expected \(rows * columns) values (\(rows) x \(columns)), received \(available)")
    }
    return MutableMatrixView(pointer, rows: rows, columns: columns)
  }

  /// As above; NULL, with 0 available, for a result that is not needed.
  static func optionalMatrix(
    _ pointer: WritableArray<Float>?, _ name: String, available: Int64, rows: Int, columns: Int
  ) throws(DenseError) -> MutableMatrixView? {
    guard pointer != nil || available != 0 else { return nil }
    return try matrix(pointer, name, available: available, rows: rows, columns: columns)
  }

  /// Memory of the caller's to work in. NULL, with 0 bytes, is none.
  static func bytes(
    _ pointer: WritableBytes?, _ name: String, count: Int64
  ) throws(DenseError) -> UnsafeMutableRawBufferPointer {
    let count = try integer(count, "\(name)_bytes", in: 0...Int64.max)
    guard count > 0 else { return UnsafeMutableRawBufferPointer(start: nil, count: 0) }
    return UnsafeMutableRawBufferPointer(start: try required(pointer, name), count: count)
  }

  /// Rows to train or evaluate on.
  static func data(
    _ x: ReadOnlyArray<Float>?, rows: Int64, columns: Int64, targets: ReadOnlyArray<Float>?, targetColumns: Int64,
    sampleWeights: ReadOnlyArray<Float>?
  ) throws(DenseError) -> TrainingData {
    let inputs = try matrix(x, "x", rows: rows, columns: columns)
    let width = try count(targetColumns, "target_columns")
    let targets = try array(targets, "targets", counts: [inputs.rows, width])
    let weights = sampleWeights == nil ? nil : try array(sampleWeights, "sample_weights", counts: [inputs.rows])
    return TrainingData(
      inputs: inputs, targets: MatrixView(targets, rows: inputs.rows, columns: width), sampleWeights: weights)
  }

  /// The place of the figures that training and evaluation report.
  static func results(
    _ pointer: WritableArray<Double>?, count: Int64
  ) throws(DenseError) -> UnsafeMutableBufferPointer<Double> {
    let count = try self.count(count, "result_count")
    return UnsafeMutableBufferPointer(start: try array(pointer, "results", counts: [count]), count: count)
  }

  /// Copies all of `source` to the caller's array, which has exactly so many values.
  static func write(
    _ source: [Float], to pointer: WritableArray<Float>?, _ name: String, available: Int64
  ) throws(DenseError) {
    let target = try array(pointer, name, counts: [source.count])
    guard available == Int64(source.count) else {
      throw DenseError(.shapeMismatch, "\(name): expected \(source.count) values, received \(available)")
    }
    source.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { target.update(from: base, count: source.count) }
    }
  }
}
