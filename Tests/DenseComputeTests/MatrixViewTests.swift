import DenseCompute
import Testing

@Suite struct MatrixViewTests {
  /// No memory is looked at.
  private func view(rows: Int, columns: Int, stride: Int) throws -> MatrixView {
    let address = try #require(UnsafePointer<Float>(bitPattern: 64))
    return MatrixView(address, rows: rows, columns: columns, stride: stride)
  }

  @Test func rowsOfPowersOfTwoGetGaps() {
    let columns = [0, 1, 511, 512, 513, 784, 1024, 1536]
    #expect(columns.map(MatrixView.spacedStride) == [0, 1, 511, 528, 513, 784, 1040, 1552])
    #expect(MatrixView.spacedStride(columns: Int.max - 511) > 0)
  }

  @Test(arguments: [
    (256, 1024, false), (257, 1024, true), (128, 2048, false), (129, 2048, true), (512, 2560, false), (513, 2560, true),
    (100_000, 512, false), (0, 1024, false), (1, 784, false), (Int.max, 1000, false),
  ])
  func manyRowsThatShareFewPlacesAreWorthSpacing(rows: Int, columns: Int, isWorth: Bool) throws {
    #expect(try view(rows: rows, columns: columns, stride: columns).isWorthSpacing == isWorth)
    // However many there are, those with gaps are not copied again.
    let stride = MatrixView.spacedStride(columns: columns)
    if stride != columns { #expect(try !view(rows: Int.max, columns: columns, stride: stride).isWorthSpacing) }
  }
}
