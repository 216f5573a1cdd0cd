/// Rows cut into equal pieces, each of which one thread takes through a whole row of products, so that what passes from
/// product to product stays in that thread's cache.
///
/// A piece has a part of the memory between products for itself. Where it has more rows than that holds, it takes so many
/// at a time: the threads meet once, at the end of all rows.
public struct RowShares: Sendable {
  private let split: WorkSplit
  private let memory: WorkSplit

  /// The shares of `rows` rows; none where this is not worth while, or where products had better be shared one
  /// by one.
  /// - Parameters:
  ///   - memoryRows: of how many rows the memory between products holds the values.
  ///   - rowBytes: of a row of inputs.
  ///   - multiplications: what a row takes in all products.
  ///   - factorBytes: of the right factors, packed. Every thread reads all of them for each of its pieces.
  package init?(
    rows: Int, memoryRows: Int, rowBytes: Double, multiplications: Double, factorBytes: Double,
    threads: Int = ThreadPool.threadCount, caches: CacheSizes = .current
  ) {
    guard threads > 1 else { return nil }
    let most = min(rows, memoryRows)
    let areCached = factorBytes + rowBytes * Double(Self.rowsWithCachedFactors) <= Double(caches.residentBytes)
    // Fewer rows than a tile's are no slower while the factors come from the second-level cache. Small pieces keep threads
    // from waiting for a late one, and cost more than that where each thread has two of them alone.
    // Where memory allows more rows at a time, enough pieces are enough: few where each reads all factors from afar.
    let (leastRows, rowsAtOnce, rowsInOnePiece, mostRounds) =
      areCached ? (4, Self.rowsWithCachedFactors, 16, 16) : (48, 96, 128, 4)
    guard most / leastRows >= (areCached ? 2 : threads),
      ThreadPool.isWorthSharing(Double(rows) * multiplications)
    else { return nil }
    let rounds = most <= rowsInOnePiece * threads ? 1 : (most + rowsAtOnce * threads - 1) / (rowsAtOnce * threads)
    memory = WorkSplit(most, unit: 1, pieces: min(min(rounds, mostRounds) * threads, most / leastRows))
    split = WorkSplit(rows, unit: 1, pieces: memory.pieces)
  }

  /// Rows that pass through all products together where the factors stay in the second-level cache meanwhile.
  private static var rowsWithCachedFactors: Int { 12 }

  public var count: Int { split.pieces }

  /// The rows of a piece.
  public subscript(index: Int) -> Range<Int> { split[index] }

  /// The rows of the memory that a piece has for itself.
  public func memory(of index: Int) -> Range<Int> { memory[index] }
}
