import Testing

@testable import DenseCompute

struct RowSharesTests {
  private static let small = 100_000.0
  private static let large = 10_000_000.0

  // Other tests change those in use.
  private static let caches = CacheSizes(secondLevel: 1 << 20, lastLevel: 32 << 20)

  private func shares(
    rows: Int, memoryRows: Int, rowBytes: Double = 4000, factorBytes: Double, threads: Int
  ) -> RowShares? {
    RowShares(
      rows: rows, memoryRows: memoryRows, rowBytes: rowBytes, multiplications: 500_000, factorBytes: factorBytes,
      threads: threads, caches: Self.caches)
  }

  /// Of shares with all the memory that they want.
  private func lengths(rows: Int, factorBytes: Double, threads: Int) -> [Int]? {
    guard let shares = shares(rows: rows, memoryRows: rows, factorBytes: factorBytes, threads: threads) else {
      return nil
    }
    expectWhole(shares.count, shares.memory, rows)
    return expectWhole(shares.count, { shares[$0] }, rows)
  }

  /// That the ranges follow each other from 0 to `end`; their lengths.
  @discardableResult
  private func expectWhole(_ count: Int, _ range: (Int) -> Range<Int>, _ end: Int) -> [Int] {
    var next = 0
    for index in 0..<count {
      #expect(range(index).lowerBound == next)
      next = range(index).upperBound
    }
    #expect(next == end)
    return (0..<count).map { range($0).count }
  }

  /// Every row belongs to one share, all shares are of the same size but for one row, and each thread gets as many.
  @Test(arguments: [2, 3, 8])
  func sharesAreEqual(threads: Int) throws {
    for rows in [48, 100, 256, 1000, 4096] {
      let lengths = try #require(self.lengths(rows: rows, factorBytes: Self.small, threads: threads))
      #expect(lengths.count % threads == 0 && lengths.count <= 16 * threads)
      #expect(lengths.allSatisfy { (rows / lengths.count...rows / lengths.count + 1).contains($0) })
    }
  }

  /// The rows that come at a time are cut as the memory is, however many follow.
  @Test(arguments: [2, 3, 8])
  func memoryBoundsRowsAtOnce(threads: Int) throws {
    for rows in [300, 1000, 100_000] {
      let shares = try #require(self.shares(rows: rows, memoryRows: 256, factorBytes: Self.small, threads: threads))
      let memory = expectWhole(shares.count, shares.memory, 256)
      #expect(memory.allSatisfy { (4...16).contains($0) })
      let lengths = expectWhole(shares.count, { shares[$0] }, rows)
      #expect(lengths.allSatisfy { (rows / lengths.count...rows / lengths.count + 1).contains($0) })
    }
  }

  /// Factors that would not stay in the cache beside long rows count as those that come from farther away.
  @Test func longRowsTakeTheCache() throws {
    let shares = try #require(
      self.shares(rows: 200, memoryRows: 200, rowBytes: 80_000, factorBytes: Self.small, threads: 2))
    #expect(shares.count == 2)
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
    #expect(lengths(rows: 256, factorBytes: Self.large, threads: 2) == [128, 128])
    #expect(lengths(rows: 95, factorBytes: Self.large, threads: 2) == nil)
    #expect(lengths(rows: 256, factorBytes: Self.large, threads: 8) == nil)
  }

  @Test func littleWorkIsNotShared() {
    let few = RowShares(
      rows: 100, memoryRows: 100, rowBytes: 4, multiplications: 100, factorBytes: Self.small, threads: 2)
    #expect(few == nil)
    #expect(shares(rows: 1000, memoryRows: 1000, factorBytes: Self.small, threads: 1) == nil)
  }
}
