import DenseCompute
import Testing

@Suite(.serialized)
struct RowGatheringTests {
  @Test func copiesRowsFromAnywhere() {
    let before = ThreadPool.threadCount
    defer { ThreadPool.threadCount = before }
    // The last three are shared; the last one has rows longer than what is brought ahead.
    for (rows, columns, gap) in [(0, 5, 0), (1, 1, 2), (9, 1, 0), (33, 784, 0), (8200, 2, 1), (11, 3001, 3)] {
      let source = GuardedMatrix(rows: 20, columns: columns, gap: gap) { sample($0) }
      let positions = (0..<rows).map { Int32($0 * 7 % 20) }
      for threads in [1, 2, 3] {
        ThreadPool.threadCount = threads
        let copies = GuardedMatrix(rows: rows, columns: columns, gap: gap)
        RowGathering.gather(source.view, positions, into: copies.mutableView)
        for (row, position) in positions.enumerated() {
          for column in 0..<columns {
            #expect(copies.view.row(row)[column] == source.view.row(Int(position))[column])
          }
        }
        #expect(copies.isIntact)
      }
    }
  }

  @Test func copiesTheFirstRows() {
    let source = GuardedMatrix(rows: 50, columns: 512, gap: 3) { sample($0) }
    let copies = GuardedMatrix(rows: 49, columns: 512, gap: 16)
    RowGathering.gather(source.view, nil, into: copies.mutableView)
    let areSame = sameBits(copies.values, Array(source.values[..<(49 * 512)]))
    #expect(areSame)
    #expect(copies.isIntact)
  }

  /// Whichever task copies it, and only where it is copied.
  @Test(arguments: [5, 784]) func theAlarmRingsForALargeValue(columns: Int) {
    for (row, value) in [(0, Float.nan), (13, -9), (32, .infinity), (33, 9)] {
      let source = GuardedMatrix(rows: 40, columns: columns) { sample($0) }
      source.mutableView.row(row)[columns / 2] = value
      let copies = GuardedMatrix(rows: 33, columns: columns)
      let alarm = Alarm()
      RowGathering.gather(source.view, Array(0..<33), into: copies.mutableView, alarm: alarm, limit: 8)
      #expect(alarm.rang == (row < 33), "row \(row)")
    }
  }
}
