import CDenseKernels

/// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011): a counter-based generator.
/// Word i of a stream depends on nothing but (seed, stream, i), so no draw depends on order or threads.
///
/// The key is `seed`; the counter is i / 4 in its lower and `stream` in its upper 64 bits; i mod 4 picks the output word.
public struct RandomStream: Sendable {
  public let seed: UInt64
  public let stream: UInt64

  public init(seed: UInt64, stream: UInt64) {
    self.seed = seed
    self.stream = stream
  }

  /// Words `index` to `index + count - 1` of the stream.
  public func words(at index: UInt64, count: Int, into words: UnsafeMutablePointer<UInt32>) {
    InstructionSet.kernels.pointee.random_words(seed, stream, index, words, count)
  }

  /// Calls `body` with the number and the word of draws 0 to `count` - 1, by way of a small block on the stack.
  func forEachWord(count: Int, _ body: (Int, UInt32) -> Void) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 256) { block in
      guard let base = block.baseAddress else { return }
      for first in stride(from: 0, to: count, by: block.count) {
        let length = min(block.count, count - first)
        words(at: UInt64(first), count: length, into: base)
        for i in 0..<length { body(first + i, base[i]) }
      }
    }
  }
}
