import DenseCompute

/// What a layer by itself keeps from forward to backward: its input, its output, what its kind keeps besides, and room
/// for the gradient that it uses up.
final class LayerWorkspace {
  /// Rows that fit.
  let capacity: Int
  private let buffer: AlignedBuffer<Float>
  private let outputStart: Int
  private let keptStart: Int
  private let gradientStart: Int
  /// The last forward pass of training; none before the first.
  var record: ForwardRecord?

  init(_ plan: LayerPlan, rows: Int) throws(DenseError) {
    capacity = rows
    outputStart = try rows.times(plan.inputs).roundedUpToLine()
    keptStart = try outputStart.plus(plan.output(rows: rows))
    gradientStart = try keptStart.plus(plan.kept(rows: rows))
    buffer = try AlignedBuffer(
      count: try gradientStart.plus(MutableMatrixView.spacedFloats(rows: rows, columns: plan.outputs)))
  }

  /// Bytes of a workspace for `rows` rows.
  static func byteCount(_ plan: LayerPlan, rows: Int) throws(DenseError) -> Int {
    let kept = try plan.output(rows: rows).plus(plan.kept(rows: rows))
    let gradient = try MutableMatrixView.spacedFloats(rows: rows, columns: plan.outputs)
    let count = try rows.times(plan.inputs).roundedUpToLine().plus(kept).plus(gradient)
    return try AlignedBuffer<Float>.byteCount(count)
  }

  /// A record of `input`, of which it keeps a copy.
  func makeRecord(_ plan: LayerPlan, input: MatrixView) -> ForwardRecord {
    let copy = MutableMatrixView(buffer.pointer, rows: input.rows, columns: plan.inputs)
    copy.copy(input)
    return ForwardRecord(
      input: copy.readOnly,
      output: MutableMatrixView(buffer.pointer + outputStart, rows: input.rows, columns: plan.outputs),
      kept: buffer.pointer + keptStart)
  }

  /// A copy of `gradient` that may be used up.
  func copy(gradient: MatrixView) -> MutableMatrixView {
    let copy = MutableMatrixView(
      spaced: buffer.pointer + gradientStart, rows: gradient.rows, columns: gradient.columns)
    copy.copy(gradient)
    return copy
  }
}
