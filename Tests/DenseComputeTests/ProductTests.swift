import CDenseKernels
import Testing

@testable import DenseCompute

/// Products against the plain loops, on every instruction set of this machine.
struct ProductTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    var rows, inner, columns: Int
    var testDescription: String { "\(rows)x\(inner)x\(columns)" }
  }

  /// Every number of rows and columns around the edges of tiles, vectors and inner blocks.
  static let shapes: [Shape] =
    [0, 1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 25, 31].map { Shape(rows: $0, inner: 37, columns: 45) }
    + [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 48, 64, 65, 96, 127, 128, 130, 160].flatMap {
      [
        Shape(rows: 1, inner: 19, columns: $0), Shape(rows: 3, inner: 8, columns: $0),
        Shape(rows: 14, inner: 5, columns: $0),
      ]
    }
    + [0, 1, 2, 15, 16, 17, 511, 512, 513, 1024, 1025].flatMap {
      [
        Shape(rows: 5, inner: $0, columns: 5), Shape(rows: 14, inner: $0, columns: 18),
        Shape(rows: 1, inner: $0, columns: 33),
      ]
    }
    + (6...15).flatMap {
      [
        Shape(rows: 4, inner: $0, columns: 64), Shape(rows: 11, inner: $0, columns: 96),
        Shape(rows: 18, inner: $0, columns: 130),
      ]
    }
    + (1...8).flatMap { columns in
      [(15, 3), (16, 16), (17, 37), (21, 48), (39, 5)].map { Shape(rows: $0.0, inner: $0.1, columns: columns) }
    }
    + [(11, 300, 10), (12, 256, 16), (23, 530, 9), (47, 271, 44)].map { Shape(rows: $0.0, inner: $0.1, columns: $0.2) }
    + [Shape(rows: 13, inner: 600, columns: 300), Shape(rows: 2, inner: 530, columns: 290)]

  struct Operands {
    let left, right: GuardedMatrix
    let bias: GuardedFloats

    init(_ shape: Shape, gap: Int = 0) {
      left = GuardedMatrix(rows: shape.rows, columns: shape.inner, gap: gap) { sample($0, seed: 1) }
      right = GuardedMatrix(rows: shape.inner, columns: shape.columns, gap: gap) { sample($0, seed: 2) }
      bias = GuardedFloats(samples(shape.columns, seed: 3))
    }

    func packed(_ kernels: Kernels) throws -> PackedMatrix {
      var packed = try PackedMatrix(inner: right.rows, columns: right.columns, kernels: kernels)
      packed.pack(right.view)
      return packed
    }
  }

  @Test(arguments: KernelSet.all, [0, 3])
  func equalsPlainLoops(set: KernelSet, gap: Int) throws {
    for shape in Self.shapes {
      let operands = Operands(shape, gap: gap)
      let output = GuardedMatrix(rows: shape.rows, columns: shape.columns, gap: gap)
      Product.multiply(
        operands.left.view, try operands.packed(set.kernels), bias: operands.bias.pointer, activation: .linear,
        preactivation: nil, into: output.mutableView)
      let expected = GuardedMatrix(rows: shape.rows, columns: shape.columns)
      Reference.multiply(
        operands.left.view, operands.right.view, bias: operands.bias.pointer, into: expected.mutableView)
      if set.isFused {
        #expect(sameBits(output.values, expected.values), "\(shape)")
      } else {
        let tolerance = Float(shape.inner + 2) * 0x1p-23
        #expect(firstDifference(output.values, expected.values, relative: 1e-6, absolute: tolerance) == nil, "\(shape)")
      }
      #expect(output.isIntact && operands.left.isIntact && operands.right.isIntact && operands.bias.isIntact)
    }
  }

  /// The rounding error bound of a chain: its length times the unit roundoff times the sum of magnitudes.
  @Test(arguments: KernelSet.all)
  func isCloseToDoublePrecision(set: KernelSet) throws {
    for shape in [Shape(rows: 7, inner: 784, columns: 20), Shape(rows: 7, inner: 1500, columns: 3)] {
      let operands = Operands(shape)
      let output = GuardedMatrix(rows: shape.rows, columns: shape.columns)
      Product.multiply(
        operands.left.view, try operands.packed(set.kernels), bias: nil, activation: .linear, preactivation: nil,
        into: output.mutableView)
      let chain = Double(min(shape.inner, Reference.innerBlock) + shape.inner / Reference.innerBlock + 1)
      for i in 0..<shape.rows {
        for j in 0..<shape.columns {
          var exact = 0.0
          var magnitudes = 0.0
          for k in 0..<shape.inner {
            let term = Double(operands.left.view.row(i)[k]) * Double(operands.right.view.row(k)[j])
            exact += term
            magnitudes += abs(term)
          }
          #expect(abs(Double(output.view.row(i)[j]) - exact) <= chain * 0x1p-24 * magnitudes)
        }
      }
    }
  }

  /// Looking ahead in a factor that streams changes no bit, also in columns after the product's own, and neither does the
  /// size of blocks.
  @Test(arguments: KernelSet.all)
  func streamingFactorsGiveTheSameBits(set: KernelSet) throws {
    for rows in [1, 4, 5, 12, 13, 32, 40, 79] {
      for (inner, columns) in [(1100, 300), (512, 290), (513, 128), (40, 9), (0, 20)] {
        let operands = Operands(Shape(rows: rows, inner: inner, columns: columns))
        let packed = try operands.packed(set.kernels)
        let looks: [(streams: Int32, blockFloats: Int, columnsAfter: Int)] = [
          (0, 1 << 20, 0), (1, 1 << 20, 0), (0, 0, 0), (1, 0, 0), (1, 40_000, 0), (1, 1 << 20, 64), (1, 0, 256),
        ]
        let results = looks.map { look in
          let output = GuardedMatrix(rows: rows, columns: columns)
          var product = dk_product(
            rows: rows, columns: columns, inner: inner, left: operands.left.view.pointer, left_stride: inner,
            left_rows: nil, right: packed.storage.pointer, right_streams: look.streams,
            columns_after: look.columnsAfter, right_is_finite: 0, block_floats: look.blockFloats,
            bias: operands.bias.pointer, scale: nil, shift: nil,
            sums: output.mutableView.pointer, sums_stride: columns, output: output.mutableView.pointer,
            output_stride: columns, activation: DK_RELU, parameter: 0)
          set.kernels.pointee.multiply(&product)
          #expect(output.isIntact)
          return output.values
        }
        for result in results { #expect(sameBits(result, results[0]), "\(rows) x \(inner) x \(columns)") }
      }
    }
  }

  /// A row's result is the same whatever rows are computed with it.
  @Test(arguments: KernelSet.all)
  func rowsDoNotDependOnTheBatch(set: KernelSet) throws {
    for columns in [1, 7, 8, 9, 16, 40, 128, 300] {
      let shape = Shape(rows: 29, inner: 777, columns: columns)
      let operands = Operands(shape)
      let packed = try operands.packed(set.kernels)
      let whole = GuardedMatrix(rows: shape.rows, columns: columns)
      Product.multiply(
        operands.left.view, packed, bias: operands.bias.pointer, activation: .sigmoid, preactivation: nil,
        into: whole.mutableView)
      for size in [1, 2, 3, 4, 5, 12, 13, 28] {
        let parts = GuardedMatrix(rows: shape.rows, columns: columns)
        for start in stride(from: 0, to: shape.rows, by: size) {
          let range = start..<min(start + size, shape.rows)
          Product.multiply(
            operands.left.view.rows(range), packed, bias: operands.bias.pointer, activation: .sigmoid,
            preactivation: nil, into: parts.mutableView.rows(range))
        }
        #expect(sameBits(parts.values, whole.values), "\(columns) columns in batches of \(size)")
      }
    }
  }

  @Test(arguments: KernelSet.all)
  func nonFiniteValuesStayInTheirRow(set: KernelSet) throws {
    for columns in [1, 8, 9, 33] {
      let shape = Shape(rows: 14, inner: 40, columns: columns)
      let operands = Operands(shape)
      let packed = try operands.packed(set.kernels)
      let clean = GuardedMatrix(rows: shape.rows, columns: columns)
      let output = GuardedMatrix(rows: shape.rows, columns: columns)
      Product.multiply(
        operands.left.view, packed, bias: nil, activation: .linear, preactivation: nil, into: clean.mutableView)
      operands.left.mutableView.row(5)[39] = .nan
      operands.left.mutableView.row(13)[0] = .infinity
      Product.multiply(
        operands.left.view, packed, bias: nil, activation: .linear, preactivation: nil, into: output.mutableView)
      for i in 0..<shape.rows {
        for j in 0..<columns {
          let value = output.view.row(i)[j]
          switch i {
          case 5: #expect(value.isNaN)
          case 13: #expect(value.isInfinite)
          default: #expect(value == clean.view.row(i)[j])
          }
        }
      }
    }
  }

  @Test(arguments: KernelSet.all)
  func overflowGivesInfinity(set: KernelSet) throws {
    let left = GuardedMatrix(rows: 1, columns: 3) { _ in 3e38 }
    let right = GuardedMatrix(rows: 3, columns: 20) { _ in 2 }
    let output = GuardedMatrix(rows: 1, columns: 20)
    var packed = try PackedMatrix(inner: 3, columns: 20, kernels: set.kernels)
    packed.pack(right.view)
    Product.multiply(left.view, packed, bias: nil, activation: .linear, preactivation: nil, into: output.mutableView)
    #expect(output.values.allSatisfy { $0 == .infinity })
  }

  @Test(arguments: KernelSet.all)
  func preactivationAndOutputAreBothWritten(set: KernelSet) throws {
    for activation in ActivationKernel.samples {
      for columns in [5, 40, 300] {
        let shape = Shape(rows: 15, inner: 20, columns: columns)
        let operands = Operands(shape)
        let packed = try operands.packed(set.kernels)
        let sums = GuardedMatrix(rows: shape.rows, columns: columns, gap: 1)
        let output = GuardedMatrix(rows: shape.rows, columns: columns, gap: 2)
        let inPlace = GuardedMatrix(rows: shape.rows, columns: columns)
        Product.multiply(
          operands.left.view, packed, bias: operands.bias.pointer, activation: activation,
          preactivation: sums.mutableView, into: output.mutableView)
        Product.multiply(
          operands.left.view, packed, bias: operands.bias.pointer, activation: activation, preactivation: nil,
          into: inPlace.mutableView)
        let expected = GuardedMatrix(rows: shape.rows, columns: columns)
        Reference.forward(activation, sums.view, into: expected.mutableView)
        #expect(sameBits(output.values, inPlace.values))
        #expect(firstDifference(output.values, expected.values, relative: 2e-6, absolute: 1e-7) == nil, "\(activation)")
        #expect(sums.isIntact && output.isIntact)
      }
    }
  }
}

/// Batch normalization and activation taken together with the product, on every instruction set of this machine.
@Suite(.serialized)
struct ScaledProductTests {
  private struct Column {
    let scale, shift: GuardedFloats
    var scaling: ColumnScaling { ColumnScaling(scale: scale.pointer, shift: shift.pointer) }
  }

  /// The bits of a product, a scaling and an activation one after the other, for any number of threads.
  @Test(arguments: KernelSet.all, [ActivationKernel.linear, .gelu, .softmax])
  func equalsThreePasses(set: KernelSet, activation: ActivationKernel) throws {
    let before = ThreadPool.threadCount
    defer { ThreadPool.threadCount = before }
    let large = [ProductTests.Shape(rows: 200, inner: 530, columns: 520), .init(rows: 1, inner: 2100, columns: 1030)]
    for shape in ProductTests.shapes + large {
      let operands = ProductTests.Operands(shape, gap: 1)
      let column = Column(
        scale: GuardedFloats(samples(shape.columns, seed: 4)), shift: GuardedFloats(samples(shape.columns, seed: 5)))
      let packed = try operands.packed(set.kernels)
      let expected = GuardedMatrix(rows: shape.rows, columns: shape.columns)
      Product.multiply(
        operands.left.view, packed, bias: operands.bias.pointer, activation: .linear, preactivation: nil,
        into: expected.mutableView)
      Reference.scaleColumns(
        expected.view, scale: column.scale.pointer, shift: column.shift.pointer, into: expected.mutableView)
      set.kernels.pointee.activate(
        activation.code, activation.parameter, shape.rows, shape.columns, expected.view.pointer, shape.columns,
        expected.mutableView.pointer, shape.columns)
      for threads in [1, 2, 3] {
        ThreadPool.threadCount = threads
        let output = GuardedMatrix(rows: shape.rows, columns: shape.columns, gap: 2)
        Product.multiply(
          operands.left.view, packed.view, bias: operands.bias.pointer, scaling: column.scaling,
          activation: activation, preactivation: nil, into: output.mutableView)
        if set.isFused {
          #expect(sameBits(output.values, expected.values), "\(shape), \(threads) threads")
        } else {
          #expect(firstDifference(output.values, expected.values, relative: 1e-5, absolute: 1e-5) == nil, "\(shape)")
        }
        #expect(output.isIntact && column.scale.isIntact && column.shift.isIntact)
      }
    }
  }
}

extension ActivationKernel {
  /// One of each kind.
  static let samples: [ActivationKernel] = [
    .linear, .relu, .leakyReLU(slope: 0.2), .elu(alpha: 1.5), .sigmoid, .tanh, .softplus, .silu, .gelu, .geluTanh,
    .softmax,
  ]
}
