import Synchronization

/// Tells whoever shared work between threads that one of its tasks met what it was to look for.
public final class Alarm: Sendable {
  /// What tasks hold of it, while its owner keeps it: counting references would send a cache line from thread to thread.
  public struct Bell: @unchecked Sendable {
    fileprivate let flag: UnsafeMutablePointer<Atomic<Bool>>

    /// Safe to call from any thread.
    public func ring() { flag.pointee.store(true, ordering: .relaxed) }
  }

  public let bell: Bell

  public init() {
    bell = Bell(flag: .allocate(capacity: 1))
    bell.flag.initialize(to: Atomic(false))
  }

  deinit {
    bell.flag.deinitialize(count: 1)
    bell.flag.deallocate()
  }

  public func reset() { bell.flag.pointee.store(false, ordering: .relaxed) }

  /// Whether it rang since it was reset. Right once all tasks are done.
  public var rang: Bool { bell.flag.pointee.load(ordering: .relaxed) }
}
