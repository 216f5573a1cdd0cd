import CDenseKernels
import DenseCompute
import Testing

struct ActivationTests {
  static let corners: [Float] = [
    0, -0.0, 1, -1, .infinity, -.infinity, .nan, 1e30, -1e30, 200, -200, 100, -100, 20, -20, 1e-10, -1e-10, 0x1p-127,
  ]

  static func forward(
    _ activation: ActivationKernel, _ z: GuardedMatrix, into a: GuardedMatrix, kernels: Kernels
  ) {
    kernels.pointee.activate(
      activation.code, activation.parameter, z.rows, z.columns, z.memory.pointer, z.stride, a.memory.pointer, a.stride)
  }

  @Test(arguments: KernelSet.all, ActivationKernel.samples)
  func forwardEqualsFormula(set: KernelSet, activation: ActivationKernel) {
    for (rows, columns, gap) in [(0, 5, 0), (1, 1, 0), (3, 10, 0), (4, 16, 1), (2, 33, 0), (5, 100, 7)] {
      let z = GuardedMatrix(rows: rows, columns: columns, gap: gap) { sample($0) * 8 }
      let a = GuardedMatrix(rows: rows, columns: columns, gap: gap)
      let expected = GuardedMatrix(rows: rows, columns: columns)
      Self.forward(activation, z, into: a, kernels: set.kernels)
      Reference.forward(activation, z.view, into: expected.mutableView)
      #expect(firstDifference(a.values, expected.values, relative: 1e-6, absolute: 1e-30) == nil)
      #expect(a.isIntact && z.isIntact)
      Self.forward(activation, z, into: z, kernels: set.kernels)
      #expect(sameBits(z.values, a.values))
    }
  }

  @Test(arguments: KernelSet.all, ActivationKernel.samples.filter { $0 != .softmax })
  func extremeValuesGiveTheLimits(set: KernelSet, activation: ActivationKernel) {
    let z = GuardedMatrix(rows: 1, columns: Self.corners.count) { Self.corners[$0] }
    let a = GuardedMatrix(rows: 1, columns: z.columns)
    let expected = GuardedMatrix(rows: 1, columns: z.columns)
    Self.forward(activation, z, into: a, kernels: set.kernels)
    Reference.forward(activation, z.view, into: expected.mutableView)
    // What is too small for a normal number may be zero.
    #expect(firstDifference(a.values, expected.values, relative: 1e-6, absolute: 0x1p-126) == nil)
  }

  @Test(arguments: KernelSet.all)
  func softmaxOfExtremeRows(set: KernelSet) {
    let rows: [([Float], [Float])] = [
      ([1e30, 0, -1e30], [1, 0, 0]), ([-1e30, -1e30, -1e30], [1 / 3, 1 / 3, 1 / 3]),
      ([-.infinity, 5, 5], [0, 0.5, 0.5]),
      ([.nan, 0, 1], [.nan, .nan, .nan]), ([.infinity, 0, 1], [.nan, .nan, .nan]), ([7], [1]),
    ]
    for (values, expected) in rows {
      let z = GuardedMatrix(rows: 1, columns: values.count) { values[$0] }
      let a = GuardedMatrix(rows: 1, columns: values.count)
      Self.forward(.softmax, z, into: a, kernels: set.kernels)
      // Infinity minus infinity has no limit; only the finite rest may be zero.
      if values.contains(.infinity) {
        #expect(a.values[0].isNaN)
      } else {
        #expect(firstDifference(a.values, expected, relative: 1e-6) == nil, "\(values)")
      }
    }
  }

  @Test(arguments: KernelSet.all, ActivationKernel.samples)
  func backwardEqualsFormula(set: KernelSet, activation: ActivationKernel) {
    for (rows, columns, gap) in [(0, 5, 0), (1, 1, 0), (3, 10, 0), (4, 16, 1), (2, 33, 0), (5, 100, 7)] {
      let z = GuardedMatrix(rows: rows, columns: columns, gap: gap) { sample($0) * 8 }
      let a = GuardedMatrix(rows: rows, columns: columns, gap: gap)
      let da = GuardedMatrix(rows: rows, columns: columns, gap: gap) { sample($0, seed: 4) }
      let dz = GuardedMatrix(rows: rows, columns: columns, gap: gap)
      let expected = GuardedMatrix(rows: rows, columns: columns)
      Self.forward(activation, z, into: a, kernels: set.kernels)
      let known = activation.needsPreactivation ? z : a
      set.kernels.pointee.activation_gradient(
        activation.code, activation.parameter, rows, columns, known.memory.pointer, known.stride, da.memory.pointer,
        da.stride, dz.memory.pointer, dz.stride)
      Reference.backward(activation, z: z.view, a: a.view, outputGradient: da.view, into: expected.mutableView)
      #expect(firstDifference(dz.values, expected.values, relative: 1e-5, absolute: 1e-7) == nil)
      #expect(dz.isIntact && known.isIntact && da.isIntact)
    }
  }

  /// The formulas themselves, against differences of the forward pass.
  @Test(arguments: ActivationKernel.samples)
  func backwardIsTheSlopeOfForward(activation: ActivationKernel) {
    let z = GuardedMatrix(rows: 2, columns: 7) { sample($0, seed: 3) * 3 }
    let step: Float = 1e-2
    for index in 0..<14 {
      let weights = GuardedMatrix(rows: 2, columns: 7) { sample($0, seed: 8) }
      let a = GuardedMatrix(rows: 2, columns: 7)
      let dz = GuardedMatrix(rows: 2, columns: 7)
      activation.forward(z.view, into: a.mutableView)
      activation.backward(z: z.view, a: a.view, outputGradient: weights.view, into: dz.mutableView)
      // Loss: the weighted sum of outputs, at z[index] plus and minus one step.
      let losses = [step, -step].map { shift in
        let moved = GuardedMatrix(rows: 2, columns: 7) { sample($0, seed: 3) * 3 + ($0 == index ? shift : 0) }
        activation.forward(moved.view, into: a.mutableView)
        return zip(a.values, weights.values).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      }
      #expect(abs((losses[0] - losses[1]) / Double(2 * step) - Double(dz.values[index])) < 2e-4)
    }
  }

  @Test func fusedSetsAgree() {
    for activation in ActivationKernel.samples {
      let z = GuardedMatrix(rows: 9, columns: 77) { sample($0) * 10 }
      let results = KernelSet.all.filter(\.isFused).map { set in
        let a = GuardedMatrix(rows: 9, columns: 77)
        let dz = GuardedMatrix(rows: 9, columns: 77)
        Self.forward(activation, z, into: a, kernels: set.kernels)
        let known = activation.needsPreactivation ? z : a
        set.kernels.pointee.activation_gradient(
          activation.code, activation.parameter, 9, 77, known.memory.pointer, 77, z.memory.pointer, 77,
          dz.memory.pointer, 77)
        return a.values + dz.values
      }
      for result in results { #expect(sameBits(result, results[0])) }
    }
  }

  @Test(arguments: KernelSet.all)
  func logSumExpIsStable(set: KernelSet) {
    let rows: [[Float]] = [
      [1000, 1000, -1000], [-1000, -1001, -1002], [0, 0, 0], [-.infinity, -.infinity, -.infinity],
      [.infinity, 0, 1], [.nan, 0, 1],
    ]
    let z = GuardedMatrix(rows: rows.count, columns: 3, gap: 2) { rows[$0 / 3][$0 % 3] }
    let result = GuardedFloats(count: rows.count)
    let expected = GuardedFloats(count: rows.count)
    set.kernels.pointee.log_sum_exp(z.rows, z.columns, z.memory.pointer, z.stride, result.pointer)
    Reference.logSumExp(z.view, into: expected.pointer)
    #expect(firstDifference(result.values, expected.values, relative: 1e-6) == nil)
    #expect(result.isIntact)
  }
}
