import CDenseKernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Waiting and waking.
extension ThreadPoolState {
  /// How long a thread watches for more work before it sleeps: longer than it takes to be woken.
  private static var patience: Int { 50_000 }
  /// Works in a row that a thread may miss and still watch for the next.
  static var toleratedMisses: Int { 4 }
  /// Works in a row that a thread misses before it watches once more.
  static var missesToTryAgain: Int { 32 }

  /// - Parameters:
  ///   - work: the number of the last work that was offered.
  ///   - watching: whether to look out for work before sleeping.
  ///   - givingWay: whether others may need the processor: the thread may have been put on the very one that the caller
  ///     runs on.
  func waitForWork(after work: UInt32, at seat: ThreadPoolSeat, watching: Bool, givingWay: Bool) {
    let start = nanoseconds
    while watching, nanoseconds - start < Self.patience {
      for _ in 0..<64 {
        if seat.left.work != work { return }
        dk_spin_hint()
      }
      if givingWay { sched_yield() }
    }

    pthread_mutex_lock(mutex)
    seat.bed.pointee.isTaken.store(true, ordering: .sequentiallyConsistent)
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    while seat.left.work == work { pthread_cond_wait(&seat.bed.pointee.wakeUp, mutex) }
    seat.bed.pointee.isTaken.store(false, ordering: .relaxed)
    pthread_mutex_unlock(mutex)
  }

  /// Wakes those who sleep of the first `helpers`.
  func wakeSleepers(_ helpers: Int) {
    for number in 1...helpers {
      let seat = seat(number)
      guard seat.bed.pointee.isTaken.load(ordering: .relaxed), seat.notes.pointee.wokenFor != workNumber else {
        continue
      }
      seat.notes.pointee.wokenFor = workNumber
      // Whoever takes his bed waits there, or will see the offer before he does.
      pthread_mutex_lock(mutex)
      pthread_mutex_unlock(mutex)
      wakeElsewhere(seat)
    }
  }

  /// Frees helpers who have not begun their shares from waiting for the caller's processor. Who is late for another reason
  /// stays where he is: that is tried ever more rarely.
  func moveLateOnes(of work: OpenWork, _ helpers: Int) {
    for number in 1...helpers {
      let seat = seat(number)
      let isLate =
        !isAtWork(number, workNumber) && seat.left.tasks == work.share(number, of: helpers + 1).count
        && seat.notes.pointee.wokenFor != workNumber
      if isLate {
        seat.notes.pointee.late += 1
        if seat.notes.pointee.late.nonzeroBitCount == 1 { wakeElsewhere(seat) }
      } else {
        seat.notes.pointee.late = 0
      }
    }
  }

  /// What `moveLateOnes` does where all helpers have done their tasks, without a look at these.
  func forgetLateOnes(_ helpers: Int) {
    for number in 1...helpers { seat(number).notes.pointee.late = 0 }
  }

  /// Wakes a helper on another processor than the caller's, or moves him there.
  ///
  /// Systems often place a thread that starts or wakes on the caller's, though others are idle, and leave it there for
  /// milliseconds.
  func wakeElsewhere(_ seat: ThreadPoolSeat) {
    guard let thread = seat.notes.pointee.thread else { return }
    dk_wake_elsewhere(thread, &seat.bed.pointee.wakeUp, dk_current_processor())
  }

  /// Lends the caller's processor, who waits, to helpers who are at work without one: the system may give theirs to others
  /// for milliseconds in the middle of a task. Whether there are any.
  ///
  /// Those are helpers whose processor time stands still from call to call.
  func makeWay(_ helpers: Int, isFirst: Bool) -> Bool {
    var isLent = false
    for number in 1...helpers {
      let seat = seat(number)
      guard let thread = seat.notes.pointee.thread, !seat.bed.pointee.isTaken.load(ordering: .relaxed) else { continue }
      let time = dk_processor_time(thread)
      if !isFirst, time >= 0, time == seat.notes.pointee.time {
        dk_move_to_processor(thread, dk_current_processor())
        isLent = true
      }
      seat.notes.pointee.time = time
    }
    // To yield would not do where the system gives the caller precedence.
    if isLent { usleep(1) }
    return isLent
  }

  var nanoseconds: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}
