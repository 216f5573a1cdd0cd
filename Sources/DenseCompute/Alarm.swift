import Synchronization

/// Tells whoever shared work between threads that one of its tasks met what it was to look for.
public final class Alarm: Sendable {
  private let flag = Atomic<Bool>(false)

  public init() {}

  /// Safe to call from any thread.
  public func ring() { flag.store(true, ordering: .relaxed) }

  public func reset() { flag.store(false, ordering: .relaxed) }

  /// Whether it rang since it was reset. Right once all tasks are done.
  public var rang: Bool { flag.load(ordering: .relaxed) }
}
