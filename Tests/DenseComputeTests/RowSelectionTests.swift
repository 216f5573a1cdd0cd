import Testing

@testable import DenseCompute

/// Products and gradients of rows that are read where they stand give the bits of those of their copies.
@Suite(.serialized)
struct RowSelectionTests {
  /// Rows in any order, some of them twice, and a copy of them.
  private struct Selection {
    let matrix: GuardedMatrix
    let copy: GuardedMatrix
    let positions: [Int32]

    init(rows: Int, columns: Int, size: Float = 1) {
      let count = rows + rows / 2 + 1
      let matrix = ZeroTermTests.inputs(count, columns, size: size)
      let positions = (0..<rows).map { Int32(($0 * 7 + 3) % count) }
      copy = GuardedMatrix(rows: rows, columns: columns) {
        matrix.view.row(Int(positions[$0 / columns]))[$0 % columns]
      }
      (self.matrix, self.positions) = (matrix, positions)
    }

    /// Calls `body` with the copy, then with the rows where they stand.
    func forBoth(_ body: (RowSelection) -> Void) {
      body(RowSelection(copy.view))
      positions.withUnsafeBufferPointer {
        body(RowSelection(matrix.view.rows(0..<positions.count), at: $0.baseAddress))
      }
      #expect(matrix.isIntact && copy.isIntact)
    }
  }

  /// Few rows share nothing, many are shared by panels or by rows. Tiny factors end as zeros of both signs, for which terms
  /// that were left out are added after all.
  @Test(arguments: KernelSet.all, [ActivationKernel.linear, .gelu, .softmax])
  func productsEqualThoseOfCopies(set: KernelSet, activation: ActivationKernel) {
    let before = ThreadPool.threadCount
    defer { ThreadPool.threadCount = before }
    for (rows, inner, columns) in ZeroTermTests.shapes + [(0, 40, 33), (1, 20, 9), (150, 784, 128), (400, 300, 31)] {
      for size: Float in [1, 0x1p-130] {
        let selection = Selection(rows: rows, columns: inner, size: size)
        let kernel = PanelFloats(GuardedMatrix(rows: inner, columns: columns) { sample($0, seed: 2) * size })
        for (threads, isFinite) in [(1, false), (1, true), (3, true)] {
          ThreadPool.threadCount = threads
          var outputs: [[Float]] = []
          selection.forBoth { rows in
            let sums = GuardedMatrix(rows: rows.rows, columns: columns, gap: 1)
            let output = GuardedMatrix(rows: rows.rows, columns: columns)
            Product.multiply(
              rows, panels: kernel.view, isFinite: isFinite, bias: nil, activation: activation,
              preactivation: sums.mutableView, into: output.mutableView, kernels: set.kernels)
            #expect(sums.isIntact && output.isIntact)
            outputs.append(sums.values + output.values)
          }
          #expect(sameBits(outputs[0], outputs[1]), "\(rows)x\(inner)x\(columns), \(size), \(threads) threads")
        }
      }
    }
  }

  @Test(arguments: KernelSet.all, [false, true])
  func gradientsEqualThoseOfCopies(set: KernelSet, accumulates: Bool) {
    let shapes = [
      (0, 5, 3), (0, 30, 40), (1, 1, 1), (40, 700, 5), (70, 130, 12), (520, 30, 33), (32, 784, 64), (1030, 95, 40),
    ]
    for (rows, inputs, units) in shapes {
      let right = GuardedMatrix(rows: rows, columns: units, gap: 3) { sample($0, seed: 5) }
      var results: [[Float]] = []
      Selection(rows: rows, columns: inputs).forBoth { left in
        let kernel = PanelFloats(GuardedMatrix(rows: inputs, columns: units) { sample($0, seed: 3) })
        PanelGradient(
          left, right.view, kernel: kernel.values.pointer, kernel.shape, bias: nil, kernels: set.kernels
        ).compute(accumulates: accumulates, isShared: true, alarm: Alarm())
        results.append(kernel.values.values)
      }
      #expect(sameBits(results[0], results[1]), "\(rows)x\(inputs)x\(units)")
    }
  }

  /// Some sums are too small for a float.
  @Test(arguments: KernelSet.all, [1, 0x1p-64] as [Float])
  func updatesEqualThoseOfCopies(set: KernelSet, size: Float) {
    let rule = OptimizerKernel.sgd(learningRate: 0.1, momentum: 0, nesterov: false, decay: 0)
    for (rows, inputs, units) in [(1, 30, 3), (32, 784, 64), (129, 97, 33), (1030, 95, 40)] {
      let right = GuardedMatrix(rows: rows, columns: units) { sample($0, seed: 5) * (size < 1 ? 0x1p-85 : 1) }
      var results: [[Float]] = []
      Selection(rows: rows, columns: inputs, size: size).forBoth { left in
        let kernel = PanelFloats(GuardedMatrix(rows: inputs, columns: units) { sample($0, seed: 3) })
        let gradients = GuardedFloats(count: kernel.shape.count)
        let alarm = Alarm()
        let arrays = OptimizerArrays(
          weights: kernel.values.pointer, gradients: gradients.pointer, slots: gradients.pointer, slotDistance: 0,
          count: kernel.shape.count)
        PanelGradient(left, right.view, kernel: gradients.pointer, kernel.shape, bias: nil, kernels: set.kernels)
          .update(
            share: (0..<kernel.shape.panels, 0..<inputs), with: rule, keepsWeights: false, kernelArrays: arrays,
            biasArrays: nil, bell: alarm.bell)
        #expect(gradients.isIntact && !alarm.rang)
        results.append(kernel.values.values)
      }
      #expect(sameBits(results[0], results[1]), "\(rows)x\(inputs)x\(units)")
    }
  }

  @Test func looksAtItsRowsAlone() {
    let matrix = GuardedMatrix(rows: 9, columns: 5, gap: 2) { $0 == 22 ? 100 : 1 }
    let positions: [Int32] = [8, 0, 4, 1]
    positions.withUnsafeBufferPointer { positions in
      let rows = RowSelection(matrix.view.rows(0..<4), at: positions.baseAddress)
      #expect(rows.row(2) == matrix.view.row(4))
      #expect(!rows.isWithin(limit: 99) && rows.isWithin(limit: 100))
      #expect(rows[0..<2].isWithin(limit: 99) && !rows[2..<3].isWithin(limit: 99) && rows[3..<4].isWithin(limit: 99))
    }
    let rows = RowSelection(matrix.view)
    #expect(rows.row(2) == matrix.view.row(2) && rows[3..<7].row(1) == matrix.view.row(4))
    #expect(!rows[3..<7].isWithin(limit: 99) && rows[5..<9].isWithin(limit: 99))
  }

  /// Many terms may be zero in each row and few in all of a tile's.
  @Test func onlyCommonZerosArePaidFor() {
    let digits = GuardedMatrix(rows: 4, columns: 300) { $0 % 300 % 8 < 3 ? 1 : 0 }
    let scattered = GuardedMatrix(rows: 4, columns: 300) { (3 * ($0 / 300) + $0 % 300) % 8 < 3 ? 1 : 0 }
    #expect(Product.isWorthSkipping(RowSelection(digits.view)))
    #expect(!Product.isWorthSkipping(RowSelection(scattered.view)))
    let positions: [Int32] = [2, 2, 2, 2]
    positions.withUnsafeBufferPointer {
      #expect(Product.isWorthSkipping(RowSelection(scattered.view, at: $0.baseAddress)))
    }
  }
}
