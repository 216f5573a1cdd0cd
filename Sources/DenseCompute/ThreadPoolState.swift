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
///
/// Each thread has a seat, and so has the caller. A work's tasks are cut into a share for each seat. A thread begins with
/// its own and then helps with the others, so that in a row of works of the same shape it meets what its core's cache
/// holds. Nobody waits for a thread that took no task: whoever comes late finds none left.
final class ThreadPoolState: @unchecked Sendable {
  private typealias Count = ThreadPoolSeat.Count

  let threadCount: Atomic<Int>
  let isBusy = Atomic<Bool>(false)
  let distance = ThreadDistance()

  private let seats: UnsafeMutableRawPointer
  /// Counts pieces of work.
  var workNumber: UInt32 = 0

  let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var startedThreads = 0
  private var watchesForks = false

  init(threadCount: Int) {
    self.threadCount = Atomic(threadCount)
    seats = ThreadPoolSeat.allocate(count: ThreadPool.largestCount)
    pthread_mutex_init(mutex, nil)
    seat(0).prepare()
  }

  func seat(_ number: Int) -> ThreadPoolSeat { ThreadPoolSeat(number, in: seats) }

  /// Opens the work to `helpers` other threads, at least one and fewer than it has tasks, takes part in it and returns when
  /// all tasks are done.
  func runWork(_ work: OpenWork, helpers: Int) {
    workNumber &+= 1
    let seats = helpers + 1
    // In small work each seat has one task, and the caller does his own at once.
    let hasSpareTasks = work.tasks > seats
    offer(work, to: hasSpareTasks ? 0..<seats : 1..<seats, of: seats)
    let start = hasSpareTasks ? nanoseconds : 0
    wakeSleepers(helpers)
    work.run(0)
    var own = 1
    if own + reported(helpers) == work.tasks {
      // Nobody is late, and small work ends without a look at lines that helpers write.
      return forgetLateOnes(helpers)
    }
    // Who went to bed just before saw no offer, and was not seen there either.
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    wakeSleepers(helpers)

    var leaving = 0
    if hasSpareTasks {
      runShare(0, of: work, number: workNumber, seats: seats, leaving: 0) { own += 1 }
      leaving = tasksLeftToOwners(since: start, done: own)
    }
    moveLateOnes(of: work, helpers)
    for owner in 1...helpers {
      runShare(owner, of: work, number: workNumber, seats: seats, leaving: leaving) { own += 1 }
    }
    var rounds = 0
    while own + reported(helpers) < work.tasks {
      dk_spin_hint()
      rounds += 1
      if rounds % 1024 == 0, !makeWay(helpers, isFirst: rounds == 1024) { sched_yield() }
    }
  }

  /// Puts the shares of a work where the threads of these seats, of `count`, find them.
  private func offer(_ work: OpenWork, to numbers: Range<Int>, of count: Int) {
    let (state, processor) = (dk_floating_point_state(), dk_current_processor())
    for number in numbers {
      let offer = seat(number).offer
      offer.pointee.work = work
      offer.pointee.floatingPointState = state
      offer.pointee.seats = count
      offer.pointee.processor.store(processor, ordering: .relaxed)
      // The caller does the first task at once: taking it as others do would wait until the offers have reached them.
      let tasks = work.share(number, of: count).count - (number == 0 ? 1 : 0)
      offer.pointee.tasks.store(Count(work: workNumber, tasks: tasks).word, ordering: .releasing)
    }
  }

  /// Tasks of the open work that helpers have done.
  func reported(_ helpers: Int) -> Int {
    var sum = 0
    for number in 1...helpers {
      let report = Count(seat(number).report.pointee.tasks.load(ordering: .acquiring))
      if report.work == workNumber { sum += report.tasks }
    }
    return sum
  }

  /// Makes sure that `count` threads exist, as far as the system gives them. How many of so many there are.
  func startThreads(_ count: Int) -> Int {
    guard startedThreads < count else { return count }
    if !watchesForks {
      watchesForks = true
      pthread_atfork(nil, nil) { ThreadPool.state.startAnewAfterFork() }
    }
    // Signals belong to the host's threads.
    var all = sigset_t()
    var previous = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &previous)
    while startedThreads < count {
      seat(startedThreads + 1).prepare()
      guard startThread(number: startedThreads + 1) else { break }
      startedThreads += 1
    }
    pthread_sigmask(SIG_SETMASK, &previous, nil)
    return startedThreads
  }

  /// The child has the thread that called `fork` alone, and locks in whatever state they had.
  private func startAnewAfterFork() {
    pthread_mutex_init(mutex, nil)
    startedThreads = 0
    isBusy.store(false, ordering: .releasing)
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
    guard
      pthread_create(
        &thread, &attributes, { ThreadPool.state.help(number: Int(bitPattern: $0)) },
        UnsafeMutableRawPointer(bitPattern: number)) == 0
    else { return false }
    seat(number).notes.pointee.thread = thread
    wakeElsewhere(seat(number))
    return true
  }

  /// The life of a pool thread, whose number starts at 1.
  private func help(number: Int) -> Never {
    let seat = seat(number)
    var misses = 0
    while true {
      // The work that this thread was started or woken for may be done already. Watching for the next is what ends that:
      // a row of works that are shorter than waking would otherwise never find it awake. Who misses again and again
      // probably has no processor of his own, and rarely tries.
      let work = seat.left.work
      // On the caller's own processor it would only hold him up.
      while seat.isWithCaller, seat.left.work == work, seat.left.tasks > 0 { sched_yield() }
      misses = joinWork(work, at: seat, number: number) ? 0 : misses + 1
      let isWatching = misses <= Self.toleratedMisses || misses % Self.missesToTryAgain == 0
      waitForWork(after: work, at: seat, watching: isWatching, givingWay: misses > 0 || seat.isWithCaller)
    }
  }

  /// Takes part in the work of this number. Whether there was a task left in the thread's own share.
  private func joinWork(_ work: UInt32, at seat: ThreadPoolSeat, number: Int) -> Bool {
    guard !seat.isWithCaller, let left = seat.take(of: work), let open = seat.offer.pointee.work else { return false }
    let seats = seat.offer.pointee.seats
    dk_set_floating_point_state(seat.offer.pointee.floatingPointState)
    let hasSpareTasks = open.tasks > seats
    let start = hasSpareTasks ? nanoseconds : 0
    var (done, leaving) = (0, 0)
    func report() {
      done += 1
      seat.report.pointee.tasks.store(Count(work: work, tasks: done).word, ordering: .releasing)
    }
    open.run(open.share(number, of: seats).upperBound - left)
    report()
    // The caller leaves no task of his in small work.
    guard hasSpareTasks || seats > 2 else { return true }
    for place in number..<number + seats {
      runShare(place % seats, of: open, number: work, seats: seats, leaving: leaving, report)
      if place == number, hasSpareTasks { leaving = tasksLeftToOwners(since: start, done: done) }
    }
    return true
  }

  /// Runs tasks of the seat `owner` until none is left to take, and calls `report` after each.
  /// - Parameter leaving: tasks that are left to the owner where he is at work.
  private func runShare(
    _ owner: Int, of work: OpenWork, number: UInt32, seats: Int, leaving: Int, _ report: () -> Void
  ) {
    let end = work.share(owner, of: seats).upperBound
    let least = leaving > 0 && isAtWork(owner, number) ? leaving + 1 : 1
    while let left = seat(owner).take(of: number, atLeast: least) {
      work.run(end - left)
      report()
    }
  }

  /// Nanoseconds from which on a task is long.
  private static var longTask: Int { 40_000 }

  /// How many of the tasks in another's share a thread leaves to him, after `done` of its own since `start`: the last one
  /// where tasks are short, because bringing what it works on from core to core may take many times as long as waiting for
  /// him. Where they are long, he may be far behind: a core that others use too is slower by a third.
  private func tasksLeftToOwners(since start: Int, done: Int) -> Int {
    nanoseconds - start < done * Self.longTask ? 1 : 0
  }

  /// Whether the owner of a seat, who does all tasks of his share that nobody else takes, has done one of this work.
  func isAtWork(_ owner: Int, _ work: UInt32) -> Bool {
    owner == 0 || Count(seat(owner).report.pointee.tasks.load(ordering: .relaxed)).work == work
  }
}
