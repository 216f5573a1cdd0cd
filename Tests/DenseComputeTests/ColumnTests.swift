import CDenseKernels
import DenseCompute
import Testing

struct ColumnTests {
  static let shapes = [(0, 3), (1, 1), (2, 15), (7, 16), (33, 17), (100, 1), (600, 40)]

  @Test(arguments: KernelSet.all, [0, 3])
  func sumsEqualPlainLoops(set: KernelSet, gap: Int) {
    for (rows, columns) in Self.shapes {
      let x = GuardedMatrix(rows: rows, columns: columns, gap: gap) { sample($0) + 3 }
      let sums = GuardedFloats(samples(columns, seed: 1))
      let expected = GuardedFloats(samples(columns, seed: 1))
      set.kernels.pointee.column_sums(rows, columns, x.memory.pointer, x.stride, sums.pointer)
      Reference.columnSums(x.view, addingTo: expected.pointer)
      #expect(sameBits(sums.values, expected.values))
      #expect(sums.isIntact && x.isIntact)
    }
  }

  @Test(arguments: KernelSet.all, [0, 3])
  func momentsEqualPlainLoops(set: KernelSet, gap: Int) {
    for (rows, columns) in Self.shapes {
      let x = GuardedMatrix(rows: rows, columns: columns, gap: gap) { sample($0) + 1000 }
      let (mean, variance) = (GuardedFloats(count: columns), GuardedFloats(count: columns))
      let (exactMean, exactVariance) = (GuardedFloats(count: columns), GuardedFloats(count: columns))
      set.kernels.pointee.column_moments(
        rows, columns, x.memory.pointer, x.stride, mean.pointer, variance.pointer)
      Reference.columnMoments(x.view, mean: exactMean.pointer, variance: exactVariance.pointer)
      #expect(sameBits(mean.values, exactMean.values))
      #expect(sameBits(variance.values, exactVariance.values))
      #expect(mean.isIntact && variance.isIntact && x.isIntact)
    }
  }

  @Test(arguments: KernelSet.all, [0, 3])
  func normalizingEqualsPlainLoops(set: KernelSet, gap: Int) {
    for (rows, columns) in Self.shapes {
      let x = GuardedMatrix(rows: rows, columns: columns, gap: gap) { sample($0) }
      let y = GuardedMatrix(rows: rows, columns: columns, gap: gap)
      let expected = GuardedMatrix(rows: rows, columns: columns)
      let (scale, shift) = (GuardedFloats(samples(columns, seed: 1)), GuardedFloats(samples(columns, seed: 2)))
      set.kernels.pointee.scale_columns(
        rows, columns, x.memory.pointer, x.stride, scale.pointer, shift.pointer, y.memory.pointer, y.stride)
      Reference.scaleColumns(x.view, scale: scale.pointer, shift: shift.pointer, into: expected.mutableView)
      #expect(firstDifference(y.values, expected.values, relative: set.isFused ? 0 : 1e-6, absolute: 2e-7) == nil)
      #expect(y.isIntact && x.isIntact)
    }
  }

  @Test(arguments: KernelSet.all, [true, false])
  func batchNormalizationBackwardEqualsPlainLoops(set: KernelSet, isWhole: Bool) {
    for (rows, columns) in Self.shapes where rows > 0 {
      let x = GuardedMatrix(rows: rows, columns: columns, gap: 1) { sample($0) }
      let dy = GuardedMatrix(rows: rows, columns: columns, gap: 2) { sample($0, seed: 5) }
      let (mean, variance) = (GuardedFloats(count: columns), GuardedFloats(count: columns))
      Vector.columnMoments(x.view, mean: mean.pointer, variance: variance.pointer)
      let inverse = GuardedFloats(variance.values.map { 1 / ($0 + 1e-3).squareRoot() })
      let gamma = GuardedFloats(samples(columns, seed: 6))
      let results = [true, false].map { usesKernels in
        let dx = GuardedMatrix(rows: rows, columns: columns, gap: 3)
        let sums = [0, 1].map { _ in GuardedFloats(samples(columns, seed: 7)) }
        if usesKernels {
          Vector.batchNormalizationBackward(
            x.view, outputGradient: dy.view, mean: mean.pointer, inverseDeviation: inverse.pointer,
            scale: isWhole ? gamma.pointer : nil, scaleGradient: isWhole ? sums[0].pointer : nil,
            shiftGradient: sums[1].pointer, into: isWhole ? dx.mutableView : nil, kernels: set.kernels)
        } else {
          Reference.batchNormalizationBackward(
            x.view, outputGradient: dy.view, mean: mean.pointer, inverseDeviation: inverse.pointer,
            scale: isWhole ? gamma.pointer : nil, scaleGradient: isWhole ? sums[0].pointer : nil,
            shiftGradient: sums[1].pointer, into: isWhole ? dx.mutableView : nil)
        }
        #expect(dx.isIntact && sums.allSatisfy(\.isIntact))
        return (dx.values, sums[0].values, sums[1].values)
      }
      #expect(firstDifference(results[0].0, results[1].0, relative: 1e-5, absolute: 2e-6) == nil)
      #expect(firstDifference(results[0].1, results[1].1, relative: 1e-6, absolute: 1e-5) == nil)
      #expect(firstDifference(results[0].2, results[1].2, relative: 1e-6, absolute: 1e-6) == nil)
    }
  }

  @Test func fusedSetsAgree() {
    let x = GuardedMatrix(rows: 77, columns: 35) { sample($0) + 4 }
    let results = KernelSet.all.filter(\.isFused).map { set in
      let values = (0..<5).map { _ in GuardedFloats(samples(35, seed: 9)) }
      let dx = GuardedMatrix(rows: 77, columns: 35)
      set.kernels.pointee.column_moments(77, 35, x.memory.pointer, 35, values[0].pointer, values[1].pointer)
      set.kernels.pointee.column_sums(77, 35, x.memory.pointer, 35, values[2].pointer)
      Vector.batchNormalizationBackward(
        x.view, outputGradient: x.view, mean: values[0].pointer, inverseDeviation: values[1].pointer, scale: nil,
        scaleGradient: values[3].pointer, shiftGradient: values[4].pointer, into: dx.mutableView, kernels: set.kernels)
      return values.flatMap(\.values) + dx.values
    }
    for result in results { #expect(sameBits(result, results[0])) }
  }
}
