import DenseCompute

extension Network {
  /// The error that names the first place, in the order of computation, where a value is not finite: the inputs, the
  /// weights of a layer, the outputs of a layer, or `otherwise`.
  func nonFinite(
    _ data: TrainingData, _ predictions: MatrixView, otherwise: String
  ) -> DenseError {
    let place = workspace.flatMap { firstNonFinite(RowSelection(data.inputs, at: data.positions), predictions, $0) }
    return DenseError(.nonFinite, place ?? otherwise)
  }

  private func firstNonFinite(
    _ inputs: RowSelection, _ predictions: MatrixView, _ workspace: TrainingWorkspace
  ) -> String? {
    for row in 0..<inputs.rows {
      let values = inputs.row(row)
      guard let column = Vector.firstNonFinite(values, count: inputs.columns) else { continue }
      return "the input in row \(row), column \(column) of the batch is \(values[column])"
    }
    for (index, layer) in layers.enumerated() {
      if let parameter = layer.firstNonFiniteParameter() { return "the \(parameter) of \(layer.label) is not finite" }
      let output = index + 1 < layers.count ? workspace.records[index + 1].input : predictions
      if let (row, column) = Self.firstNonFinite(output) {
        return
          "the output of \(layer.label) in row \(row), column \(column) of the batch is \(output.row(row)[column])"
      }
    }
    return nil
  }

  private static func firstNonFinite(_ matrix: MatrixView) -> (row: Int, column: Int)? {
    for row in 0..<matrix.rows {
      if let column = Vector.firstNonFinite(matrix.row(row), count: matrix.columns) { return (row, column) }
    }
    return nil
  }
}

extension Layer {
  /// The name of a parameter that is not finite.
  fileprivate func firstNonFiniteParameter() -> String? {
    guard let plan, let storage else { return nil }
    for (parameter, offset) in zip(plan.parameters, offsets)
    where !Vector.isFinite(storage.parameters + offset, count: parameter.rows * parameter.columns) {
      return parameter.name
    }
    return nil
  }
}
