import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The process-wide pool of threads that share large work.
///
/// Its threads start at the first work that is large enough, wait in a loop for some tens of microseconds after each piece
/// and then sleep. After `fork`, the child's pool starts anew. What runs on which thread never changes a result: callers cut
/// their work into tasks that write to different places.
public enum ThreadPool {
  /// Threads that work may be spread over, the caller's included; at least 1. At first the environment variable
  /// `DENSE_NUM_THREADS`, else the processors that this process may use. Safe to read and set from any thread; work that
  /// runs already keeps its number.
  public static var threadCount: Int {
    get { state.threadCount.load(ordering: .relaxed) }
    set { state.threadCount.store(max(1, min(newValue, largestCount)), ordering: .relaxed) }
  }

  /// Runs each of the tasks 0 ..< `tasks` of `work` once, perhaps on several threads at once, and returns when all are done.
  /// Where the pool is busy or the call comes from inside a task, the caller runs all of them itself. Allocates nothing
  /// once the pool has its threads.
  public static func run<Work: SharedWork>(_ work: Work, tasks: Int) {
    let shared: Void? = withHelpers(min(threadCount, tasks) - 1) { helpers in
      withUnsafePointer(to: work) {
        state.runWork(OpenWork(kind: Work.self, place: UnsafeRawPointer($0), tasks: tasks), helpers: helpers)
      }
      stream.noteSharedWork()
    }
    guard shared == nil else { return }
    for task in 0..<max(0, tasks) { work.run(task) }
  }

  /// Does `body` as the owner of the pool, with as many other threads as there are of the `count` asked for. None where there
  /// are none, or the pool is busy.
  static func withHelpers<Result>(_ count: Int, _ body: (Int) -> Result) -> Result? {
    guard count > 0, state.isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    else { return nil }
    defer { state.isBusy.store(false, ordering: .releasing) }
    let started = state.startThreads(count)
    return started > 0 ? body(started) : nil
  }

  /// More threads than any machine has use for; keeps a mistyped setting from exhausting the system.
  static let largestCount = 1024

  /// What `DENSE_NUM_THREADS` says, where it is a positive number.
  static func requestedCount(_ text: String?) -> Int? {
    text.flatMap { Int($0) }.flatMap { $0 > 0 ? min($0, largestCount) : nil }
  }

  static let state = ThreadPoolState(
    threadCount: requestedCount(getenv("DENSE_NUM_THREADS").map { String(cString: $0) }) ?? ProcessorCount.available)
}
