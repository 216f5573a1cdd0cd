import DenseCompute

/// One update of parameters, cut into shares for threads.
///
/// It holds addresses alone: counting references would send cache lines from thread to thread.
struct UpdatePass: SharedWork {
  let kernel: OptimizerKernel
  let weights: UnsafeMutablePointer<Float>
  let gradients: UnsafeMutablePointer<Float>
  /// The first slot, and floats from a slot to the next.
  let slots: UnsafeMutablePointer<Float>
  let slotDistance: Int
  /// Gradients that are computed on the way.
  let pending: UnsafeBufferPointer<PendingGradient>
  /// Whether the weights as they were take the place of pending gradients.
  let keepsWeights: Bool
  /// Arrays whose gradients are there.
  let places: UnsafeBufferPointer<ParameterPlace>
  let threads: Int
  /// Rings where a new weight is not finite.
  let bell: Alarm.Bell

  /// Updates a share of each array, and in the first task all of those that are not shared.
  func run(_ task: Int) {
    for gradient in pending {
      let shape = gradient.kernel.shape
      if gradient.isShared {
        update(gradient, share: PanelShares(shape, threads: threads)[task])
      } else if task == 0 {
        update(gradient, share: (0..<shape.panels, 0..<shape.rows))
      }
    }
    for place in places {
      if place.shape.isWorthSharing(rows: 0, threads: threads) {
        PanelShares(place.shape, threads: threads).forEachRun(task) { run in
          if !kernel.update(arrays(place)[run]) { bell.ring() }
        }
      } else if task == 0, !kernel.update(arrays(place)) {
        bell.ring()
      }
    }
  }

  /// Updates everything on this thread.
  func runAlone() {
    for gradient in pending {
      let shape = gradient.kernel.shape
      update(gradient, share: (0..<shape.panels, 0..<shape.rows))
    }
    for place in places where !kernel.update(arrays(place)) { bell.ring() }
  }

  private func update(_ gradient: PendingGradient, share: (panels: Range<Int>, rows: Range<Int>)) {
    gradient.product(gradients).update(
      share: share, with: kernel, keepsWeights: keepsWeights, kernelArrays: arrays(gradient.kernel),
      biasArrays: gradient.bias.map(arrays), bell: bell)
  }

  private func arrays(_ place: ParameterPlace) -> OptimizerArrays {
    OptimizerArrays(
      weights: weights + place.offset, gradients: gradients + place.offset, slots: slots + place.offset,
      slotDistance: slotDistance, count: place.range.count)
  }
}
