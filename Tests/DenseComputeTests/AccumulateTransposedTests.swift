import DenseCompute
import Testing

struct AccumulateTransposedTests {
  static let shapes: [(rows: Int, left: Int, right: Int)] =
    [0, 1, 2, 31, 511, 512, 513, 1030].flatMap { [($0, 14, 20), ($0, 3, 2)] }
    + [1, 2, 5, 6, 7, 11, 12, 13, 25, 33].map { (19, $0, 34) }
    + [1, 2, 6, 7, 8, 9, 15, 16, 17, 32, 33, 64, 65, 200].flatMap { [(5, 13, $0), (40, 70, $0)] }
    + (6...15).flatMap { [($0, 16, 64), ($0, 29, 130)] }
    + [(520, 30, 700), (3, 5, 6000)]
    // Columns of the left factor that are copied: for several panels, and because rows lie a power of two apart.
    + [(100, 110, 200), (300, 1024, 18), (400, 2048, 70)]

  @Test(arguments: KernelSet.all, [0, 3])
  func equalsPlainLoops(set: KernelSet, gap: Int) {
    for (shape, accumulates) in Self.shapes.flatMap({ [($0, true), ($0, false)] }) {
      let left = GuardedMatrix(rows: shape.rows, columns: shape.left, gap: gap) { sample($0, seed: 1) }
      let right = GuardedMatrix(rows: shape.rows, columns: shape.right, gap: gap) { sample($0, seed: 2) }
      let result = PanelFloats(GuardedMatrix(rows: shape.left, columns: shape.right) { sample($0, seed: 3) })
      let expected = GuardedMatrix(rows: shape.left, columns: shape.right) { accumulates ? sample($0, seed: 3) : 0 }
      let columnSums = GuardedFloats(samples(shape.right, seed: 4))
      let expectedSums = GuardedFloats(accumulates ? columnSums.values : [Float](repeating: 0, count: shape.right))
      let alarm = Alarm()
      PanelGradient(
        RowSelection(left.view), right.view, kernel: result.values.pointer, result.shape, bias: columnSums.pointer,
        kernels: set.kernels
      ).compute(accumulates: accumulates, isShared: false, alarm: alarm)
      #expect(!alarm.rang)
      Reference.accumulateTransposed(left.view, right.view, into: expected.mutableView)
      Reference.columnSums(right.view, addingTo: expectedSums.pointer)
      #expect(sameBits(columnSums.values, expectedSums.values) && columnSums.isIntact, "\(shape)")
      if set.isFused {
        #expect(sameBits(result.rowMajor, expected.values), "\(shape)")
      } else {
        let tolerance = Float(shape.rows + 2) * 0x1p-23
        #expect(
          firstDifference(result.rowMajor, expected.values, relative: 1e-6, absolute: tolerance) == nil, "\(shape)")
      }
      #expect(result.values.isIntact && left.isIntact && right.isIntact)
    }
  }

  @Test(arguments: KernelSet.all)
  func nonFiniteValuesStayInTheirColumns(set: KernelSet) {
    for columns in [2, 20] {
      let left = GuardedMatrix(rows: 9, columns: 14) { sample($0, seed: 1) }
      let right = GuardedMatrix(rows: 9, columns: columns) { sample($0, seed: 2) }
      left.mutableView.row(8)[13] = .nan
      let result = PanelFloats(GuardedMatrix(rows: 14, columns: columns))
      let alarm = Alarm()
      PanelGradient(
        RowSelection(left.view), right.view, kernel: result.values.pointer, result.shape, bias: nil,
        kernels: set.kernels
      ).compute(accumulates: true, isShared: false, alarm: alarm)
      #expect(alarm.rang)
      for i in 0..<14 {
        for j in 0..<columns { #expect(result.rowMajor[i * columns + j].isNaN == (i == 13)) }
      }
    }
  }

  /// One value beyond the limit is noticed wherever it stands, by whatever thread, and none within it is, though the sum
  /// of squares overflows.
  @Test(arguments: KernelSet.all, [5, 70])
  func theAlarmRingsForASingleValue(set: KernelSet, columns: Int) {
    let limit = Vector.squareLimit
    for (row, column) in [(0, 0), (299, columns - 1), (150, columns / 2), (11, columns / 3)] {
      let left = GuardedMatrix(rows: 200, columns: 300) { $0 == row || $0 == (row + 7) % 300 ? 1 : 0 }
      for (value, rings) in [(limit, false), (limit.nextUp, true), (-limit.nextUp, true), (.nan, true)] {
        let right = GuardedMatrix(rows: 200, columns: columns) { $0 == column ? value : 0 }
        for accumulates in [false, true] {
          let result = PanelFloats(GuardedMatrix(rows: 300, columns: columns))
          let alarm = Alarm()
          PanelGradient(
            RowSelection(left.view), right.view, kernel: result.values.pointer, result.shape, bias: nil,
            kernels: set.kernels
          ).compute(accumulates: accumulates, isShared: false, alarm: alarm)
          #expect(alarm.rang == rings, "\(value) at \(row), \(column)")
        }
      }
    }
  }
}
