import Testing

@testable import DenseCompute

struct RowSharesTests {
  private static let small = 100_000.0
  private static let large = 10_000_000.0

  // Other tests change those in use.
  private static let caches = CacheSizes(secondLevel: 1 << 20, lastLevel: 32 << 20)

  private func lengths(rows: Int, factorBytes: Double, threads: Int) -> [Int]? {
    let shares = RowShares(
      rows: rows, multiplications: 500_000, factorBytes: factorBytes, threads: threads, caches: Self.caches)
    guard let shares else { return nil }
    var next = 0
    for index in 0..<shares.count {
      #expect(shares[index].lowerBound == next)
      next = shares[index].upperBound
    }
    #expect(next == rows)
    return (0..<shares.count).map { shares[$0].count }
  }

  /// Every row belongs to one share, all shares are of the same size but for one row, and each thread gets as many.
  @Test(arguments: [2, 3, 8])
  func sharesAreEqual(threads: Int) throws {
    for rows in [48, 100, 256, 1000, 4096] {
      let lengths = try #require(self.lengths(rows: rows, factorBytes: Self.small, threads: threads))
      #expect(lengths.count % threads == 0)
      #expect(lengths.allSatisfy { (rows / lengths.count...rows / lengths.count + 1).contains($0) && $0 <= 16 })
    }
  }

  @Test func fewRowsHaveFewerShares() {
    #expect(lengths(rows: 8, factorBytes: Self.small, threads: 2) == [4, 4])
    #expect(lengths(rows: 9, factorBytes: Self.small, threads: 8) == [4, 5])
    #expect(lengths(rows: 7, factorBytes: Self.small, threads: 2) == nil)
  }

  /// One piece for each thread where it is not long, and pieces of a dozen rows where there are more.
  @Test func piecesAreSmallWhereThereAreMany() {
    #expect(lengths(rows: 32, factorBytes: Self.small, threads: 2) == [16, 16])
    #expect(lengths(rows: 34, factorBytes: Self.small, threads: 2) == [8, 9, 8, 9])
    #expect(lengths(rows: 256, factorBytes: Self.small, threads: 2)?.allSatisfy { $0 <= 12 } == true)
  }

  /// Every share reads all factors again, so it has more rows where these come from farther away.
  @Test func largeFactorsNeedManyRows() throws {
    #expect(lengths(rows: 256, factorBytes: Self.large, threads: 2)?.allSatisfy { $0 == 64 } == true)
    #expect(lengths(rows: 95, factorBytes: Self.large, threads: 2) == nil)
    #expect(lengths(rows: 256, factorBytes: Self.large, threads: 8) == nil)
  }

  @Test func littleWorkIsNotShared() {
    #expect(RowShares(rows: 100, multiplications: 100, factorBytes: Self.small, threads: 2) == nil)
    #expect(RowShares(rows: 1000, multiplications: 500_000, factorBytes: Self.small, threads: 1) == nil)
  }
}
