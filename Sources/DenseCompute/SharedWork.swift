/// Work in tasks that may run on several threads at once: what the tasks share, and what each of them does.
///
/// A value of its own kind takes the place of a closure, which could not be handed to other threads without an allocation.
public protocol SharedWork {
  /// Does one task. It writes nothing that another task reads or writes.
  func run(_ task: Int)
}

/// A piece of shared work as the pool's threads see it.
struct OpenWork {
  let kind: any SharedWork.Type
  /// Where the value of that kind stands.
  let place: UnsafeRawPointer
  let tasks: Int

  func run(_ task: Int) { kind.run(task, at: place) }

  /// The tasks of one of `count` equal shares.
  func share(_ number: Int, of count: Int) -> Range<Int> { ThreadPool.share(number, of: count, tasks: tasks) }
}

extension SharedWork {
  fileprivate static func run(_ task: Int, at place: UnsafeRawPointer) {
    place.assumingMemoryBound(to: Self.self).pointee.run(task)
  }
}
