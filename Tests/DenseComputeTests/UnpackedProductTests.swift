import Testing

@testable import DenseCompute

/// Products with a right factor as it stands give the bits of those with a packed one, for any number of threads.
@Suite(.serialized)
struct UnpackedProductTests {
  static let shapes: [(rows: Int, inner: Int, columns: Int)] = [
    (1, 1, 9), (3, 20, 16), (13, 511, 17), (25, 513, 33), (32, 784, 128), (700, 90, 70), (5, 1030, 520), (200, 64, 40),
    (400, 300, 31),
  ]

  @Test(arguments: KernelSet.all, [ActivationKernel.relu, .softmax])
  func equalsPacked(set: KernelSet, activation: ActivationKernel) throws {
    let before = ThreadPool.threadCount
    defer { ThreadPool.threadCount = before }
    for shape in Self.shapes {
      let left = GuardedMatrix(rows: shape.rows, columns: shape.inner, gap: 1) { sample($0, seed: 1) }
      let right = GuardedMatrix(rows: shape.inner, columns: shape.columns, gap: 2) { sample($0, seed: 2) }
      let turned = GuardedMatrix(rows: shape.columns, columns: shape.inner, gap: 3)
      for k in 0..<shape.inner {
        for j in 0..<shape.columns { turned.mutableView.row(j)[k] = right.view.row(k)[j] }
      }
      let bias = GuardedFloats(samples(shape.columns, seed: 3))
      var packed = try PackedMatrix(inner: shape.inner, columns: shape.columns, kernels: set.kernels)
      packed.pack(right.view)
      let expected = GuardedMatrix(rows: shape.rows, columns: shape.columns)
      Product.multiply(
        left.view, packed, bias: bias.pointer, activation: activation, preactivation: nil, into: expected.mutableView)
      for threads in [1, 2, 3, 8] {
        ThreadPool.threadCount = threads
        for (transposing, factor) in [(false, right), (true, turned)] {
          for keepsSums in [true, false] {
            let sums = GuardedMatrix(rows: shape.rows, columns: shape.columns, gap: 2)
            let output = GuardedMatrix(rows: shape.rows, columns: shape.columns, gap: keepsSums ? 0 : 1)
            Product.multiply(
              left.view, unpacked: factor.view, transposing: transposing, bias: bias.pointer, activation: activation,
              preactivation: keepsSums ? sums.mutableView : nil, into: output.mutableView, kernels: set.kernels)
            #expect(sameBits(output.values, expected.values), "\(shape), \(threads) threads, \(transposing)")
            #expect(sums.isIntact && output.isIntact && factor.isIntact && left.isIntact)
          }
        }
      }
    }
  }

  @Test func narrowFactorsArePacked() {
    #expect(Product.needsPacking(columns: 1) && Product.needsPacking(columns: 8))
    #expect(!Product.needsPacking(columns: 9))
  }
}
