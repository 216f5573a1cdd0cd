import DenseCompute

/// The memory of training steps of up to `capacity` rows, sized once.
final class TrainingWorkspace {
  /// Rows that fit.
  let capacity: Int
  private let activations: AlignedBuffer<Float>
  private let gradients: AlignedBuffer<Float>
  private let gradientStarts: [Int]
  private let plan: NetworkPlan

  /// One record for each layer, for batches of `rows` rows.
  var records: [ForwardRecord]
  private(set) var rows: Int
  /// The network's output of the last forward pass that `backward` may follow.
  var output: MatrixView?

  /// A gathered batch, made at first need.
  private var batch: AlignedBuffer<Float>?

  init(_ plan: NetworkPlan, rows: Int) throws(DenseError) {
    capacity = rows
    self.rows = rows
    self.plan = plan
    activations = try AlignedBuffer(count: plan.activationFloats(rows: rows))
    gradients = try AlignedBuffer(count: plan.gradientFloats(rows: rows))
    gradientStarts = try plan.gradientStarts(rows: rows)
    var start = activations.pointer
    records = []
    for layer in plan.layers {
      let kept = start + (try layer.output(rows: rows))
      records.append(
        ForwardRecord(
          input: MatrixView(start, rows: rows, columns: layer.inputs),
          output: MutableMatrixView(spaced: start, rows: rows, columns: layer.outputs), kept: kept))
      start = kept + (try layer.kept(rows: rows))
    }
  }

  /// Fits the records to batches of `count` rows, at most `capacity`.
  func setRows(_ count: Int) {
    guard count != rows else { return }
    rows = count
    for index in records.indices {
      records[index].output = records[index].output.with(rows: count)
    }
  }

  /// One of the gradient buffers as rows of `columns` columns.
  func gradient(_ buffer: Int, columns: Int) -> MutableMatrixView {
    MutableMatrixView(spaced: gradients.pointer + gradientStarts[buffer], rows: rows, columns: columns)
  }

  /// Room for a batch of `rows` rows: inputs, targets of `targetColumns` columns, sample weights.
  func makeBatch(
    targetColumns: Int
  ) throws(DenseError) -> (
    inputs: MutableMatrixView, targets: MutableMatrixView, weights: UnsafeMutablePointer<Float>
  ) {
    if batch == nil { batch = try AlignedBuffer(count: plan.batchFloats(rows: capacity)) }
    guard let start = batch?.pointer else {
      throw DenseError(.outOfMemory, "the system refused memory for a batch of \(capacity) rows")
    }
    let targets = start + (try MutableMatrixView.spacedFloats(rows: capacity, columns: plan.inputs))
    return (
      MutableMatrixView(spaced: start, rows: rows, columns: plan.inputs),
      MutableMatrixView(targets, rows: rows, columns: targetColumns),
      targets + (try capacity.times(plan.outputs).roundedUpToLine())
    )
  }

  /// Bytes of a workspace for `rows` rows, its gathered batch apart.
  static func activationBytes(_ plan: NetworkPlan, rows: Int) throws(DenseError) -> Int {
    try AlignedBuffer<Float>.byteCount(plan.activationFloats(rows: rows))
  }

  static func gradientBytes(_ plan: NetworkPlan, rows: Int) throws(DenseError) -> Int {
    try AlignedBuffer<Float>.byteCount(plan.gradientFloats(rows: rows))
  }

  static func batchBytes(_ plan: NetworkPlan, rows: Int) throws(DenseError) -> Int {
    try AlignedBuffer<Float>.byteCount(plan.batchFloats(rows: rows))
  }
}
