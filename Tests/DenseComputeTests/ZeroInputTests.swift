import DenseCompute
import Testing

/// Rows with many zeros, whose products leave most of the right factor unread, against the same rows in a batch and
/// against the plain loops, on every instruction set of this machine.
struct ZeroInputTests {
  /// More than what is always read, around the edges of vectors, panels, and blocks of terms.
  static let shapes: [ProductTests.Shape] = [
    (33, 300), (300, 9), (300, 16), (150, 17), (513, 33), (784, 128), (1030, 144), (1024, 100),
  ].map { ProductTests.Shape(rows: 0, inner: $0.0, columns: $0.1) }

  /// Inputs by row: no zeros, 50 %, 81 % and 100 % of them, at random places or at the end, of both signs; a last row
  /// that ends in a value alone.
  static func inputs(_ inner: Int, size: Float) -> GuardedMatrix {
    let densities: [Float] = [1, 0.5, 0.19, 0, 0.19, 0]
    return GuardedMatrix(rows: densities.count, columns: inner) { index in
      let (row, k) = (index / inner, index % inner)
      let isZero =
        row == 4 ? Float(k) >= densities[row] * Float(inner) : abs(sample(index, seed: 5)) >= densities[row]
      if isZero && !(row == 5 && k == inner - 1) { return k % 3 == 0 ? -0.0 : 0 }
      return sample(index, seed: 6) * size
    }
  }

  enum Factor: CaseIterable {
    case usual
    /// Sums are zeros of both signs, or denormal.
    case tiny
    /// One value that is infinite, then one that is none.
    case infinite
    case notANumber

    func values(_ inner: Int, _ columns: Int) -> GuardedMatrix {
      let special: Float? = self == .infinite ? -.infinity : self == .notANumber ? .nan : nil
      return GuardedMatrix(rows: inner, columns: columns) { index in
        let value = sample(index, seed: 7)
        if self == .tiny { return value * (index % columns % 3 == 0 ? 0x1p-80 : 0x1p-64) }
        return index == inner * columns / 2 ? special ?? value : value
      }
    }
  }

  /// Nothing, -0 (after which the sign of a zero shows) and values are added.
  static func biases(_ columns: Int) -> [GuardedFloats?] {
    [nil, GuardedFloats([Float](repeating: -0.0, count: columns)), GuardedFloats(samples(columns, seed: 3))]
  }

  @Test(arguments: KernelSet.all, Factor.allCases)
  func equalsRowsThatAreRead(set: KernelSet, factor: Factor) throws {
    for shape in Self.shapes {
      let (inner, columns) = (shape.inner, shape.columns)
      let right = factor.values(inner, columns)
      var packed = try PackedMatrix(inner: inner, columns: columns, kernels: set.kernels)
      packed.pack(right.view)
      // Denormal inputs are zeros in compute, but not here without it.
      for size: Float in factor == .tiny ? [1, 0x1p-64, 0x1p-130] : [1] {
        let left = Self.inputs(inner, size: size)
        for bias in Self.biases(columns) {
          let check = { expect(left, right, packed, bias: bias, set, "\(factor) \(inner)x\(columns) \(size)") }
          check()
          FloatingPointState.withFlushedDenormals(check)
        }
      }
    }
  }

  private func expect(
    _ left: GuardedMatrix, _ right: GuardedMatrix, _ packed: borrowing PackedMatrix, bias: GuardedFloats?,
    _ set: KernelSet, _ text: String
  ) {
    let columns = right.columns
    let shifts = GuardedFloats([Float](repeating: -0.0, count: columns))
    let factors = GuardedFloats(samples(columns, seed: 4))
    let plain = GuardedMatrix(rows: left.rows, columns: columns)
    Reference.multiply(left.view, right.view, bias: bias.map { UnsafePointer($0.pointer) }, into: plain.mutableView)
    for scaling in [nil, ColumnScaling(scale: factors.pointer, shift: shifts.pointer)] {
      let batch = GuardedMatrix(rows: left.rows, columns: columns)
      Product.multiply(
        left.view, packed.view, bias: bias?.pointer, scaling: scaling, activation: .linear, preactivation: nil,
        into: batch.mutableView)
      var product = RowProduct(
        packed.view.inspected(), bias: bias?.pointer, scaling: scaling, activation: .linear, staysOnThread: true)
      for row in 0..<left.rows {
        let output = GuardedMatrix(rows: 1, columns: columns)
        withUnsafeMutablePointer(to: &product) { $0.run(left.view.row(row), into: output.mutableView.pointer) }
        let range = row * columns..<(row + 1) * columns
        #expect(sameBits(output.values, Array(batch.values[range])), "\(text), row \(row)")
        if set.isFused, scaling == nil {
          #expect(sameBits(output.values, Array(plain.values[range])), "\(text), row \(row), plain loops")
        }
        #expect(output.isIntact)
      }
    }
    #expect(shifts.isIntact && factors.isIntact)
  }

  /// Activations that need the whole row follow it.
  @Test(arguments: KernelSet.all, [ActivationKernel.relu, .gelu, .softmax])
  func activationsFollow(set: KernelSet, activation: ActivationKernel) throws {
    for shape in Self.shapes {
      let (inner, columns) = (shape.inner, shape.columns)
      let right = Factor.usual.values(inner, columns)
      var packed = try PackedMatrix(inner: inner, columns: columns, kernels: set.kernels)
      packed.pack(right.view)
      let left = Self.inputs(inner, size: 1)
      let batch = GuardedMatrix(rows: left.rows, columns: columns)
      Product.multiply(
        left.view, packed, bias: nil, activation: activation, preactivation: nil, into: batch.mutableView)
      var product = RowProduct(
        packed.view.inspected(), bias: nil, scaling: nil, activation: activation, staysOnThread: true)
      for row in 0..<left.rows {
        let output = GuardedMatrix(rows: 1, columns: columns)
        withUnsafeMutablePointer(to: &product) { $0.run(left.view.row(row), into: output.mutableView.pointer) }
        let wanted = Array(batch.values[row * columns..<(row + 1) * columns])
        #expect(sameBits(output.values, wanted), "\(inner)x\(columns), row \(row)")
      }
      #expect(left.isIntact && right.isIntact)
    }
  }
}
