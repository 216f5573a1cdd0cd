import CDenseKernels
import Testing

@testable import DenseCompute

/// An update on the way gives the bits of the gradient first and the update afterwards.
struct PanelGradientUpdateTests {
  static let shapes: [(rows: Int, inputs: Int, units: Int)] = [
    (0, 5, 3), (0, 30, 40), (1, 1, 1), (3, 700, 1), (520, 30, 5), (32, 784, 32), (40, 95, 33), (9, 97, 70),
    (1030, 200, 40), (600, 100, 128), (70, 230, 64),
    (40, 95, 10), (600, 70, 16), (100, 110, 200), (300, 1024, 40),
  ]

  static let rules: [(rule: OptimizerKernel, slots: Int)] = [
    (.sgd(learningRate: 0.1, momentum: 0, nesterov: false, decay: 0), 0),
    (.sgd(learningRate: 0.1, momentum: 0.9, nesterov: true, decay: 1e-3), 1),
    (.rmsprop(learningRate: 0.1, rho: 0.9, momentum: 0.5, epsilon: 1e-7, centered: false, decay: 0), 2),
    (.adam(stepSize: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, amsgrad: true, decay: 1e-3), 3),
  ]

  /// Weights, gradients and slots of a layer.
  private struct Arrays {
    let weights: GuardedFloats
    let gradients: GuardedFloats
    let slots: GuardedFloats
    let count: Int

    init(_ count: Int, slots: Int) {
      self.count = count
      weights = GuardedFloats(samples(count, seed: 1))
      gradients = GuardedFloats(samples(count, seed: 2))
      self.slots = GuardedFloats(samples(count * slots, seed: 3).map(abs))
    }

    var all: OptimizerArrays {
      OptimizerArrays(
        weights: weights.pointer, gradients: gradients.pointer, slots: slots.pointer, slotDistance: count, count: count)
    }
    var values: [Float] { weights.values + gradients.values + slots.values }
    var areIntact: Bool { weights.isIntact && gradients.isIntact && slots.isIntact }
  }

  /// With three threads, the weights as they were are not kept, and many inputs are zeros, of which only the update makes use.
  /// Some sums are too small for a float then.
  @Test(arguments: KernelSet.all, [1, 3])
  func equalsGradientThenUpdate(set: KernelSet, threads: Int) {
    let keepsWeights = threads == 1
    for (shape, (rule, slots)) in Self.shapes.flatMap({ shape in Self.rules.map { (shape, $0) } }) {
      let inputs =
        threads == 1 ? nil : ZeroTermTests.inputs(shape.rows, shape.inputs, size: shape.rows % 8 == 0 ? 0x1p-64 : 1)
      let left = inputs ?? GuardedMatrix(rows: shape.rows, columns: shape.inputs) { sample($0, seed: 4) }
      let size: Float = shape.rows % 8 == 0 ? 0x1p-85 : 1
      let right = GuardedMatrix(rows: shape.rows, columns: shape.units, gap: 3) { sample($0, seed: 5) * size }
      let panels = PanelShape(rows: shape.inputs, columns: shape.units)
      let make = { (Arrays(panels.count, slots: slots), Arrays(shape.units, slots: slots)) }
      let gradient = { (kernel: Arrays, bias: Arrays) in
        PanelGradient(
          RowSelection(left.view), right.view, kernel: kernel.gradients.pointer, panels, bias: bias.gradients.pointer,
          kernels: set.kernels)
      }
      let (kernel, bias) = make()
      let alarm = Alarm()
      let shares = PanelShares(panels, threads: threads)
      for share in 0..<shares.count {
        gradient(kernel, bias).update(
          share: shares[share], with: rule, keepsWeights: keepsWeights, kernelArrays: kernel.all,
          biasArrays: bias.all, bell: alarm.bell)
      }
      #expect(!alarm.rang)
      let (expectedKernel, expectedBias) = make()
      gradient(expectedKernel, expectedBias).compute(accumulates: false, isShared: false, alarm: alarm)
      for arrays in [expectedKernel, expectedBias] {
        #expect(withUnsafePointer(to: rule.pass(arrays.all), rule.function(set.kernels)) != 0)
      }
      #expect(sameBits(kernel.weights.values, expectedKernel.weights.values), "\(shape)")
      #expect(sameBits(kernel.slots.values, expectedKernel.slots.values), "\(shape)")
      #expect(!keepsWeights || sameBits(kernel.gradients.values, expectedKernel.gradients.values), "\(shape)")
      #expect(sameBits(bias.values, expectedBias.values), "\(shape)")
      #expect(kernel.areIntact && bias.areIntact)
    }
  }

  /// Terms that are zero in neighbouring inputs are left out indeed: no NaN comes through.
  @Test(arguments: KernelSet.all)
  func whatZerosAreMultipliedByDoesNotMatter(set: KernelSet) {
    let (rule, slots) = Self.rules[0]
    let panels = PanelShape(rows: 230, columns: 32)
    let left = GuardedMatrix(rows: 70, columns: 230) { $0 / 230 % 3 == 1 ? sample($0, seed: 4) : 0 }
    let right = GuardedMatrix(rows: 70, columns: 32) { $0 / 32 % 3 == 1 ? sample($0, seed: 5) : .nan }
    let kernel = Arrays(panels.count, slots: slots)
    let alarm = Alarm()
    PanelGradient(
      RowSelection(left.view), right.view, kernel: kernel.gradients.pointer, panels, bias: nil, kernels: set.kernels
    ).update(
      share: (0..<1, 0..<230), with: rule, keepsWeights: true, kernelArrays: kernel.all, biasArrays: nil,
      bell: alarm.bell)
    #expect(!alarm.rang)
  }

  /// A new weight that is not finite is noticed wherever it stands.
  @Test(arguments: KernelSet.all, [3, 70])
  func theAlarmRingsForASingleWeight(set: KernelSet, units: Int) {
    let (rule, slots) = Self.rules[1]
    let panels = PanelShape(rows: 230, columns: units)
    let left = GuardedMatrix(rows: 4, columns: 230) { sample($0, seed: 4) }
    let right = GuardedMatrix(rows: 4, columns: units) { sample($0, seed: 5) }
    for place in [0, 100 * units, panels.count - 1] {
      let kernel = Arrays(panels.count, slots: slots)
      kernel.weights.pointer[place] = .infinity
      let alarm = Alarm()
      PanelGradient(
        RowSelection(left.view), right.view, kernel: kernel.gradients.pointer, panels, bias: nil, kernels: set.kernels
      ).update(
        share: (0..<panels.panels, 0..<230), with: rule, keepsWeights: true, kernelArrays: kernel.all, biasArrays: nil,
        bell: alarm.bell)
      #expect(alarm.rang)
      #expect(kernel.gradients.values[place] == .infinity)
    }
  }

  /// Rules at the edge of what is tame, with weights and gradients at the edge of what is finite and fit.
  static let tameRules: [(rule: OptimizerKernel, slots: Int)] = [
    (.sgd(learningRate: 0x1p20, momentum: 0, nesterov: false, decay: 1), 0),
    (.sgd(learningRate: 0x1p20, momentum: 1 - 0x1p-10, nesterov: false, decay: 0), 1),
    (.sgd(learningRate: 0x1p20, momentum: 1 - 0x1p-10, nesterov: true, decay: 0.5), 1),
    (.rmsprop(learningRate: 0x1p8, rho: 0, momentum: 1 - 0x1p-10, epsilon: 0x1p-30, centered: false, decay: 0), 2),
    (.rmsprop(learningRate: 0x1p8, rho: 1, momentum: 1 - 0x1p-10, epsilon: 0x1p-30, centered: false, decay: 0), 2),
    (.rmsprop(learningRate: 0x1p8, rho: 0.9, momentum: 0, epsilon: 0x1p-30, centered: false, decay: 1), 1),
    (.adam(stepSize: 0x1p4, beta1: 0, beta2: 0, epsilon: 0x1p-30, amsgrad: false, decay: 0), 2),
    (.adam(stepSize: 0x1p4, beta1: 0.9, beta2: 0.999, epsilon: 0x1p-30, amsgrad: true, decay: 0), 3),
    (.adam(stepSize: 0x1p4, beta1: 0.99999, beta2: 0, epsilon: 0x1p-30, amsgrad: false, decay: 1), 2),
  ]

  @Test func tameUpdatesKeepWeightsFinite() {
    let largest = Float.greatestFiniteMagnitude
    let gradients = [0, Vector.squareLimit, -Vector.squareLimit, 0x1p-126, 1, -1e10]
    for (rule, slots) in Self.tameRules {
      #expect(rule.isTame)
      for signs in 0..<8 {
        let arrays = Arrays(48, slots: slots)
        for i in 0..<48 {
          arrays.weights.pointer[i] = [largest, -largest, 0][i % 3]
          for slot in 0..<slots { arrays.slots.pointer[48 * slot + i] = 0 }
        }
        for step in 0..<3000 {
          // The same over and over, in turns, or the large one after many small ones.
          for i in 0..<48 {
            let place = step < 2000 ? (signs & 1) * step + (signs >> 1) * i : signs
            arrays.gradients.pointer[i] = gradients[place % gradients.count]
          }
          #expect(rule.update(arrays.all), "\(rule) in step \(step)")
        }
      }
    }
  }

  @Test func rulesBeyondThatAreNotTame() {
    for rule: OptimizerKernel in [
      .sgd(learningRate: 0x1p21, momentum: 0, nesterov: false, decay: 0),
      .sgd(learningRate: -.infinity, momentum: 0, nesterov: false, decay: 0),
      .sgd(learningRate: 1, momentum: 1, nesterov: false, decay: 0),
      .sgd(learningRate: 1, momentum: -2, nesterov: false, decay: 0),
      .sgd(learningRate: 1, momentum: 0, nesterov: false, decay: -1),
      .rmsprop(learningRate: 1, rho: 1.5, momentum: 0, epsilon: 1e-7, centered: false, decay: 0),
      .sgd(learningRate: 1, momentum: 0, nesterov: false, decay: 1.5),
      .rmsprop(learningRate: 1, rho: 0.9, momentum: 0, epsilon: 1e-7, centered: true, decay: 0),
      .adam(stepSize: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 0, amsgrad: false, decay: 0),
      .adam(stepSize: -1e300, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, amsgrad: false, decay: 0),
      .adam(stepSize: 0.1, beta1: -1, beta2: 0.999, epsilon: 1e-7, amsgrad: false, decay: 0),
      .adam(stepSize: 0.1, beta1: 0.9, beta2: 0.999, epsilon: .nan, amsgrad: false, decay: 0),
      .adam(stepSize: .infinity, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, amsgrad: false, decay: 0),
      .adam(stepSize: .nan, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, amsgrad: false, decay: 0),
    ] { #expect(!rule.isTame, "\(rule)") }
  }
}
