import CDenseKernels
import Testing

@testable import DenseCompute

/// An update on the way gives the bits of the gradient first and the update afterwards.
struct PanelGradientUpdateTests {
  static let shapes: [(rows: Int, inputs: Int, units: Int)] = [
    (0, 5, 3), (1, 1, 1), (3, 700, 1), (520, 30, 5), (32, 784, 32), (40, 95, 33), (9, 97, 70), (1030, 200, 40),
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

  @Test(arguments: KernelSet.all, [1, 3])
  func equalsGradientThenUpdate(set: KernelSet, threads: Int) {
    for (shape, (rule, slots)) in Self.shapes.flatMap({ shape in Self.rules.map { (shape, $0) } }) {
      let left = GuardedMatrix(rows: shape.rows, columns: shape.inputs) { sample($0, seed: 4) }
      let right = GuardedMatrix(rows: shape.rows, columns: shape.units, gap: 3) { sample($0, seed: 5) }
      let panels = PanelShape(rows: shape.inputs, columns: shape.units)
      let make = { (Arrays(panels.count, slots: slots), Arrays(shape.units, slots: slots)) }
      let gradient = { (kernel: Arrays, bias: Arrays) in
        PanelGradient(
          left.view, right.view, kernel: kernel.gradients.pointer, panels, bias: bias.gradients.pointer,
          kernels: set.kernels)
      }
      let (kernel, bias) = make()
      let alarm = Alarm()
      let shares = PanelShares(panels, threads: threads)
      for share in 0..<shares.count {
        gradient(kernel, bias).update(
          share: shares[share], with: rule, kernelArrays: kernel.all, biasArrays: bias.all, alarm: alarm)
      }
      #expect(!alarm.rang)
      let (expectedKernel, expectedBias) = make()
      gradient(expectedKernel, expectedBias).compute(accumulates: false, alarm: alarm)
      for arrays in [expectedKernel, expectedBias] {
        #expect(withUnsafePointer(to: rule.pass(arrays.all), rule.function(set.kernels)) != 0)
      }
      #expect(sameBits(kernel.values, expectedKernel.values), "\(shape)")
      #expect(sameBits(bias.values, expectedBias.values), "\(shape)")
      #expect(kernel.areIntact && bias.areIntact)
    }
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
        left.view, right.view, kernel: kernel.gradients.pointer, panels, bias: nil, kernels: set.kernels
      ).update(
        share: (0..<panels.panels, 0..<230), with: rule, kernelArrays: kernel.all, biasArrays: nil, alarm: alarm)
      #expect(alarm.rang)
      #expect(kernel.gradients.values[place] == .infinity)
    }
  }
}
