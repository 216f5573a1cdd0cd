import Testing

@testable import DenseCompute

/// Large products give the same bits for any number of threads.
@Suite(.serialized)
struct SharedProductTests {
  static let shapes: [(rows: Int, inner: Int, columns: Int)] = [
    (700, 90, 70), (1, 2100, 1030), (30, 600, 300), (200, 530, 520), (5, 900, 1000),
    (5000, 200, 6),
  ]

  private func results(
    of compute: () -> [Float], threads: [Int] = [1, 2, 3, 8]
  ) -> [[Float]] {
    let before = ThreadPool.threadCount
    defer { ThreadPool.threadCount = before }
    return threads.map { count in
      ThreadPool.threadCount = count
      return compute()
    }
  }

  @Test(arguments: KernelSet.all, [ActivationKernel.relu, .softmax])
  func multiplyDoesNotDependOnThreads(set: KernelSet, activation: ActivationKernel) throws {
    for shape in Self.shapes {
      let left = GuardedMatrix(rows: shape.rows, columns: shape.inner, gap: 1) { sample($0, seed: 1) }
      let right = GuardedMatrix(rows: shape.inner, columns: shape.columns) { sample($0, seed: 2) }
      let bias = GuardedFloats(samples(shape.columns, seed: 3))
      var packed = try PackedMatrix(inner: shape.inner, columns: shape.columns, kernels: set.kernels)
      packed.pack(right.view)
      for keepsSums in [true, false] {
        let all = results {
          let sums = GuardedMatrix(rows: shape.rows, columns: shape.columns, gap: 2)
          let output = GuardedMatrix(rows: shape.rows, columns: shape.columns)
          Product.multiply(
            left.view, packed, bias: bias.pointer, activation: activation,
            preactivation: keepsSums ? sums.mutableView : nil, into: output.mutableView)
          #expect(sums.isIntact && output.isIntact)
          return output.values + sums.values
        }
        for result in all { #expect(sameBits(result, all[0]), "\(shape)") }
      }
    }
  }

  @Test(arguments: KernelSet.all)
  func accumulateTransposedDoesNotDependOnThreads(set: KernelSet) {
    for shape in Self.shapes {
      // Sizes in this order: rows, columns of the left and of the right factor.
      let left = GuardedMatrix(rows: shape.inner, columns: shape.rows) { sample($0, seed: 1) }
      let right = GuardedMatrix(rows: shape.inner, columns: shape.columns) { sample($0, seed: 2) }
      let all = results {
        let result = PanelFloats(GuardedMatrix(rows: shape.rows, columns: shape.columns) { sample($0, seed: 3) })
        let sums = GuardedFloats(samples(shape.columns, seed: 4))
        PanelGradient(
          RowSelection(left.view), right.view, kernel: result.values.pointer, result.shape, bias: sums.pointer,
          kernels: set.kernels
        ).compute(accumulates: true, isShared: true, alarm: Alarm())
        #expect(result.values.isIntact && sums.isIntact)
        return result.values.values + sums.values
      }
      for result in all { #expect(sameBits(result, all[0]), "\(shape)") }
    }
  }
}

struct WorkSplitTests {
  /// A last piece that is not whole is one of the equal ones.
  @Test func piecesAreEqual() {
    #expect(WorkSplit(125, unit: 32, pieces: 2)[1] == 64..<125)
    #expect(WorkSplit(300, unit: 32, pieces: 2)[1] == 160..<300)
    // But never one of a few columns.
    #expect(WorkSplit(66, unit: 32, pieces: 2)[1] == 32..<66)
  }

  @Test func piecesCoverTheLength() {
    for length in [0, 1, 11, 12, 13, 100, 256, 1000] {
      for unit in [1, 6, 12, 32] {
        for pieces in [0, 1, 2, 3, 8, 1000] {
          let split = WorkSplit(length, unit: unit, pieces: pieces)
          let ranges = (0..<split.pieces).map { split[$0] }
          #expect(ranges.first?.lowerBound == 0 && ranges.last?.upperBound == length)
          #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
          #expect(ranges.dropLast().allSatisfy { $0.count % unit == 0 && $0.count >= unit })
          #expect(length < unit || ranges.allSatisfy { $0.count >= unit })
          #expect(split.pieces == max(1, min(pieces, length / unit)))
          // As equal as whole units allow, but for what is left over.
          let units = ranges.map { $0.count / unit }
          #expect((units.max() ?? 0) - (units.min() ?? 0) <= 1)
        }
      }
    }
  }
}
