import Testing

@testable import DenseCompute

struct MatrixSharesTests {
  /// Every element belongs to one share.
  @Test(arguments: [1, 2, 3, 8])
  func sharesCoverTheMatrix(threads: Int) {
    for (rows, columns) in [
      (0, 5), (1, 1), (1, 1000), (1000, 1), (23, 64), (24, 63), (784, 128), (50, 300), (2048, 2048),
    ] {
      let shares = MatrixShares(rows: rows, columns: columns, threads: threads)
      #expect(shares.count == MatrixShares.count(threads: threads))
      var (nextRow, nextColumn) = (0, 0)
      for index in 0..<shares.count {
        let share = shares[index]
        if shares.isByColumns {
          #expect(share.rows == 0..<rows && share.columns.lowerBound == nextColumn)
        } else {
          #expect(share.columns == 0..<columns && share.rows.lowerBound == nextRow)
        }
        (nextRow, nextColumn) = (share.rows.upperBound, share.columns.upperBound)
      }
      #expect(nextRow == rows && nextColumn == columns)
    }
  }

  /// Products of few columns are summed in another order, so no share of a wide matrix may look like one.
  @Test func sharesOfColumnsAreNeverNarrow() {
    for columns in 64...200 {
      let shares = MatrixShares(rows: 1, columns: columns, threads: 2)
      #expect(shares.isByColumns)
      for index in 0..<shares.count { #expect(shares[index].columns.isEmpty || shares[index].columns.count >= 32) }
    }
  }

  @Test func threadsMeetTheSameRowsOfMatricesOfTheSameHeight() {
    let (wide, narrow) = (
      MatrixShares(rows: 500, columns: 700, threads: 2), MatrixShares(rows: 500, columns: 3, threads: 2)
    )
    for index in 0..<wide.count { #expect(wide[index].rows == narrow[index].rows) }
  }

  @Test func aPartKeepsItsPlace() {
    var values = (0..<24).map(Float.init)
    values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let part = MutableMatrixView(base, rows: 4, columns: 5, stride: 6)[(rows: 1..<3, columns: 2..<5)]
      #expect(part.rows == 2 && part.columns == 3 && part.stride == 6)
      #expect(part.row(0)[0] == 8 && part.row(1)[2] == 16)
    }
  }
}
