/// The process-wide pool of threads that share large work.
public enum ThreadPool {
  /// Threads that work may be spread over, the caller's included; at least 1. Safe to read and set from any thread; work
  /// that runs already keeps its number.
  public static var threadCount: Int {
    get { 1 }
    set {}
  }

  /// Calls `body` once for each of 0 ..< `tasks`, perhaps on several threads at once, and returns when all are done.
  /// Where the pool is busy or the call comes from inside a task, the caller runs all of them itself.
  public static func run(tasks: Int, _ body: (Int) -> Void) {
    for task in 0..<tasks { body(task) }
  }
}
