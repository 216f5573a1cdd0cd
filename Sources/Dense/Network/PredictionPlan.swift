import DenseCompute

/// How rows pass through a network in prediction, computed from shapes alone: the layers that change them, and where each
/// of these writes.
struct PredictionPlan: Sendable {
  /// Rows that the network works on at a time, so that its memory does not grow with the batch.
  static let rowsAtOnce = 256

  /// Where a step writes.
  enum Place: Sendable {
    case firstBuffer
    case secondBuffer
    /// The caller's rows.
    case output
  }

  struct Step: Sendable {
    /// The layer's place among all layers.
    let layer: Int
    let outputs: Int
    let target: Place
  }

  let inputs: Int
  let outputs: Int
  let steps: [Step]
  /// Columns of the two buffers.
  let widths: (first: Int, second: Int)
  /// Floats of both buffers for one row; `Int.max` where they are too many to count.
  let rowFloats: Int
  /// Multiplications that a row takes, about.
  let multiplications: Double
  /// Bytes of what the layers prepare from their parameters, which every row meets.
  let preparedBytes: Double

  init(inputs: Int, layers: [LayerPlan]) {
    self.inputs = inputs
    outputs = layers.last?.outputs ?? inputs
    let active = layers.indices.filter { !layers[$0].isIdentity }
    // From here on every layer works in place, in the caller's rows.
    let ending = active.lastIndex { !layers[$0].worksInPlace } ?? 0
    var steps: [Step] = []
    var widths = (first: 0, second: 0)
    for (position, index) in active.enumerated() {
      let target: Place
      if position >= ending {
        target = .output
      } else if let last = steps.last, layers[index].worksInPlace {
        target = last.target
      } else {
        target = steps.last?.target == .firstBuffer ? .secondBuffer : .firstBuffer
      }
      let outputs = layers[index].outputs
      if target == .firstBuffer { widths.first = max(widths.first, outputs) }
      if target == .secondBuffer { widths.second = max(widths.second, outputs) }
      steps.append(Step(layer: index, outputs: outputs, target: target))
    }
    (self.steps, self.widths) = (steps, widths)
    rowFloats = (try? Self.bufferFloats(rows: 1, widths: widths)) ?? Int.max
    multiplications = layers.reduce(0) { $0 + Double($1.flopsPerRow) / 2 }
    preparedBytes = layers.reduce(0) { $0 + Double($1.preparedBytes) }
  }

  /// False where every step writes to the caller's rows.
  var needsBuffers: Bool { widths.first > 0 }

  /// Floats of both buffers that find room on the stack.
  static var stackFloats: Int { 256 }

  /// Whether a call with so many rows needs no memory: every step writes to the caller's rows, or a row's buffers stand
  /// on the stack.
  func needsNoMemory(rows: Int) -> Bool { !needsBuffers || (rows == 1 && rowFloats <= Self.stackFloats) }

  /// Floats of both buffers for a block of `rows` rows.
  func bufferFloats(rows: Int) throws(DenseError) -> Int { try Self.bufferFloats(rows: rows, widths: widths) }

  private static func bufferFloats(rows: Int, widths: (first: Int, second: Int)) throws(DenseError) -> Int {
    try rows.times(widths.first).roundedUpToLine().plus(rows.times(widths.second).roundedUpToLine())
  }
}
