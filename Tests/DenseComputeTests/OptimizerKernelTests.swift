import CDenseKernels
import DenseCompute
import Testing

/// Ten steps of each rule against the plain loops.
struct OptimizerKernelTests {
  enum Rule: CaseIterable, Sendable {
    case sgd, momentum, nesterov, rmsprop, rmspropMomentum, centered, adam, amsgrad

    var slotCount: Int {
      switch self {
      case .sgd: 0
      case .momentum, .nesterov, .rmsprop: 1
      case .rmspropMomentum, .adam: 2
      case .centered, .amsgrad: 3
      }
    }
  }

  /// Runs the kernel, or the plain loop where `kernels` is nil, and returns weights and slots.
  private func run(_ rule: Rule, count: Int, kernels: Kernels?) -> [[Float]] {
    let weights = GuardedFloats(samples(count, seed: 1))
    let slots = (0..<rule.slotCount).map { _ in GuardedFloats([Float](repeating: 0, count: count)) }
    for step in 0..<10 as Range<UInt64> {
      let gradients = GuardedFloats(samples(count, seed: 10 + step))
      let slot = { (index: Int) in index < slots.count ? slots[index].pointer : nil }
      guard let kernels else {
        runPlain(rule, weights.pointer, gradients.pointer, slot, count)
        continue
      }
      var update = dk_update(
        count: count, weights: weights.pointer, gradients: gradients.pointer, slot: (slot(0), slot(1), slot(2)),
        rate: 0.01, decay: 1e-3, momentum: 0.9, rho: 0.9, beta1: 0.9, beta2: 0.999, epsilon: 1e-7,
        nesterov: rule == .nesterov ? 1 : 0)
      switch rule {
      case .sgd, .momentum, .nesterov: kernels.pointee.sgd(&update)
      case .rmsprop, .rmspropMomentum, .centered: kernels.pointee.rmsprop(&update)
      case .adam, .amsgrad: kernels.pointee.adam(&update)
      }
      #expect(weights.isIntact && gradients.isIntact && slots.allSatisfy(\.isIntact))
    }
    return [weights.values] + slots.map(\.values)
  }

  private func runPlain(
    _ rule: Rule, _ weights: UnsafeMutablePointer<Float>, _ gradients: UnsafePointer<Float>,
    _ slot: (Int) -> UnsafeMutablePointer<Float>?, _ count: Int
  ) {
    switch rule {
    case .sgd, .momentum, .nesterov:
      Reference.sgd(
        weights: weights, gradients: gradients, momentums: slot(0), count: count, learningRate: 0.01, momentum: 0.9,
        nesterov: rule == .nesterov, decay: 1e-3)
    case .rmsprop, .rmspropMomentum, .centered:
      slot(0).map {
        Reference.rmsprop(
          weights: weights, gradients: gradients, velocities: $0, momentums: slot(1), averages: slot(2), count: count,
          learningRate: 0.01, rho: 0.9, momentum: 0.9, epsilon: 1e-7, decay: 1e-3)
      }
    case .adam, .amsgrad:
      if let momentums = slot(0), let velocities = slot(1) {
        Reference.adam(
          weights: weights, gradients: gradients, momentums: momentums, velocities: velocities,
          maximumVelocities: slot(2), count: count, stepSize: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, decay: 1e-3
        )
      }
    }
  }

  @Test(arguments: KernelSet.all, Rule.allCases)
  func equalsPlainLoops(set: KernelSet, rule: Rule) {
    for count in [0, 1, 15, 16, 17, 100] {
      let results = run(rule, count: count, kernels: set.kernels)
      let expected = run(rule, count: count, kernels: nil)
      for (values, exact) in zip(results, expected) {
        #expect(firstDifference(values, exact, relative: 2e-5, absolute: 1e-6) == nil)
      }
    }
  }

  @Test(arguments: Rule.allCases)
  func fusedSetsAgree(rule: Rule) {
    let results = KernelSet.all.filter(\.isFused).map { run(rule, count: 100, kernels: $0.kernels) }
    for result in results {
      #expect(zip(result, results[0]).allSatisfy { sameBits($0, $1) })
    }
  }

  /// How weights are cut into arrays does not change them.
  @Test(arguments: KernelSet.all, Rule.allCases)
  func partsEqualTheWhole(set: KernelSet, rule: Rule) {
    let whole = run(rule, count: 100, kernels: set.kernels)
    let part = run(rule, count: 37, kernels: set.kernels)
    for (values, all) in zip(part, whole) { #expect(sameBits(values, Array(all.prefix(37)))) }
  }
}
