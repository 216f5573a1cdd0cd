import DenseCompute
import Synchronization

/// One trainable parameter array in flat storage.
struct ParameterArray: Sendable {
  /// Where its values lie in parameters, gradients and slots.
  var range: Range<Int>
  /// For messages: "kernel of layer 'dense'".
  var label: String
}

extension ParameterStorage {
  /// Bounds the gradients as the optimizer says, updates the weights of `arrays`, and makes all gradients count as zero.
  ///
  /// Throws `nonFinite`, naming the array, before any weight has changed, where a gradient is not finite or its square
  /// overflows. Where the update itself leads to a value that is not finite, all weights return to what they were and the
  /// optimizer's slots to zero.
  /// - Parameters:
  ///   - arrays: in ascending order; what is left out keeps its values.
  ///   - ranges: those of `arrays`.
  func update(_ arrays: [ParameterArray], ranges: [Range<Int>], with optimizer: any Optimizer) throws(DenseError) {
    let gradients = try settledGradients()
    defer { zeroGradients() }
    if refuses(ranges, { GradientCheck(gradients: gradients, pieces: $0, storage: self) }) {
      throw refusedGradient(arrays, gradients)
    }
    optimizer.common.clip(gradients, parameters: ranges)

    touch()
    let kernel = optimizer.kernel(iteration: iterations + 1)
    let all = OptimizerArrays(
      weights: parameters, gradients: gradients, slots: slots.first ?? gradients, slotDistance: layout.trainableCount,
      count: layout.trainableCount)
    if refuses(ranges, { UpdatePieces(kernel: kernel, arrays: all, pieces: $0, storage: self) }) {
      throw rollBack(arrays, from: gradients)
    }
    iterations += 1
  }

  /// Whether a task of the work that `makeWork` makes from the pieces of `ranges` met a value that it refuses.
  private func refuses<Work: SharedWork>(_ ranges: [Range<Int>], _ makeWork: (FlatPieces) -> Work) -> Bool {
    isRefused.store(false, ordering: .relaxed)
    ranges.withUnsafeBufferPointer { ranges in
      let pieces = FlatPieces(ranges: ranges)
      let work = makeWork(pieces)
      if pieces.areWorthSharing {
        ThreadPool.run(work, tasks: pieces.count)
      } else {
        for piece in 0..<pieces.count { work.run(piece) }
      }
    }
    return isRefused.load(ordering: .relaxed)
  }

  private func refusedGradient(_ arrays: [ParameterArray], _ gradients: UnsafeMutablePointer<Float>) -> DenseError {
    for array in arrays {
      let (start, count) = (gradients + array.range.lowerBound, array.range.count)
      guard Vector.first(start, count: count, beyond: GradientCheck.limit) != nil else { continue }
      let norm = Vector.sumOfSquares(start, count: count).squareRoot()
      return DenseError(
        .nonFinite,
        norm.isFinite
          ? "the gradient of the \(array.label) has norm \(norm), whose square is no finite float32"
          : "the gradient of the \(array.label) is not finite")
    }
    return DenseError(.nonFinite, "a gradient is not finite")
  }

  /// Takes an update back whose weights are not all finite; `old` are the weights as they were.
  private func rollBack(_ arrays: [ParameterArray], from old: UnsafeMutablePointer<Float>) -> DenseError {
    let refused = arrays.first { !Vector.isFinite(parameters + $0.range.lowerBound, count: $0.range.count) }
    for array in arrays {
      (parameters + array.range.lowerBound).update(from: old + array.range.lowerBound, count: array.range.count)
    }
    zeroSlots()
    let place = refused.map { "the \($0.label)" } ?? "a parameter"
    return DenseError(.nonFinite, "the update of \(place) leads to values that are not finite")
  }
}

/// Ranges of flat arrays in pieces of a fixed length, so that threads can share what is done to each float by itself.
private struct FlatPieces {
  let ranges: UnsafeBufferPointer<Range<Int>>

  /// Weights, gradients and two slots of a piece fit a core's second-level cache several times.
  private static var length: Int { 8192 }

  /// Pieces from the first float to the last; those in gaps between ranges are empty.
  var count: Int { ((ranges.last?.upperBound ?? 0) + Self.length - 1) / Self.length }

  /// Whether sharing gains more than telling other threads costs.
  var areWorthSharing: Bool { count >= 4 }

  /// Calls `body` for what each range has in a piece.
  func forEach(in piece: Int, _ body: (Range<Int>) -> Void) {
    let whole = piece * Self.length..<(piece + 1) * Self.length
    for range in ranges where range.overlaps(whole) { body(range.clamped(to: whole)) }
  }
}

/// Looks for gradients that no update may use.
private struct GradientCheck: SharedWork {
  let gradients: UnsafeMutablePointer<Float>
  let pieces: FlatPieces
  let storage: ParameterStorage

  /// Optimizers square gradients in single precision: the largest value whose square is finite.
  static var limit: Float { 0x1.fffffep63 }

  func run(_ task: Int) {
    pieces.forEach(in: task) { range in
      if Vector.first(gradients + range.lowerBound, count: range.count, beyond: Self.limit) != nil {
        storage.isRefused.store(true, ordering: .relaxed)
      }
    }
  }
}

private struct UpdatePieces: SharedWork {
  let kernel: OptimizerKernel
  let arrays: OptimizerArrays
  let pieces: FlatPieces
  let storage: ParameterStorage

  func run(_ task: Int) {
    pieces.forEach(in: task) { range in
      if !kernel.update(arrays[range]) { storage.isRefused.store(true, ordering: .relaxed) }
    }
  }
}
