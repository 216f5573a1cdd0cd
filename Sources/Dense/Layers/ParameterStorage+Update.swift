import DenseCompute

/// The parameter arrays in flat storage that an optimizer changes, in ascending order.
struct TrainableArrays {
  private(set) var places: [ParameterPlace] = []
  /// Those of `places`.
  private(set) var ranges: [Range<Int>] = []
  /// For messages: "kernel of layer 'dense'".
  private(set) var labels: [String] = []

  mutating func append(_ place: ParameterPlace, label: String) {
    places.append(place)
    ranges.append(place.range)
    labels.append(label)
  }
}

extension ParameterStorage {
  /// Bounds the gradients as the optimizer says, updates the weights of `arrays`, and makes all gradients count as zero.
  ///
  /// Throws `nonFinite`, naming the array, before any weight has changed, where a gradient is not finite or its square
  /// overflows. Where the update itself leads to a value that is not finite, all weights return to what they were and the
  /// optimizer's slots to zero.
  /// - Parameter arrays: what is left out keeps its values.
  func update(_ arrays: TrainableArrays, with optimizer: any Optimizer) throws(DenseError) {
    let gradients = try settledGradients()
    defer { zeroGradients() }
    if refusesGradients(arrays, gradients) { throw refusedGradient(arrays, gradients) }
    optimizer.common.clip(gradients, parameters: arrays.ranges)

    touch()
    let kernel = optimizer.kernel(iteration: iterations + 1)
    let slots = slots.first ?? gradients
    if refuses(
      arrays,
      {
        UpdatePass(
          kernel: kernel, weights: parameters, gradients: gradients, slots: slots, slotDistance: layout.trainableCount,
          places: $0, threads: $1, alarm: alarm)
      })
    {
      throw rollBack(arrays, from: gradients)
    }
    iterations += 1
  }

  /// Whether there is a gradient that no update may use. The backward pass has looked at most of them.
  private func refusesGradients(_ arrays: TrainableArrays, _ gradients: UnsafeMutablePointer<Float>) -> Bool {
    let unknown = arrays.ranges.reduce(0) { areFitGradients($1) ? $0 : $0 + $1.count }
    if unknown >= Self.worthSharing {
      return refuses(arrays) { GradientCheck(gradients: gradients, places: $0, threads: $1, alarm: alarm) }
    }
    return arrays.ranges.contains { range in
      !areFitGradients(range)
        && Vector.first(gradients + range.lowerBound, count: range.count, beyond: Vector.squareLimit) != nil
    }
  }

  /// Whether a task of the work that `makeWork` makes for the places of `arrays` met a value that it refuses.
  private func refuses<Work: SharedWork>(
    _ arrays: TrainableArrays,
    _ makeWork: (_ places: UnsafeBufferPointer<ParameterPlace>, _ threads: Int) -> Work
  ) -> Bool {
    alarm.reset()
    arrays.places.withUnsafeBufferPointer { places in
      // Another thread may change the number while the tasks run.
      let threads = ThreadPool.threadCount
      let work = makeWork(places, threads)
      let tasks = PanelShares.count(threads: threads)
      if layout.trainableCount >= Self.worthSharing {
        ThreadPool.run(work, tasks: tasks)
      } else {
        for task in 0..<tasks { work.run(task) }
      }
    }
    return alarm.rang
  }

  /// Trainable floats from which on sharing a pass gains more than telling other threads costs.
  private static var worthSharing: Int { 1 << 15 }

  private func refusedGradient(_ arrays: TrainableArrays, _ gradients: UnsafeMutablePointer<Float>) -> DenseError {
    for (range, label) in zip(arrays.ranges, arrays.labels) {
      let (start, count) = (gradients + range.lowerBound, range.count)
      guard Vector.first(start, count: count, beyond: Vector.squareLimit) != nil else { continue }
      let norm = Vector.sumOfSquares(start, count: count).squareRoot()
      return DenseError(
        .nonFinite,
        norm.isFinite
          ? "the gradient of the \(label) has norm \(norm), whose square is no finite float32"
          : "the gradient of the \(label) is not finite")
    }
    return DenseError(.nonFinite, "a gradient is not finite")
  }

  /// Takes an update back whose weights are not all finite; `old` are the weights as they were.
  private func rollBack(_ arrays: TrainableArrays, from old: UnsafeMutablePointer<Float>) -> DenseError {
    let refused = arrays.ranges.firstIndex { !Vector.isFinite(parameters + $0.lowerBound, count: $0.count) }
    for range in arrays.ranges {
      (parameters + range.lowerBound).update(from: old + range.lowerBound, count: range.count)
    }
    zeroSlots()
    let place = refused.map { "the \(arrays.labels[$0])" } ?? "a parameter"
    return DenseError(.nonFinite, "the update of \(place) leads to values that are not finite")
  }
}

// These hold addresses alone: counting references would send cache lines from thread to thread.

/// Looks for gradients that no update may use, in a share of each array: optimizers square them in single precision.
struct GradientCheck: SharedWork {
  fileprivate let gradients: UnsafeMutablePointer<Float>
  fileprivate let places: UnsafeBufferPointer<ParameterPlace>
  fileprivate let threads: Int
  fileprivate unowned(unsafe) let alarm: Alarm

  func run(_ task: Int) {
    for place in places {
      PanelShares(place.shape, threads: threads).forEachRun(task) { run in
        let values = MatrixView(gradients + place.offset + run.lowerBound, rows: 1, columns: run.count)
        if !Vector.isWithin(values, limit: Vector.squareLimit) { alarm.ring() }
      }
    }
  }
}

/// Updates a share of each array.
private struct UpdatePass: SharedWork {
  let kernel: OptimizerKernel
  let weights: UnsafeMutablePointer<Float>
  let gradients: UnsafeMutablePointer<Float>
  /// The first slot, and floats from a slot to the next.
  let slots: UnsafeMutablePointer<Float>
  let slotDistance: Int
  let places: UnsafeBufferPointer<ParameterPlace>
  let threads: Int
  unowned(unsafe) let alarm: Alarm

  func run(_ task: Int) {
    for place in places {
      PanelShares(place.shape, threads: threads).forEachRun(task) { run in
        let start = place.offset + run.lowerBound
        let arrays = OptimizerArrays(
          weights: weights + start, gradients: gradients + start, slots: slots + start, slotDistance: slotDistance,
          count: run.count)
        if !kernel.update(arrays) { alarm.ring() }
      }
    }
  }
}
