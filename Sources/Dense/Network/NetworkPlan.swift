import DenseCompute

/// What a row of layers needs, computed from shapes alone.
final class NetworkPlan: Sendable {
  let inputs: Int
  let outputs: Int
  let layers: [LayerPlan]
  let layout: ParameterLayout
  /// Whether each layer works in place; see `LayerPlan`.
  let worksInPlace: [Bool]
  /// The first layer with parameters: neither it nor those before it need an input gradient to train.
  let firstWithParameters: Int
  /// Columns of the buffers in which gradients pass from layer to layer, from the last one on: the loss writes to the
  /// first, and each layer that does not work in place hands its input gradient on in the next.
  let gradientWidths: [Int]
  /// How rows pass in prediction.
  let prediction: PredictionPlan

  /// Throws `sizeOverflow` where sizes do not fit in 63 bits. Allocates nothing that grows with them.
  init(inputs: Int, layers: [LayerPlan]) throws(DenseError) {
    self.inputs = inputs
    self.layers = layers
    worksInPlace = layers.map(\.worksInPlace)
    outputs = layers.last?.outputs ?? inputs
    layout = try ParameterLayout(layers)
    firstWithParameters = layers.firstIndex { !$0.parameters.isEmpty } ?? layers.count
    prediction = PredictionPlan(inputs: inputs, layers: layers)
    gradientWidths = Self.gradientWidths(layers, outputs: outputs, first: firstWithParameters)
  }

  private static func gradientWidths(_ layers: [LayerPlan], outputs: Int, first: Int) -> [Int] {
    [outputs]
      + layers.enumerated().reversed().filter { $0 > first && !$1.worksInPlace }.map(\.element.inputs)
  }
}

// The floats and bytes of everything that the engine allocates.
extension NetworkPlan {
  /// Outputs and what else stays from forward to backward.
  func activationFloats(rows: Int) throws(DenseError) -> Int {
    var sum = 0
    for layer in layers { sum = try sum.plus(layer.output(rows: rows)).plus(layer.kept(rows: rows)) }
    return sum
  }

  /// The gradients that pass from layer to layer.
  func gradientFloats(rows: Int) throws(DenseError) -> Int {
    try gradientStarts(rows: rows)[gradientWidths.count]
  }

  /// Where the buffer of each of `gradientWidths` starts, and the end of the last.
  func gradientStarts(rows: Int) throws(DenseError) -> [Int] {
    var starts = [0]
    for (index, width) in gradientWidths.enumerated() {
      starts.append(try starts[index].plus(MutableMatrixView.spacedFloats(rows: rows, columns: width)))
    }
    return starts
  }

  /// A gathered batch: inputs, targets (never more columns than outputs) and sample weights.
  func batchFloats(rows: Int) throws(DenseError) -> Int {
    try MutableMatrixView.spacedFloats(rows: rows, columns: inputs)
      .plus(rows.times(outputs).roundedUpToLine()).plus(rows.roundedUpToLine())
  }

  /// Bytes that layers prepare from their parameters for prediction.
  func preparedBytes() throws(DenseError) -> Int {
    var sum = 0
    for layer in layers { sum = try sum.plus(layer.preparedBytes) }
    return sum
  }

  /// Bytes that layers prepare from their parameters for the forward pass of training and evaluation.
  func forwardBytes() throws(DenseError) -> Int {
    var sum = 0
    for layer in layers { sum = try sum.plus(layer.forwardBytes) }
    return sum
  }

  /// Bytes that layers prepare from their parameters for input gradients.
  func transposedBytes() throws(DenseError) -> Int {
    var sum = 0
    for (index, layer) in layers.enumerated() where index > firstWithParameters {
      sum = try sum.plus(layer.transposedBytes)
    }
    return sum
  }
}
