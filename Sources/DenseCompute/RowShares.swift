/// Rows cut into equal pieces, each of which one thread takes through a whole row of products, so that what passes from
/// product to product stays in that thread's cache.
public struct RowShares: Sendable {
  private let split: WorkSplit

  /// The shares of `rows` rows; none where this is not worth while, or where products had better be shared one
  /// by one.
  /// - Parameters:
  ///   - multiplications: what a row takes in all products.
  ///   - factorBytes: of the right factors, packed. Every thread reads all of them for each of its pieces.
  package init?(
    rows: Int, multiplications: Double, factorBytes: Double, threads: Int = ThreadPool.threadCount,
    caches: CacheSizes = .current
  ) {
    guard threads > 1 else { return nil }
    let areCached = factorBytes <= Double(caches.residentBytes)
    // Fewer rows than a tile's are no slower while the factors come from the second-level cache. Small pieces keep threads
    // from waiting for a late one, and cost more than that where each thread has two of them alone.
    let (leastRows, rowsAtOnce, rowsInOnePiece) = areCached ? (4, 12, 16) : (48, 96, 96)
    guard rows / leastRows >= (areCached ? 2 : threads),
      ThreadPool.isWorthSharing(Double(rows) * multiplications)
    else { return nil }
    let rounds = rows <= rowsInOnePiece * threads ? 1 : (rows + rowsAtOnce * threads - 1) / (rowsAtOnce * threads)
    split = WorkSplit(rows, unit: 1, pieces: min(rounds * threads, rows / leastRows))
  }

  public var count: Int { split.pieces }

  public subscript(index: Int) -> Range<Int> { split[index] }
}
