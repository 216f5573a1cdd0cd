import CDenseKernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the pool's threads share. One piece of work at a time is open; whoever sets `isBusy` owns everything that is not
/// atomic until he resets it.
final class ThreadPoolState: @unchecked Sendable {
  let threadCount: Atomic<Int>
  let isBusy = Atomic<Bool>(false)

  // The open piece of work: written before `gate` opens, read after passing it.
  private var work: OpenWork?
  private var floatingPointState: UInt64 = 0
  private var lanes = 1
  /// The next task of each lane, counted from the lane's first.
  private let nextTask: UnsafeMutablePointer<Atomic<Int>>
  private let helpers = Atomic<Int>(0)

  /// 1 while work is open, plus 2 for each thread that helps with it.
  private let gate = Atomic<Int>(0)
  /// Counts pieces of work; a thread waits for it to change.
  private let epoch = Atomic<Int>(0)

  private let sleepers = Atomic<Int>(0)
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wakeUp = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var startedThreads = 0
  private var watchesForks = false

  init(threadCount: Int) {
    self.threadCount = Atomic(threadCount)
    nextTask = .allocate(capacity: Self.mostLanes * Self.laneDistance)
    for lane in 0..<Self.mostLanes * Self.laneDistance { (nextTask + lane).initialize(to: Atomic(0)) }
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(wakeUp, nil)
  }

  /// Opens the work to `helpers` other threads, takes part in it and returns when all tasks are done.
  func runWork(_ work: OpenWork, helpers: Int) {
    self.work = work
    floatingPointState = dk_floating_point_state()
    lanes = min(helpers + 1, Self.mostLanes)
    for lane in 0..<lanes { nextTask[lane * Self.laneDistance].store(0, ordering: .relaxed) }
    self.helpers.store(helpers, ordering: .relaxed)
    gate.store(1, ordering: .releasing)
    epoch.wrappingAdd(1, ordering: .sequentiallyConsistent)
    wakeSleepers(helpers)

    runTasks(work, startingWithLane: 0)

    // Whoever comes now finds the gate closed, so only threads that are at work are waited for.
    gate.bitwiseAnd(~1, ordering: .acquiringAndReleasing)
    var rounds = 0
    while gate.load(ordering: .acquiring) != 0 {
      dk_spin_hint()
      rounds += 1
      if rounds % 1024 == 0 { sched_yield() }
    }
  }

  /// Makes sure that `count` threads exist, as far as the system gives them. Without, the caller does all the work.
  func startThreads(_ count: Int) {
    guard startedThreads < count else { return }
    if !watchesForks {
      watchesForks = true
      pthread_atfork(nil, nil) { ThreadPool.state.startAnewAfterFork() }
    }
    // Signals belong to the host's threads.
    var all = sigset_t()
    var previous = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &previous)
    while startedThreads < count, startThread(number: startedThreads + 1) { startedThreads += 1 }
    pthread_sigmask(SIG_SETMASK, &previous, nil)
  }

  private func startThread(number: Int) -> Bool {
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    return pthread_create(
      &thread, &attributes, { ThreadPool.state.help(number: Int(bitPattern: $0)) },
      UnsafeMutableRawPointer(bitPattern: number)) == 0
  }

  /// The life of a pool thread, whose number starts at 1.
  private func help(number: Int) -> Never {
    var seen = epoch.load(ordering: .acquiring)
    var misses = 0
    while true {
      // The work that this thread was started or woken for may be done already. Watching for the next is what ends that:
      // a row of works that are shorter than waking would otherwise never find it awake. Who misses again and again
      // probably has no processor of his own, and rarely tries.
      misses = joinWork(number: number) ? 0 : misses + 1
      let isWatching = misses <= Self.toleratedMisses || misses % Self.missesToTryAgain == 0
      waitForWork(after: &seen, watching: isWatching, givingWay: misses > 0)
    }
  }

  /// Takes part in the work that is open. Whether there was a task left.
  private func joinWork(number: Int) -> Bool {
    var current = gate.load(ordering: .acquiring)
    while current & 1 == 1, current / 2 < helpers.load(ordering: .relaxed) {
      let exchange = gate.compareExchange(
        expected: current, desired: current + 2, ordering: .acquiringAndReleasing)
      if exchange.exchanged {
        var hadWork = false
        if let work {
          dk_set_floating_point_state(floatingPointState)
          hadWork = runTasks(work, startingWithLane: number % lanes)
        }
        gate.wrappingSubtract(2, ordering: .releasing)
        return hadWork
      }
      current = exchange.original
    }
    return false
  }

  /// Runs tasks until none is left to take. Whether there was one.
  ///
  /// Tasks lie in as many lanes as threads are wanted. A thread begins with the lane of its number and then helps with
  /// the others, so that in a row of works of the same shape it meets what its core's cache holds.
  @discardableResult
  private func runTasks(_ work: OpenWork, startingWithLane first: Int) -> Bool {
    var hadWork = false
    for lane in first..<first + lanes {
      let lane = lane % lanes
      let range = work.tasks * lane / lanes..<work.tasks * (lane + 1) / lanes
      while true {
        let task = range.lowerBound + nextTask[lane * Self.laneDistance].wrappingAdd(1, ordering: .relaxed).oldValue
        guard task < range.upperBound else { break }
        work.run(task)
        hadWork = true
      }
    }
    return hadWork
  }

  private static var mostLanes: Int { 64 }
  /// Atomics from lane to lane: a cache line, so that threads do not slow each other down.
  private static var laneDistance: Int { 8 }
}

/// Waiting and waking.
extension ThreadPoolState {
  /// How long a thread watches for more work before it sleeps: longer than it takes to be woken.
  private static var patience: Int { 50_000 }
  /// Works in a row that a thread may miss and still watch for the next.
  private static var toleratedMisses: Int { 4 }
  /// Works in a row that a thread misses before it watches once more.
  private static var missesToTryAgain: Int { 32 }

  /// - Parameters:
  ///   - watching: whether to look out for work before sleeping.
  ///   - givingWay: whether others may need the processor: the thread may have been put on the very one that the caller
  ///     runs on.
  private func waitForWork(after seen: inout Int, watching: Bool, givingWay: Bool) {
    let start = nanoseconds
    while watching, nanoseconds - start < Self.patience {
      for _ in 0..<64 {
        let current = epoch.load(ordering: .acquiring)
        guard current == seen else {
          seen = current
          return
        }
        dk_spin_hint()
      }
      if givingWay { sched_yield() }
    }

    pthread_mutex_lock(mutex)
    sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
    while epoch.load(ordering: .sequentiallyConsistent) == seen { pthread_cond_wait(wakeUp, mutex) }
    sleepers.wrappingSubtract(1, ordering: .relaxed)
    pthread_mutex_unlock(mutex)
    seen = epoch.load(ordering: .acquiring)
  }

  /// A thread counts itself as a sleeper before it looks at `epoch` for the last time, so none misses a change.
  private func wakeSleepers(_ count: Int) {
    let sleeping = sleepers.load(ordering: .sequentiallyConsistent)
    guard sleeping > 0 else { return }
    pthread_mutex_lock(mutex)
    for _ in 0..<min(count, sleeping) { pthread_cond_signal(wakeUp) }
    pthread_mutex_unlock(mutex)
  }

  private var nanoseconds: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  /// The child has the thread that called `fork` alone, and locks in whatever state they had.
  fileprivate func startAnewAfterFork() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(wakeUp, nil)
    sleepers.store(0, ordering: .relaxed)
    gate.store(0, ordering: .relaxed)
    startedThreads = 0
    isBusy.store(false, ordering: .releasing)
  }
}
