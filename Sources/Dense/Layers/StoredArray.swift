import DenseCompute

/// One parameter array as a tensor of a file.
struct StoredArray: Sendable {
  /// The tensor's name: "kernel" of a layer by itself, "dense/kernel" in a network.
  var name: String
  /// [rows, columns], or [columns] of a vector.
  var shape: [Int]
  /// Where its values stand in storage.
  var place: ParameterPlace
  /// Whether an optimizer keeps values for it.
  var isTrainable: Bool

  /// The tensor of an optimizer's slot. No layer's name contains a slash, so it is nobody else's.
  func slotName(_ slot: String) -> String { "optimizer/\(slot)/\(name)" }
}

extension LayerPlan {
  /// The arrays of the layer at `offsets`, their names after `prefix`.
  func storedArrays(prefix: String, offsets: [Int]) -> [StoredArray] {
    zip(parameters, offsets).map { parameter, offset in
      StoredArray(
        name: prefix + parameter.name,
        shape: parameter.isVector ? [parameter.columns] : [parameter.rows, parameter.columns],
        place: ParameterPlace(offset: offset, shape: parameter.shape),
        isTrainable: parameter.role != .statistic)
    }
  }
}

extension ParameterStorage {
  /// The tensors of `arrays` and of the optimizer's slots. They borrow this storage.
  func sources(_ arrays: [StoredArray]) -> [TensorFile.Source] {
    var sources = arrays.map { source($0.name, $0, parameters) }
    for (slot, values) in zip(slotNames, slots) {
      sources += arrays.filter(\.isTrainable).map { source($0.slotName(slot), $0, values) }
    }
    return sources
  }

  private func source(
    _ name: String, _ array: StoredArray, _ values: UnsafeMutablePointer<Float>
  ) -> TensorFile.Source {
    TensorFile.Source(
      name: name, shape: array.shape, panels: PanelMatrixView(values + array.place.offset, array.place.shape))
  }

  /// Takes the values of `arrays` and of the present slots from `file`.
  func load(_ arrays: [StoredArray], from file: TensorFile) throws(DenseError) {
    for array in arrays {
      try file.copyValues(array.name, array, to: parameters)
    }
    hasTameSlots = slotNames.isEmpty
    for (slot, values) in zip(slotNames, slots) {
      for array in arrays where array.isTrainable {
        try file.copyValues(array.slotName(slot), array, to: values)
      }
    }
    touch()
  }
}

extension TensorFile {
  /// Lays out the values of the tensor called `name` in the place of `array` in a storage's buffer.
  fileprivate func copyValues(
    _ name: String, _ array: StoredArray, to buffer: UnsafeMutablePointer<Float>
  ) throws(DenseError) {
    try withValues(name, shape: array.shape) { values in
      guard let base = values.baseAddress else { return }
      array.place.shape.pack(base, into: buffer + array.place.offset)
    }
  }

  /// Throws `fileFormat` unless the file has all of `arrays`, and those of `slots`, in their shapes. After this, what a
  /// model takes is no more than what its file holds.
  func require(_ arrays: [StoredArray], slots: [String]) throws(DenseError) {
    for array in arrays {
      try withValues(array.name, shape: array.shape) { _ in }
      guard array.isTrainable else { continue }
      for slot in slots { try withValues(array.slotName(slot), shape: array.shape) { _ in } }
    }
  }
}
