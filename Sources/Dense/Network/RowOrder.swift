import DenseCompute

/// The order in which an epoch takes the rows of the data.
final class RowOrder {
  private let positions: AlignedBuffer<Int32>

  /// The rows 0 ..< `rows` as they come.
  init(rows: Int) throws(DenseError) {
    guard rows <= Int32.max else {
      throw DenseError(.invalidArgument, "inputs: expected at most \(Int32.max) rows to shuffle, received \(rows)")
    }
    positions = try AlignedBuffer(count: rows)
  }

  /// Draws the order of an epoch, which depends on nothing but the seed and the epoch's number.
  func shuffle(seed: UInt64, epoch: Int) {
    RandomStream(seed: seed, stream: RandomStreams.order(epoch: epoch))
      .permutation(into: positions.pointer, count: positions.count)
  }

  /// The rows of the data that come from `position` on.
  func rows(from position: Int) -> UnsafePointer<Int32> { UnsafePointer(positions.pointer + position) }
}
