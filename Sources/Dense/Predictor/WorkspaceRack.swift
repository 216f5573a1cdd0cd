import DenseCompute
import Synchronization

/// A fixed number of equal blocks of memory, which any number of threads claim and give back without a lock.
///
/// The flag that claims a block has a cache line of its own, in front of the block. One mask for all blocks would be
/// shorter, but then every call would write to a line that all threads share. Here each thread begins its search at a
/// place of its own, so threads that keep predicting have no line in common.
final class WorkspaceRack: @unchecked Sendable {
  private typealias Flag = Atomic<Bool>
  private static let line = 64

  private let count: Int
  private let stride: Int
  private let memory: AlignedBuffer<UInt8>

  /// `count` blocks of `floats` floats. Throws `sizeOverflow` and `outOfMemory`.
  init(count: Int, floats: Int) throws(DenseError) {
    self.count = count
    stride = try floats.roundedUpToLine().times(MemoryLayout<Float>.size).plus(Self.line)
    memory = try AlignedBuffer(count: count.times(stride))
    for index in 0..<count {
      UnsafeMutableRawPointer(memory.pointer + index * stride).bindMemory(to: Flag.self, capacity: 1)
        .initialize(to: Flag(false))
    }
  }

  /// A block that nobody has, on a cache line, with what its last user left in it; none where all are taken.
  func claim() -> UnsafeMutablePointer<Float>? {
    guard count > 0 else { return nil }
    // A multiple of the golden ratio spreads neighbouring numbers evenly.
    let spread = ThreadIdentity.current &* 0x9E37_79B9_7F4A_7C15
    let start = Int(truncatingIfNeeded: spread.multipliedFullWidth(by: UInt(count)).high)
    for offset in 0..<count {
      let index = start + offset < count ? start + offset : start + offset - count
      let block = UnsafeMutableRawPointer(memory.pointer + index * stride)
      let flag = block.assumingMemoryBound(to: Flag.self)
      // Looking first leaves the line of a block that is taken with its user.
      if !flag.pointee.load(ordering: .relaxed), !flag.pointee.exchange(true, ordering: .acquiring) {
        return (block + Self.line).assumingMemoryBound(to: Float.self)
      }
    }
    return nil
  }

  /// Gives back what `claim` gave.
  func giveBack(_ block: UnsafeMutablePointer<Float>) {
    let flag = (UnsafeMutableRawPointer(block) - Self.line).assumingMemoryBound(to: Flag.self)
    flag.pointee.store(false, ordering: .releasing)
  }
}
