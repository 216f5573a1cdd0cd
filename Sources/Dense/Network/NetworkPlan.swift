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
  /// Columns of the two buffers between which gradients pass from layer to layer.
  let gradientWidths: [Int]
  /// Columns of the two buffers between which rows pass in prediction.
  let predictionWidths: [Int]
  /// The layers that change rows in prediction.
  let predictionSteps: [PredictionStep]

  /// What prediction needs to know of a layer.
  struct PredictionStep: Sendable {
    /// Its place among all layers.
    let layer: Int
    let outputs: Int
    let worksInPlace: Bool
  }

  /// Throws `sizeOverflow` where sizes do not fit in 63 bits. Allocates nothing that grows with them.
  init(inputs: Int, layers: [LayerPlan]) throws(DenseError) {
    self.inputs = inputs
    self.layers = layers
    worksInPlace = layers.map(\.worksInPlace)
    outputs = layers.last?.outputs ?? inputs
    layout = try ParameterLayout(layers)
    firstWithParameters = layers.firstIndex { !$0.parameters.isEmpty } ?? layers.count
    predictionSteps = layers.enumerated().filter { !$0.element.isIdentity }.map { index, layer in
      PredictionStep(layer: index, outputs: layer.outputs, worksInPlace: layer.worksInPlace)
    }
    predictionWidths = Self.predictionWidths(predictionSteps)
    gradientWidths = Self.gradientWidths(layers, outputs: outputs, first: firstWithParameters)
  }

  /// The last layer writes to the caller's rows, the others in turn to one buffer and the other.
  private static func predictionWidths(_ layers: [PredictionStep]) -> [Int] {
    var widths = [0, 0]
    var current = 1
    var isCallers = true
    for layer in layers.dropLast() {
      if isCallers || !layer.worksInPlace { current = 1 - current }
      isCallers = false
      widths[current] = max(widths[current], layer.outputs)
    }
    return widths
  }

  /// The loss writes to the first buffer; each layer that does not work in place hands its input gradient on in the
  /// other one.
  private static func gradientWidths(_ layers: [LayerPlan], outputs: Int, first: Int) -> [Int] {
    var widths = [outputs, 0]
    var current = 0
    for (index, layer) in layers.enumerated().reversed() where index > first && !layer.worksInPlace {
      current = 1 - current
      widths[current] = max(widths[current], layer.inputs)
    }
    return widths
  }
}

// The floats and bytes of everything that the engine allocates.
extension NetworkPlan {
  /// Rows that prediction works on at a time, so that its memory does not grow with the batch.
  static let predictionRows = 256

  /// Outputs and what else stays from forward to backward.
  func activationFloats(rows: Int) throws(DenseError) -> Int {
    var sum = 0
    for layer in layers { sum = try sum.plus(layer.output(rows: rows)).plus(layer.kept(rows: rows)) }
    return sum
  }

  /// The gradients that pass from layer to layer.
  func gradientFloats(rows: Int) throws(DenseError) -> Int {
    try rows.times(gradientWidths[0]).roundedUpToLine().plus(rows.times(gradientWidths[1]).roundedUpToLine())
  }

  /// A gathered batch: inputs, targets (never more columns than outputs) and sample weights.
  func batchFloats(rows: Int) throws(DenseError) -> Int {
    try rows.times(inputs).roundedUpToLine().plus(rows.times(outputs).roundedUpToLine()).plus(rows.roundedUpToLine())
  }

  /// What passes from layer to layer in the prediction of one block of rows.
  func predictionFloats(rows: Int) throws(DenseError) -> Int {
    let rows = min(rows, Self.predictionRows)
    return try rows.times(predictionWidths[0]).roundedUpToLine()
      .plus(rows.times(predictionWidths[1]).roundedUpToLine())
  }

  /// Bytes that layers prepare from their parameters for the forward pass.
  func preparedBytes() throws(DenseError) -> Int {
    var sum = 0
    for layer in layers { sum = try sum.plus(layer.preparedBytes) }
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
