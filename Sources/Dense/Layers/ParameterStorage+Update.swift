import DenseCompute

/// One trainable parameter array in flat storage.
struct ParameterArray: Sendable {
  /// Where its values lie in parameters, gradients and slots.
  var range: Range<Int>
  /// For messages: "kernel of layer 'dense'".
  var label: String
}

extension ParameterStorage {
  /// Bounds the gradients as the optimizer says, updates the weights of `arrays`, and zeroes all gradients.
  ///
  /// Throws `nonFinite`, naming the array, before any weight has changed, where a gradient is not finite or its square
  /// overflows. Where the update itself leads to a value that is not finite, all weights return to what they were and the
  /// optimizer's slots to zero.
  /// - Parameter arrays: in ascending order; what is left out keeps its values.
  func update(_ arrays: [ParameterArray], ranges: [Range<Int>], with optimizer: any Optimizer) throws(DenseError) {
    let gradients = try makeGradients()
    for array in arrays {
      let squares = Vector.sumOfSquares(gradients + array.range.lowerBound, count: array.range.count)
      // Optimizers square gradients in single precision.
      guard squares <= Double(Float.greatestFiniteMagnitude) else {
        zeroGradients()
        throw DenseError(
          .nonFinite,
          squares.isFinite
            ? "the gradient of the \(array.label) has norm \(squares.squareRoot()), whose square is no finite float32"
            : "the gradient of the \(array.label) is not finite")
      }
    }
    optimizer.common.clip(gradients, parameters: ranges)
    let block = try makeUpdateBlock()

    touch()
    for (index, array) in arrays.enumerated() {
      if let failure = update(array.range, gradients: gradients, block: block, with: optimizer) {
        for earlier in arrays[..<index] { restore(earlier.range, from: gradients) }
        restore(array.range.lowerBound..<failure, from: gradients)
        zeroGradients()
        zeroSlots()
        throw DenseError(.nonFinite, "the update of the \(array.label) leads to values that are not finite")
      }
    }
    iterations += 1
    zeroGradients()
  }

  /// Updates the weights of `range`, and leaves in the place of their gradients the values that they had.
  /// Returns the start of the block whose update was not finite, which keeps its values; none where all went well.
  private func update(
    _ range: Range<Int>, gradients: UnsafeMutablePointer<Float>, block old: UnsafeMutableBufferPointer<Float>,
    with optimizer: any Optimizer
  ) -> Int? {
    guard let old = old.baseAddress, !range.isEmpty else { return nil }
    for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.updateBlock) {
      let count = min(Self.updateBlock, range.upperBound - start)
      let weights = parameters + start
      for slot in slots.indices { slotCursors[slot] = slots[slot] + start }
      old.update(from: weights, count: count)
      optimizer.update(
        weights: weights, gradients: gradients + start, slots: slotCursors, count: count, iteration: iterations + 1)
      guard Vector.isFinite(weights, count: count) else {
        weights.update(from: old, count: count)
        return start
      }
      (gradients + start).update(from: old, count: count)
    }
    return nil
  }

  private func restore(_ range: Range<Int>, from old: UnsafeMutablePointer<Float>) {
    (parameters + range.lowerBound).update(from: old + range.lowerBound, count: range.count)
  }
}
