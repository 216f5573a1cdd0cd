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
        count: count, weights: weights.pointer, gradients: gradients.pointer,
        slot: (slot(0), slot(1), slot(2)),
        rule: settings(rule))
      let before = weights.values
      let isFinite =
        switch rule {
        case .sgd, .momentum, .nesterov: kernels.pointee.sgd(&update)
        case .rmsprop, .rmspropMomentum, .centered: kernels.pointee.rmsprop(&update)
        case .adam, .amsgrad: kernels.pointee.adam(&update)
        }
      #expect(isFinite != 0)
      #expect(sameBits(gradients.values, before))
      #expect(weights.isIntact && gradients.isIntact && slots.allSatisfy(\.isIntact))
    }
    return [weights.values] + slots.map(\.values)
  }

  private func settings(_ rule: Rule) -> dk_rule {
    var settings = dk_rule()
    (settings.rate, settings.decay, settings.momentum, settings.rho, settings.epsilon) = (0.01, 1e-3, 0.9, 0.9, 1e-7)
    (settings.share1, settings.share2) = (0.1, 0.001)
    settings.nesterov = rule == .nesterov ? 1 : 0
    return settings
  }

  /// A weight that is not finite is reported wherever it stands.
  @Test(arguments: KernelSet.all)
  func tellsValuesThatAreNotFinite(set: KernelSet) {
    for (rule, count) in [(Rule.sgd, 1), (.momentum, 16), (.rmsprop, 17), (.adam, 40), (.amsgrad, 100)] {
      for (index, value) in [(0, Float.nan), (count - 1, .infinity), (count / 2, -.infinity)] {
        let weights = GuardedFloats(samples(count, seed: 1))
        weights.pointer[index] = value
        let gradients = GuardedFloats(samples(count, seed: 2))
        let slots = (0..<3).map { _ in GuardedFloats([Float](repeating: 0, count: count)) }
        let slot = { (index: Int) in index < rule.slotCount ? slots[index].pointer : nil }
        var update = dk_update(
          count: count, weights: weights.pointer, gradients: gradients.pointer,
          slot: (slot(0), slot(1), slot(2)),
          rule: settings(rule))
        switch rule {
        case .sgd, .momentum, .nesterov: #expect(set.kernels.pointee.sgd(&update) == 0)
        case .rmsprop, .rmspropMomentum, .centered: #expect(set.kernels.pointee.rmsprop(&update) == 0)
        case .adam, .amsgrad: #expect(set.kernels.pointee.adam(&update) == 0)
        }
      }
    }
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
