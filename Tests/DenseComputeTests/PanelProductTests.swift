import Testing

@testable import DenseCompute

/// Products with kernels in panels give the bits of those with packed ones, for any number of threads.
@Suite(.serialized)
struct PanelProductTests {
  static let shapes: [(rows: Int, inner: Int, columns: Int)] = [
    (1, 1, 9), (3, 20, 16), (13, 511, 17), (25, 513, 33), (32, 784, 128), (700, 90, 70), (5, 1030, 520), (200, 64, 40),
    (400, 300, 31), (60, 1100, 48), (2, 30, 60), (130, 200, 300),
    (23, 13, 128), (17, 14, 64),
  ]

  @Test(arguments: KernelSet.all, [ActivationKernel.relu, .softmax])
  func equalsPacked(set: KernelSet, activation: ActivationKernel) throws {
    let before = ThreadPool.threadCount
    defer { ThreadPool.threadCount = before }
    for shape in Self.shapes {
      let left = GuardedMatrix(rows: shape.rows, columns: shape.inner, gap: 1) { sample($0, seed: 1) }
      let right = GuardedMatrix(rows: shape.inner, columns: shape.columns) { sample($0, seed: 2) }
      let kernel = PanelFloats(right)
      let bias = GuardedFloats(samples(shape.columns, seed: 3))
      var packed = try PackedMatrix(inner: shape.inner, columns: shape.columns, kernels: set.kernels)
      packed.pack(right.view)
      let expected = GuardedMatrix(rows: shape.rows, columns: shape.columns)
      Product.multiply(
        left.view, packed, bias: bias.pointer, activation: activation, preactivation: nil, into: expected.mutableView)
      var packedPanels = try PackedMatrix(inner: shape.inner, columns: shape.columns, kernels: set.kernels)
      for threads in [1, 2, 3, 8] {
        ThreadPool.threadCount = threads
        for keepsSums in [true, false] {
          let sums = GuardedMatrix(rows: shape.rows, columns: shape.columns, gap: 2)
          let output = GuardedMatrix(rows: shape.rows, columns: shape.columns, gap: keepsSums ? 0 : 1)
          Product.multiply(
            RowSelection(left.view), panels: kernel.view, isFinite: true, bias: bias.pointer, activation: activation,
            preactivation: keepsSums ? sums.mutableView : nil, into: output.mutableView, kernels: set.kernels)
          #expect(sameBits(output.values, expected.values), "\(shape), \(threads) threads")
          #expect(sums.isIntact && output.isIntact && kernel.values.isIntact && left.isIntact)
        }
        packedPanels.pack(kernel.view)
        #expect(packedPanels.floats == packed.floats, "\(shape), \(threads) threads")
      }
    }
  }

  /// left . kernel^T, against a product with the kernel turned beforehand.
  @Test(arguments: KernelSet.all)
  func transposedEqualsPacked(set: KernelSet) throws {
    let before = ThreadPool.threadCount
    defer { ThreadPool.threadCount = before }
    for shape in Self.shapes {
      let left = GuardedMatrix(rows: shape.rows, columns: shape.inner, gap: 1) { sample($0, seed: 1) }
      let right = GuardedMatrix(rows: shape.inner, columns: shape.columns) { sample($0, seed: 2) }
      let turned = GuardedMatrix(rows: shape.columns, columns: shape.inner) { index in
        sample(index % shape.inner * shape.columns + index / shape.inner, seed: 2)
      }
      let kernel = PanelFloats(turned)
      var packed = try PackedMatrix(inner: shape.inner, columns: shape.columns, kernels: set.kernels)
      packed.pack(right.view)
      let expected = GuardedMatrix(rows: shape.rows, columns: shape.columns)
      Product.multiply(
        left.view, packed, bias: nil, activation: .linear, preactivation: nil, into: expected.mutableView)
      let activated = GuardedMatrix(rows: shape.rows, columns: shape.columns, gap: 2) { sample($0, seed: 4) }
      let derivative = ActivationDerivative(.relu, z: left.view, a: activated.view)
      let multiplied = GuardedMatrix(rows: shape.rows, columns: shape.columns)
      ActivationKernel.relu.backward(
        z: left.view, a: activated.view, outputGradient: expected.view, into: multiplied.mutableView)
      for threads in [1, 2, 3, 8] {
        ThreadPool.threadCount = threads
        let output = GuardedMatrix(rows: shape.rows, columns: shape.columns, gap: 1)
        Product.multiplyTransposed(
          left.view, panels: kernel.view, derivative: nil, into: output.mutableView, kernels: set.kernels)
        #expect(sameBits(output.values, expected.values), "\(shape), \(threads) threads")

        // The derivative is applied to each share right behind its products.
        Product.multiplyTransposed(
          left.view, panels: kernel.view, derivative: derivative, into: output.mutableView, kernels: set.kernels)
        #expect(sameBits(output.values, multiplied.values), "\(shape), \(threads) threads, with a derivative")
        #expect(output.isIntact && kernel.values.isIntact)
      }
    }
  }

  /// The layout of few columns, from the transpose of a kernel of as many rows.
  @Test(arguments: KernelSet.all)
  func packsTransposesOfFewRows(set: KernelSet) throws {
    for (inner, columns) in [(1, 1), (15, 8), (40, 3), (100, 8), (784, 1)] {
      let right = GuardedMatrix(rows: inner, columns: columns) { sample($0, seed: 2) }
      let turned = GuardedMatrix(rows: columns, columns: inner) { index in
        sample(index % inner * columns + index / inner, seed: 2)
      }
      var packed = try PackedMatrix(inner: inner, columns: columns, kernels: set.kernels)
      packed.pack(right.view)
      var transposed = try PackedMatrix(inner: inner, columns: columns, kernels: set.kernels)
      let kernel = PanelFloats(turned)
      transposed.pack(transposing: kernel.view)
      #expect(kernel.values.isIntact)
      #expect(transposed.floats == packed.floats, "\(inner) x \(columns)")
    }
  }

  @Test func narrowFactorsArePacked() {
    #expect(Product.needsPacking(columns: 1) && Product.needsPacking(columns: 8))
    #expect(!Product.needsPacking(columns: 9))
  }
}

extension PackedMatrix {
  fileprivate var floats: [Float] { Array(UnsafeBufferPointer(start: storage.pointer, count: storage.count)) }
}
