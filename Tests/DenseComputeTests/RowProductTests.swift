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
      for inner in [0, 1, 15, 16, 37, 512, 513] {
        let operands = ProductTests.Operands(.init(rows: 2, inner: inner, columns: columns))
        let packed = try operands.packed(set.kernels)
        let factors = GuardedFloats(samples(2 * columns, seed: 4))
        let scaling = ColumnScaling(scale: factors.pointer, shift: factors.pointer + columns)
        for (bias, scaling) in [(nil, nil), (UnsafePointer(operands.bias.pointer), nil), (nil, scaling)] {
          let expected = GuardedMatrix(rows: 2, columns: columns)
          Product.multiply(
            operands.left.view, packed.view, bias: bias, scaling: scaling, activation: activation, preactivation: nil,
            into: expected.mutableView)
          var product = RowProduct(packed.view, bias: bias, scaling: scaling, activation: activation)
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
