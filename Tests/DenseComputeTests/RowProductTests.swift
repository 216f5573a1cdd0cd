import CDenseKernels
import DenseCompute
import Testing

/// Single rows against the same rows in a batch, on every instruction set of this machine.
struct RowProductTests {
  /// Around the edges of lanes, vectors, panels and what is worked on at once.
  static let columns = [1, 2, 4, 5, 8, 9, 10, 15, 16, 17, 32, 33, 48, 64, 96, 100, 112, 128, 129, 144, 145, 160, 272]

  @Test(arguments: KernelSet.all, ActivationKernel.samples)
  func equalsBatches(set: KernelSet, activation: ActivationKernel) throws {
    for columns in Self.columns {
      // Few columns take up to four blocks of 512 terms side by side.
      let tall = columns > 8 && columns <= 33 ? [784, 1024, 1025, 1600, 2048, 2061, 3600] : []
      for inner in [0, 1, 15, 16, 37, 512, 513] + tall {
        let operands = ProductTests.Operands(.init(rows: 2, inner: inner, columns: columns))
        let packed = try operands.packed(set.kernels)
        let factors = GuardedFloats(samples(2 * columns, seed: 4))
        let scaling = ColumnScaling(scale: factors.pointer, shift: factors.pointer + columns)
        for (bias, scaling) in [(nil, nil), (UnsafePointer(operands.bias.pointer), nil), (nil, scaling)] {
          let expected = GuardedMatrix(rows: 2, columns: columns)
          Product.multiply(
            operands.left.view, packed.view, bias: bias, scaling: scaling, activation: activation, preactivation: nil,
            into: expected.mutableView)
          var product = RowProduct(
            packed.view, bias: bias, scaling: scaling, activation: activation, staysOnThread: true)
          for row in 0..<2 {
            let output = GuardedMatrix(rows: 1, columns: columns)
            withUnsafeMutablePointer(to: &product) {
              $0.run(operands.left.view.row(row), into: output.mutableView.pointer)
            }
            let wanted = Array(expected.values[row * columns..<(row + 1) * columns])
            #expect(sameBits(output.values, wanted), "\(inner)x\(columns)")
            #expect(output.isIntact)
          }
        }
      }
    }
  }
}

/// Single rows with right factors that are worked on in pieces, by turns from the first and from the last, on any number of
/// threads.
@Suite(.serialized)
struct LargeRowProductTests {
  /// Inner and columns: around pieces' edges, with as few columns as may be cut and fewer.
  static let shapes = [(530, 520), (700, 330), (1700, 128), (3300, 127), (3300, 64), (2100, 1030)]

  @Test(arguments: KernelSet.all, [ActivationKernel.gelu, .softmax])
  func equalsBatches(set: KernelSet, activation: ActivationKernel) throws {
    let (before, caches) = (ThreadPool.threadCount, CacheSizes.current)
    defer { (ThreadPool.threadCount, CacheSizes.current) = (before, caches) }
    // Of which none of the shapes stays in so small a second level.
    CacheSizes.current = CacheSizes(secondLevel: 256 << 10, lastLevel: 32 << 20)
    for (inner, columns) in Self.shapes {
      let operands = ProductTests.Operands(.init(rows: 2, inner: inner, columns: columns))
      // The second row is one that leaves most of the right factor unread.
      for k in 0..<inner where k % 5 > 0 { operands.left.mutableView.row(1)[k] = 0 }
      let packed = try operands.packed(set.kernels)
      let factors = GuardedFloats(samples(2 * columns, seed: 4))
      let scaling = ColumnScaling(scale: factors.pointer, shift: factors.pointer + columns)
      let expected = GuardedMatrix(rows: 2, columns: columns)
      Product.multiply(
        operands.left.view, packed.view, bias: operands.bias.pointer, scaling: scaling, activation: activation,
        preactivation: nil, into: expected.mutableView, staysOnThread: true)
      for (threads, staysOnThread) in [(1, false), (2, false), (3, false), (2, true)] {
        ThreadPool.threadCount = threads
        var product = RowProduct(
          packed.view.inspected(), bias: operands.bias.pointer, scaling: scaling, activation: activation,
          staysOnThread: staysOnThread)
        // So many that a stream of work flows, which is shared sooner.
        for turn in 0..<18 {
          let output = GuardedMatrix(rows: 1, columns: columns)
          withUnsafeMutablePointer(to: &product) {
            $0.run(operands.left.view.row(turn % 3 % 2), into: output.mutableView.pointer)
          }
          let wanted = Array(expected.values[turn % 3 % 2 * columns..<(turn % 3 % 2 + 1) * columns])
          #expect(sameBits(output.values, wanted), "\(inner)x\(columns), \(threads) threads, turn \(turn)")
          #expect(output.isIntact)
        }
      }
      #expect(factors.isIntact)
    }
  }
}
