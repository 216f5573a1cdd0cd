import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Notices when works of one thread follow each other closely. Threads that take turns have a processor each: there is none
/// to help them.
///
/// Threads may call it at once. What they see of each other is inexact, which changes no result.
final class WorkStream: Sendable {
  /// Nanoseconds from one work to the next in a stream: the pool's threads still watch after so long.
  static let closeness = 40_000
  /// Works before a stream of small ones flows: more than a prediction has layers, so that one by itself is none.
  static let length = 16

  private let last = Atomic<Int>(-closeness)
  private let count = Atomic<Int>(0)
  private let thread = Atomic<UInt>(0)

  /// Takes note that a work has ended that was shared: the pool's threads are awake, so that what follows soon belongs to
  /// a stream.
  func noteSharedWork() {
    last.store(Self.now, ordering: .relaxed)
    thread.store(ThreadIdentity.current, ordering: .relaxed)
    count.store(Self.length, ordering: .relaxed)
  }

  /// Takes note that a work has ended, so that a long one does not part those before from those after it.
  func noteWork() { noteWork(at: Self.now) }

  /// Takes note of a work that has ended `now`, in nanoseconds.
  func noteWork(at now: Int) { last.store(now, ordering: .relaxed) }

  /// When the latest work began or ended, in nanoseconds.
  var latest: Int { last.load(ordering: .relaxed) }

  /// Counts a work that begins now. Whether it belongs to a stream.
  func isFlowing() -> Bool { isFlowing(at: Self.now, thread: ThreadIdentity.current) }

  private static var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  /// Counts a work of `thread` that begins `now`, in nanoseconds.
  func isFlowing(at now: Int, thread: UInt) -> Bool {
    let isClose =
      now - last.load(ordering: .relaxed) < Self.closeness && thread == self.thread.load(ordering: .relaxed)
    last.store(now, ordering: .relaxed)
    self.thread.store(thread, ordering: .relaxed)
    let count = isClose ? min(count.load(ordering: .relaxed) + 1, Self.length) : 0
    self.count.store(count, ordering: .relaxed)
    return count == Self.length
  }
}
