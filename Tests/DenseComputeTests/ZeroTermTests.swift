import Testing

@testable import DenseCompute

/// Batches with many zeros, whose products leave out terms, against the same products with all terms and against the plain
/// loops, on every instruction set of this machine.
@Suite(.serialized)
struct ZeroTermTests {
  /// Around the edges of tiles, vectors, panels, and blocks of terms.
  static let shapes: [(rows: Int, inner: Int, columns: Int)] = [
    (2, 600, 33), (3, 300, 17), (4, 1030, 130), (5, 784, 128), (13, 513, 64), (32, 150, 48), (41, 90, 300),
    (9, 1100, 100),
  ]

  /// Inputs of which the second third are zeros in all rows, and four fifths of the others at random, of both signs.
  static func inputs(_ rows: Int, _ inner: Int, size: Float) -> GuardedMatrix {
    GuardedMatrix(rows: rows, columns: inner, gap: 1) { index in
      let k = index % inner
      let isZero = (inner / 3..<2 * inner / 3).contains(k) || abs(sample(index, seed: 5)) > 0.2
      return isZero ? (index % 3 == 0 ? -0.0 : 0) : sample(index, seed: 6) * size
    }
  }

  @Test(arguments: KernelSet.all, ZeroInputTests.Factor.allCases)
  func equalsAllTerms(set: KernelSet, factor: ZeroInputTests.Factor) throws {
    for (rows, inner, columns) in Self.shapes {
      let right = factor.values(inner, columns)
      var packed = try PackedMatrix(inner: inner, columns: columns, kernels: set.kernels)
      packed.pack(right.view)
      let inspected = packed.view.inspected()
      #expect(inspected.isFinite == (factor == .usual || factor == .tiny))
      for size: Float in factor == .tiny ? [1, 0x1p-64, 0x1p-130] : [1] {
        let left = Self.inputs(rows, inner, size: size)
        for bias in ZeroInputTests.biases(columns) {
          let check = {
            let output = GuardedMatrix(rows: rows, columns: columns, gap: 2)
            let all = GuardedMatrix(rows: rows, columns: columns)
            for (view, output) in [(inspected, output), (packed.view, all)] {
              Product.multiply(
                left.view, view, bias: bias?.pointer, activation: .linear, preactivation: nil,
                into: output.mutableView)
            }
            #expect(sameBits(output.values, all.values), "\(factor) \(rows)x\(inner)x\(columns) \(size)")
            #expect(output.isIntact && left.isIntact)
            guard set.isFused else { return }
            let plain = GuardedMatrix(rows: rows, columns: columns)
            let start = bias.map { UnsafePointer($0.pointer) }
            Reference.multiply(left.view, right.view, bias: start, into: plain.mutableView)
            #expect(sameBits(output.values, plain.values), "\(factor) \(rows)x\(inner)x\(columns) \(size), plain loops")
          }
          check()
          FloatingPointState.withFlushedDenormals(check)
        }
      }
    }
  }

  @Test(arguments: KernelSet.all, [ActivationKernel.relu, .gelu, .softmax])
  func kernelsInPanelsEqualAllTerms(set: KernelSet, activation: ActivationKernel) {
    let before = ThreadPool.threadCount
    defer { ThreadPool.threadCount = before }
    for (rows, inner, columns) in Self.shapes + [(300, 784, 128), (400, 300, 31)] {
      let left = Self.inputs(rows, inner, size: 1)
      left.mutableView.row(rows - 1)[7] = .nan
      let kernel = PanelFloats(GuardedMatrix(rows: inner, columns: columns) { sample($0, seed: 2) })
      let bias = GuardedFloats(samples(columns, seed: 3))
      for threads in [1, 2, 3] {
        ThreadPool.threadCount = threads
        let outputs = [false, true].map { isFinite in
          let sums = GuardedMatrix(rows: rows, columns: columns, gap: 1)
          let output = GuardedMatrix(rows: rows, columns: columns)
          Product.multiply(
            RowSelection(left.view), panels: kernel.view, isFinite: isFinite, bias: bias.pointer,
            activation: activation,
            preactivation: sums.mutableView, into: output.mutableView, kernels: set.kernels)
          #expect(sums.isIntact && output.isIntact)
          return sums.values + output.values
        }
        #expect(sameBits(outputs[0], outputs[1]), "\(rows)x\(inner)x\(columns), \(threads) threads")
      }
    }
  }

  /// What only zeros are multiplied by is left out indeed: no NaN comes through.
  @Test(arguments: KernelSet.all, [33, 64])
  func whatZerosAreMultipliedByDoesNotMatter(set: KernelSet, columns: Int) throws {
    let (rows, inner) = (9, 700)
    let left = Self.inputs(rows, inner, size: 1)
    let skipped = inner / 3..<2 * inner / 3
    var packed = try PackedMatrix(inner: inner, columns: columns, kernels: set.kernels)
    let view = packed.view.inspected()
    let right = GuardedMatrix(rows: inner, columns: columns) { index in
      skipped.contains(index / columns) ? .nan : sample(index, seed: 2)
    }
    packed.pack(right.view)
    let kernel = PanelFloats(right)
    let output = GuardedMatrix(rows: rows, columns: columns)
    Product.multiply(
      left.view, view, bias: nil, activation: .linear, preactivation: nil, into: output.mutableView)
    #expect(output.values.allSatisfy { $0.isFinite })
    Product.multiply(
      RowSelection(left.view), panels: kernel.view, isFinite: true, bias: nil, activation: .linear, preactivation: nil,
      into: output.mutableView, kernels: set.kernels)
    #expect(output.values.allSatisfy { $0.isFinite })
    #expect(kernel.values.isIntact)
  }
}
