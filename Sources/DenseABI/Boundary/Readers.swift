import DenseCompute
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Which handles are being read at the moment by calls that share nothing with each other: each writes its token to a
/// cache line of its own, and whoever closes a handle waits until its token stands on no line.
///
/// A pin in the slot and a reference count would do the same in less code, but every call on one handle would write to
/// the same two lines, and threads that run one predictor would spend their time passing these around.
struct Readers: ~Copyable, @unchecked Sendable {
  typealias Line = UnsafeMutablePointer<Atomic<UInt64>>

  private static let count = 64
  private static let stride = 64
  private static let free: UInt64 = 0

  private let lines: UnsafeMutableRawPointer

  init() {
    lines = .allocate(byteCount: Self.count * Self.stride, alignment: Self.stride)
    for index in 0..<Self.count {
      (lines + index * Self.stride).bindMemory(to: Atomic<UInt64>.self, capacity: 1).initialize(to: Atomic(Self.free))
    }
  }

  deinit { lines.deallocate() }

  private func line(_ index: Int) -> Line { (lines + index * Self.stride).assumingMemoryBound(to: Atomic<UInt64>.self) }

  /// The number that stands for a handle on a line.
  private static func mark(_ token: Token) -> UInt64 {
    1 << 63 | UInt64(token.generation) << Token.slotBits | UInt64(token.slot)
  }

  /// Begins to read. The handle may be closed already; look after this, as a later `waitUntilUnread` sees the line. None
  /// where all lines are taken.
  borrowing func enter(_ token: Token) -> Line? {
    // A multiple of the golden ratio spreads neighbouring numbers evenly.
    let spread = ThreadIdentity.current &* 0x9E37_79B9_7F4A_7C15
    let start = Int(spread >> 58)
    for offset in 0..<Self.count {
      let line = line((start + offset) % Self.count)
      guard line.pointee.load(ordering: .relaxed) == Self.free else { continue }
      let exchange = line.pointee.compareExchange(
        expected: Self.free, desired: Self.mark(token), ordering: .sequentiallyConsistent)
      if exchange.exchanged { return line }
    }
    return nil
  }

  /// Ends what `enter` began.
  static func leave(_ line: Line) { line.pointee.store(free, ordering: .releasing) }

  /// Returns once nobody reads the handle, which must be closed.
  borrowing func waitUntilUnread(_ token: Token) {
    let mark = Self.mark(token)
    for index in 0..<Self.count {
      var rounds = 0
      while line(index).pointee.load(ordering: .sequentiallyConsistent) == mark {
        // A reader may be waiting for this very processor, and yielding lets no thread of lower priority run.
        rounds += 1
        if rounds < 100 { sched_yield() } else { usleep(50) }
      }
    }
  }

  /// After `fork`: the readers are threads that the child does not have.
  borrowing func forgetAll() {
    for index in 0..<Self.count { line(index).pointee.store(Self.free, ordering: .relaxed) }
  }
}
