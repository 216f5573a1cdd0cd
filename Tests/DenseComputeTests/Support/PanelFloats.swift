import DenseCompute

/// A matrix in panels, before a page that nobody may touch.
struct PanelFloats {
  let shape: PanelShape
  let values: GuardedFloats

  init(_ matrix: GuardedMatrix) {
    shape = PanelShape(rows: matrix.view.rows, columns: matrix.view.columns)
    values = GuardedFloats(count: shape.count)
    let rowMajor = GuardedFloats(matrix.values)
    shape.pack(rowMajor.pointer, into: values.pointer)
  }

  var view: PanelMatrixView { PanelMatrixView(values.pointer, shape) }
  var rowMajor: [Float] { shape.unpacked(values.pointer) }
}
