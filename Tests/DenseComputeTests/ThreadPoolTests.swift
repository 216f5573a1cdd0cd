import Synchronization
import Testing

@testable import DenseCompute

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The pool belongs to the process, so its tests run one after the other; other suites may find it busy, which is their
/// right.
@Suite(.serialized)
struct ThreadPoolTests {
  private func withThreads(_ count: Int, _ body: () throws -> Void) rethrows {
    let before = ThreadPool.threadCount
    ThreadPool.threadCount = count
    defer { ThreadPool.threadCount = before }
    try body()
  }

  @Test(arguments: [1, 2, 3, 8])
  func everyTaskRunsOnce(threads: Int) {
    withThreads(threads) {
      for tasks in [0, 1, 2, 7, 100] {
        for _ in 0..<20 {
          let counts = (0..<tasks).map { _ in Counter() }
          ThreadPool.run(tasks: tasks) { counts[$0].increment() }
          #expect(counts.allSatisfy { $0.value == 1 })
        }
      }
    }
  }

  /// The least work that is shared depends on how far threads are, and for large work they are not asked.
  @Test func worthOfSharingDependsOnDistance() {
    func isShared(_ work: Double, isInStream: Bool = true, distance: Double) -> Bool {
      ThreadPool.isWorthSharing(work, isInStream: isInStream, distance: distance)
    }
    #expect(isShared(150_000, distance: 0.5) && !isShared(150_000, distance: 1))
    #expect(isShared(300_000, distance: 1) && !isShared(300_000, distance: 2))
    #expect(!isShared(100_000, distance: 0.5))
    #expect(!isShared(300_000, isInStream: false, distance: 0.5))
    #expect(isShared(5_000_000, isInStream: false, distance: 4))
    var asked = 0
    func far() -> Double {
      asked += 1
      return 4
    }
    #expect(ThreadPool.isWorthSharing(5_000_000, isInStream: true, distance: far()) && asked == 0)
  }

  @Test func turnedSharesHaveTheSameTasks() {
    for tasks in [1, 2, 3, 7, 16, 40] {
      for count in 1...min(tasks, 9) {
        for number in 0..<count {
          let share = Array(ThreadPool.share(number, of: count, tasks: tasks))
          #expect(share.map { ThreadPool.turned($0, of: tasks, shares: count) } == share.reversed())
        }
      }
    }
  }

  /// What is looked ahead into is what a thread takes next: all of its share but the first task, and nobody else's.
  @Test func successorsEndWithTheShare() {
    for tasks in [1, 2, 3, 7, 16, 40] {
      for count in 1...min(tasks, 9) {
        for number in 0..<count {
          let share = Array(ThreadPool.share(number, of: count, tasks: tasks))
          let successors = share.map { ThreadPool.successor(of: $0, of: tasks, shares: count) }
          #expect(successors == share.dropFirst().map(Optional.some) + [nil])
        }
      }
    }
  }

  @Test func workIsShared() {
    withThreads(2) {
      // Two tasks that wait for each other need two threads. A suite that keeps the pool busy delays this.
      var met = false
      for _ in 0..<200 where !met {
        let arrived = Counter()
        let start = time(nil)
        ThreadPool.run(tasks: 2) { _ in
          arrived.increment()
          while arrived.value < 2, time(nil) - start < 2 { sched_yield() }
        }
        met = time(nil) - start < 2
      }
      #expect(met)
    }
  }

  /// Threads that sleep, or have no processor, are not waited for long; the pool works afterwards as before.
  @Test(arguments: [2, 3, 8])
  func threadsAnswer(threads: Int) {
    withThreads(threads) {
      var answers: [Int] = []
      for _ in 0..<1000 where answers.count < 20 {
        if let answer = ThreadPool.withHelpers(threads - 1, { ThreadPool.state.answerTime(helpers: $0) }) {
          answers.append(answer)
        }
        let counts = (0..<threads).map { _ in Counter() }
        ThreadPool.run(tasks: threads) { counts[$0].increment() }
        #expect(counts.allSatisfy { $0.value == 1 })
      }
      #expect(!answers.isEmpty && answers.allSatisfy { $0 > 0 })
    }
  }

  @Test func busyThreadsAreNotAsked() {
    withThreads(2) {
      ThreadPool.run(tasks: 2) { _ in #expect(ThreadPool.withHelpers(1) { $0 } == nil) }
      #expect(ThreadPool.withHelpers(0) { $0 } == nil)
    }
  }

  @Test func sleepersAreWoken() {
    withThreads(3) {
      for _ in 0..<5 {
        let counter = Counter()
        ThreadPool.run(tasks: 50) { _ in counter.increment() }
        #expect(counter.value == 50)
        // Longer than a pool thread's patience.
        usleep(2_000)
      }
    }
  }

  @Test func nestedAndConcurrentCallersRunTheirOwnWork() {
    withThreads(3) {
      let counter = Counter()
      ThreadPool.run(tasks: 10) { _ in
        ThreadPool.run(tasks: 10) { _ in counter.increment() }
      }
      #expect(counter.value == 100)
      let callers = (0..<4).map { _ in
        startThread {
          for _ in 0..<200 { ThreadPool.run(tasks: 5) { _ in counter.increment() } }
        }
      }
      for caller in callers { pthread_join(caller, nil) }
      #expect(counter.value == 4100)
    }
  }

  /// A thread that is through with its own share takes long tasks from one that is not, the last one too.
  @Test func longTasksAreNotLeftToTheSlow() {
    withThreads(2) {
      // Where another suite keeps the pool busy, the caller does all; where it keeps the processors, the helper may. Neither shows anything.
      var done = 0
      for _ in 0..<200 where done != 2 {
        let (caller, helped) = (ThreadIdentity.current, Counter())
        ThreadPool.run(tasks: 8) { _ in
          if ThreadIdentity.current == caller {
            usleep(1_000)
          } else {
            helped.increment()
            if helped.value == 2 { usleep(200_000) }
          }
        }
        done = helped.value
      }
      #expect(done == 2)
    }
  }

  @Test func threadsInheritTheFloatingPointState() {
    withThreads(4) {
      for flushes in [true, false, true] {
        let sums = Counter()
        let work = {
          ThreadPool.run(tasks: 64) { _ in
            if withUnsafePointer(to: Float(0x1p-133), { Vector.sum($0, count: 1) }) == 0 { sums.increment() }
            sched_yield()
          }
        }
        if flushes { FloatingPointState.withFlushedDenormals(work) } else { work() }
        #expect(sums.value == (flushes ? 64 : 0))
      }
    }
  }

  @Test func aForkedChildWorks() {
    withThreads(3) {
      ThreadPool.run(tasks: 8) { _ in usleep(100) }
      let child = forkProcess()
      if child == 0 {
        let counter = Counter()
        for _ in 0..<10 { ThreadPool.run(tasks: 8) { _ in counter.increment() } }
        _exit(counter.value == 80 ? 0 : 1)
      }
      var status: Int32 = -1
      // A child that hangs is ended, so that the test fails instead of waiting.
      for _ in 0..<1000 where waitpid(child, &status, WNOHANG) == 0 { usleep(10_000) }
      if status == -1 { kill(child, SIGKILL) }
      #expect(status == 0)
    }
  }

  @Test func countsAreRead() {
    #expect(ThreadPool.requestedCount("3") == 3)
    for text in [nil, "", "0", "-2", "two", "3 "] { #expect(ThreadPool.requestedCount(text) == nil) }
    #expect(ThreadPool.requestedCount("99999999") == ThreadPool.largestCount)
    withThreads(0) { #expect(ThreadPool.threadCount == 1) }
  }
}

extension ThreadPool {
  /// Calls `body` as the tasks of shared work.
  fileprivate static func run(tasks: Int, _ body: (Int) -> Void) {
    struct Calls: SharedWork {
      let body: (Int) -> Void
      func run(_ task: Int) { body(task) }
    }
    withoutActuallyEscaping(body) { run(Calls(body: $0), tasks: tasks) }
  }
}

/// A number that any thread may count up.
private final class Counter: Sendable {
  private let count = Atomic<Int>(0)
  var value: Int { count.load(ordering: .acquiring) }
  func increment() { count.wrappingAdd(1, ordering: .acquiringAndReleasing) }
}

private final class ThreadBody {
  let run: () -> Void
  init(_ run: @escaping () -> Void) { self.run = run }
}

private func startThread(_ body: @escaping () -> Void) -> pthread_t {
  #if canImport(Darwin)
    var thread: pthread_t! = nil
  #else
    var thread = pthread_t()
  #endif
  let context = Unmanaged.passRetained(ThreadBody(body)).toOpaque()
  pthread_create(
    &thread, nil,
    { context in
      #if canImport(Darwin)
        Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run()
      #else
        if let context { Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run() }
      #endif
      return nil
    }, context)
  return thread
}

/// `fork`, which Swift hides since few things may be done after it; the kernels and the pool are among them.
private func forkProcess() -> pid_t {
  typealias Fork = @convention(c) () -> pid_t
  guard let symbol = dlsym(nil, "fork") else { return -1 }
  return unsafeBitCast(symbol, to: Fork.self)()
}
