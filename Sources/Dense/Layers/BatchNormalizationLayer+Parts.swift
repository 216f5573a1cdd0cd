import DenseCompute

extension BatchNormalizationLayer {
  public convenience init(momentum: Double = 0.99, epsilon: Double = 0.001, centers: Bool = true, scales: Bool = true) {
    var configuration = BatchNormalizationConfiguration()
    configuration.momentum = momentum
    configuration.epsilon = epsilon
    configuration.centers = centers
    configuration.scales = scales
    self.init(configuration)
  }

  func foldedNormalization() throws(DenseError) -> FoldedNormalization {
    let (plan, storage) = try built()
    let folded: FoldedNormalization
    if let made = self.folded {
      folded = made
    } else {
      folded = try FoldedNormalization(columns: plan.inputs)
      self.folded = folded
    }
    guard folded.version != storage.version, let movingMean, let movingVariance else { return folded }
    folded.version = storage.version
    let epsilon = Float(configuration.epsilon)
    for j in 0..<plan.inputs {
      let inverse = 1 / (movingVariance[j] + epsilon).squareRoot()
      fold(j, mean: movingMean[j], inverseDeviation: inverse, into: folded.scale, folded.shift)
    }
    return folded
  }

  /// Column j as y = x * scale + shift.
  func fold(
    _ j: Int, mean: Float, inverseDeviation: Float, into scale: UnsafeMutablePointer<Float>,
    _ shift: UnsafeMutablePointer<Float>
  ) {
    scale[j] = (gamma?[j] ?? 1) * inverseDeviation
    shift[j] = (beta?[j] ?? 0) - mean * scale[j]
  }

  /// The layer's part of a forward record.
  struct Kept {
    let mean, inverseDeviation, scale, shift: UnsafeMutablePointer<Float>

    init(_ record: ForwardRecord) {
      let line = (record.input.columns + 15) / 16 * 16
      mean = record.kept
      inverseDeviation = mean + line
      scale = inverseDeviation + line
      shift = scale + line
    }
  }
}

/// The two vectors of batch normalization in prediction, and the version of the parameters that they were made from.
final class FoldedNormalization {
  private let values: AlignedBuffer<Float>
  let columns: Int
  private let line: Int
  var version = 0

  init(columns: Int) throws(DenseError) {
    values = try AlignedBuffer(count: try Self.count(columns))
    self.columns = columns
    line = try columns.roundedUpToLine()
  }

  static func byteCount(columns: Int) throws(DenseError) -> Int {
    try AlignedBuffer<Float>.byteCount(count(columns))
  }

  private static func count(_ columns: Int) throws(DenseError) -> Int { try columns.roundedUpToLine().times(2) }

  var scale: UnsafeMutablePointer<Float> { values.pointer }
  var shift: UnsafeMutablePointer<Float> { values.pointer + line }
  var scaling: ColumnScaling { ColumnScaling(scale: scale, shift: shift) }
}
