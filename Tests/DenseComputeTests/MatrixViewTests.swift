import DenseCompute
import Testing

@Suite struct MatrixViewTests {
  @Test func rowsOfPowersOfTwoGetGaps() {
    let columns = [0, 1, 511, 512, 513, 784, 1024, 1536]
    #expect(columns.map(MatrixView.spacedStride) == [0, 1, 511, 528, 513, 784, 1040, 1552])
    #expect(MatrixView.spacedStride(columns: Int.max - 511) > 0)
  }
}
