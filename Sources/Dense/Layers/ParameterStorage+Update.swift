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
    defer {
      zeroGradients()
      StepSharing.noteStep()
    }
    let gradients = try settledGradients()
    if accumulates || optimizer.common.isClipping || hasFewPending || mayHaveUnfitPending() { try computePending() }
    findComputedPlaces(of: arrays)
    if refusesGradients(gradients) { throw refusedGradient(arrays, gradients) }
    optimizer.common.clip(gradients, parameters: arrays.ranges)

    let kernel = optimizer.kernel(iteration: iterations + 1)
    hasTameSlots = hasTameSlots && kernel.isTame
    let staysFinite = hasTameSlots && version == finiteVersion
    touch()
    if !update(gradients, kernel, keepsWeights: !staysFinite) && !staysFinite {
      throw rollBack(arrays, from: gradients)
    }
    finiteVersion = version
    updatesAll = arrays.ranges.count == layout.trainableArrays
    iterations += 1
  }

  /// Computes the gradients that are pending and updates all weights. Whether the new weights are finite.
  private func update(
    _ gradients: UnsafeMutablePointer<Float>, _ kernel: OptimizerKernel, keepsWeights: Bool
  ) -> Bool {
    let slots = slots.first ?? gradients
    // Another thread may change the number while the tasks run.
    let threads = ThreadPool.threadCount
    let isShared =
      sharesStep
      && (pending.contains(where: \.isShared) || computedPlaces.contains { $0.shape.isWorthSharing(rows: 0) })
    return staysSilent {
      pending.withUnsafeBufferPointer { pending in
        computedPlaces.withUnsafeBufferPointer { places in
          let pass = UpdatePass(
            kernel: kernel, weights: parameters, gradients: gradients, slots: slots,
            slotDistance: layout.trainableCount, pending: pending, keepsWeights: keepsWeights, places: places,
            threads: threads, bell: alarm.bell)
          if isShared {
            ThreadPool.run(pass, tasks: PanelShares.count(threads: threads))
          } else {
            pass.runAlone()
          }
        }
      }
    }
  }

  /// Whether pending gradients have so few values that computing them before the update takes less than looking at their
  /// factors.
  private var hasFewPending: Bool {
    let (looks, values) = pending.reduce((0, 0)) { ($0.0 + $1.unknownValues, $0.1 + $1.kernel.shape.count) }
    return looks > Self.looksForValue * values
  }

  /// Values of factors that are looked at in the time that one of a gradient takes on its way through memory.
  private static var looksForValue: Int { 8 }

  /// Whether the factors of pending gradients do not show that an update may use all of them.
  private func mayHaveUnfitPending() -> Bool {
    let isShared = sharesStep && pending.reduce(0) { $0 + $1.unknownValues } >= Self.worthSharingLooks
    let tasks = isShared ? 2 * ThreadPool.threadCount : 1
    return !staysSilent {
      pending.withUnsafeBufferPointer {
        ThreadPool.run(FactorCheck(pending: $0, tasks: tasks, bell: alarm.bell), tasks: tasks)
      }
    }
  }

  /// Whether the alarm does not ring during `body`.
  private func staysSilent(_ body: () -> Void) -> Bool {
    alarm.reset()
    body()
    return !alarm.rang
  }

  /// Whether there is a gradient that no update may use. The backward pass has looked at most of them.
  private func refusesGradients(_ gradients: UnsafeMutablePointer<Float>) -> Bool {
    let unknown = computedPlaces.reduce(0) { areFitGradients($1.range) ? $0 : $0 + $1.range.count }
    if sharesStep && unknown >= Self.worthSharing {
      let threads = ThreadPool.threadCount
      return !staysSilent {
        computedPlaces.withUnsafeBufferPointer {
          let check = GradientCheck(gradients: gradients, places: $0, threads: threads, bell: alarm.bell)
          ThreadPool.run(check, tasks: PanelShares.count(threads: threads))
        }
      }
    }
    return computedPlaces.contains { place in
      !areFitGradients(place.range)
        && Vector.first(gradients + place.offset, count: place.range.count, beyond: Vector.squareLimit) != nil
    }
  }

  /// Values from which on looking for large ones is worth sharing: most are in the cache of the core that made them.
  private static var worthSharingLooks: Int { 1 << 18 }
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

/// Looks for gradients that no update may use, in a share of each array: optimizers square them in single precision. It
/// holds addresses alone, as `UpdatePass` does.
struct GradientCheck: SharedWork {
  fileprivate let gradients: UnsafeMutablePointer<Float>
  fileprivate let places: UnsafeBufferPointer<ParameterPlace>
  fileprivate let threads: Int
  fileprivate let bell: Alarm.Bell

  func run(_ task: Int) {
    for place in places {
      PanelShares(place.shape, threads: threads).forEachRun(task) { run in
        let values = MatrixView(gradients + place.offset + run.lowerBound, rows: 1, columns: run.count)
        if !Vector.isWithin(values, limit: Vector.squareLimit) { bell.ring() }
      }
    }
  }
}
