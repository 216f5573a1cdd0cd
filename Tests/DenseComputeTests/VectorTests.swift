import CDenseKernels
import DenseCompute
import Testing

struct VectorTests {
  static let counts = [0, 1, 2, 15, 16, 17, 255, 256, 257, 1000]

  @Test(arguments: KernelSet.all)
  func sumsEqualPlainLoops(set: KernelSet) {
    for count in Self.counts {
      let x = GuardedFloats(samples(count))
      let exact = x.values.map(Double.init)
      #expect(abs(set.kernels.pointee.sum(x.pointer, count) - exact.reduce(0, +)) < 1e-11)
      #expect(abs(set.kernels.pointee.sum_of_squares(x.pointer, count) - exact.reduce(0) { $0 + $1 * $1 }) < 1e-11)
      #expect(abs(set.kernels.pointee.sum_of_magnitudes(x.pointer, count) - exact.reduce(0) { $0 + abs($1) }) < 1e-11)
    }
  }

  @Test func sumsHaveTheSameBitsOnEverySet() {
    let x = GuardedFloats(samples(999).map { $0 * $0 * $0 })
    let results = KernelSet.all.map { set in
      [set.kernels.pointee.sum, set.kernels.pointee.sum_of_squares, set.kernels.pointee.sum_of_magnitudes].map {
        $0(x.pointer, 999)
      }
    }
    for result in results { #expect(result == results[0]) }
  }

  @Test(arguments: KernelSet.all, [0, 3])
  func valuesBeyondALimitAreNoticed(set: KernelSet, gap: Int) {
    let limit = Vector.squareLimit
    for (rows, columns) in [(0, 5), (1, 1), (1, 300), (7, 16), (5, 33)] {
      let x = GuardedMatrix(rows: rows, columns: columns, gap: gap) { sample($0) * limit }
      func isWithin() -> Bool {
        set.kernels.pointee.all_within(rows, columns, x.view.pointer, x.view.stride, limit) != 0
      }
      #expect(isWithin())
      for row in 0..<rows {
        for column in [0, columns / 2, columns - 1] {
          let original = x.view.row(row)[column]
          for value in [Float.nan, -.nan, .infinity, -.infinity, limit.nextUp, -limit.nextUp] {
            x.mutableView.row(row)[column] = value
            #expect(!isWithin())
          }
          for value in [limit, -limit, 0, -0.0] {
            x.mutableView.row(row)[column] = value
            #expect(isWithin())
          }
          x.mutableView.row(row)[column] = original
        }
      }
      #expect(x.isIntact)
    }
  }

  @Test(arguments: KernelSet.all)
  func firstNonFiniteIsFound(set: KernelSet) {
    for count in Self.counts {
      let x = GuardedFloats(samples(count).map { $0 * .greatestFiniteMagnitude })
      #expect(set.kernels.pointee.first_beyond(x.pointer, count, .greatestFiniteMagnitude) == count)
      for index in [0, 1, count / 2, count - 1] where (0..<count).contains(index) {
        for value in [Float.nan, .infinity, -.infinity] {
          let original = x.pointer[index]
          x.pointer[index] = value
          #expect(set.kernels.pointee.first_beyond(x.pointer, count, .greatestFiniteMagnitude) == index)
          x.pointer[index] = original
        }
      }
    }
    let values: [Float] = [0, -0.5, 2, -2, 2.1, -3]
    #expect(Vector.first(values, count: 6, beyond: 2) == 4 && Vector.first(values, count: 4, beyond: 2) == nil)
    #expect(Vector.isFinite([1, 2], count: 2) && Vector.firstNonFinite([1, .nan], count: 2) == 1)
  }

  @Test(arguments: KernelSet.all)
  func changesInPlaceEqualPlainLoops(set: KernelSet) {
    for count in Self.counts {
      let values = samples(count).enumerated().map { $0 % 7 == 3 ? Float.nan : $0 % 5 == 2 ? 0 : $1 }
      let x = GuardedFloats(values)
      set.kernels.pointee.scale(x.pointer, count, -3)
      #expect(sameBits(x.values, values.map { $0 * -3 }))
      let y = GuardedFloats(values)
      set.kernels.pointee.clamp(y.pointer, count, 0.25)
      #expect(sameBits(y.values, values.map { $0.isNaN ? $0 : max(-0.25, min(0.25, $0)) }))
      let weights = GuardedFloats(values)
      let gradients = GuardedFloats(samples(count, seed: 2))
      set.kernels.pointee.add_penalty_gradient(weights.pointer, gradients.pointer, count, 0.5, 0.125)
      let expected = zip(values, samples(count, seed: 2)).map { weight, gradient in
        gradient + 0.5 * (weight > 0 ? 1 : weight < 0 ? -1 : 0) + 0.25 * weight
      }
      #expect(firstDifference(gradients.values, expected, relative: 1e-6, absolute: 1e-6) == nil)
      #expect(x.isIntact && y.isIntact && gradients.isIntact)
    }
  }
}
