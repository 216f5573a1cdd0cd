import Synchronization

/// How far the pool's threads are from each other: how long they take to answer, measured anew from time to time.
///
/// Cores that share a cache answer in 0.2 microseconds, those of two dies in 0.8, and what one of them wrote comes to the
/// other as much later. Steps that take 0.7 of one thread's time at the first distance take 1.2 of it at the second. The
/// processors of a virtual machine move within seconds.
///
/// Threads may call it at once.
final class ThreadDistance: Sendable {
  /// Nanoseconds for which a measurement holds.
  static let lifetime = 100_000_000
  /// Nanoseconds in which threads answer whose distance is 1, as the sizes of work that is worth sharing suppose.
  static let usualAnswer = 400
  /// The distances that are told apart.
  static let range = 0.5...4.0

  private let answer = Atomic<Int>(usualAnswer)
  private let measured = Atomic<Int>(.min)

  /// The distance as a multiple of the usual one.
  /// - Parameters:
  ///   - now: the time, in nanoseconds.
  ///   - measure: how long threads take to answer, in nanoseconds; none where that cannot be asked now.
  func current(at now: Int, measure: () -> Int?) -> Double {
    let last = measured.load(ordering: .relaxed)
    if last == .min || now - last >= Self.lifetime, let answer = measure() {
      self.answer.store(answer, ordering: .relaxed)
      measured.store(now, ordering: .relaxed)
    }
    let distance = Double(answer.load(ordering: .relaxed)) / Double(Self.usualAnswer)
    return min(max(distance, Self.range.lowerBound), Self.range.upperBound)
  }
}

extension ThreadPoolState {
  /// Nanoseconds for which threads that sleep are waited for.
  private static var longestWaking: Int { 200_000 }
  /// Nanoseconds for which an answer of threads that are awake is waited for.
  private static var longestAnswer: Int { 5_000 }
  private static var answers: Int { 8 }

  /// The least of some times, in nanoseconds, that `helpers` other threads take to answer all, once they are awake. Whoever owns
  /// the pool calls it.
  func answerTime(helpers: Int) -> Int {
    var least = call(helpers, waiting: Self.longestWaking)
    guard least < Self.longestWaking else { return least }
    for _ in 0..<Self.answers { least = min(least, call(helpers, waiting: Self.longestAnswer)) }
    return least
  }

  /// Offers threads work that is nothing but to be there. Nanoseconds until all have done it, or the caller has for them.
  private func call(_ helpers: Int, waiting longest: Int) -> Int {
    let start = nanoseconds
    withUnsafePointer(to: Call(state: self, helpers: helpers, end: start + longest)) {
      runWork(OpenWork(kind: Call.self, place: UnsafeRawPointer($0), tasks: helpers + 1), helpers: helpers)
    }
    return nanoseconds - start
  }

  private struct Call: SharedWork {
    let state: ThreadPoolState
    let helpers: Int
    let end: Int

    /// The caller waits for the others, whose tasks he would take otherwise.
    func run(_ task: Int) {
      guard task == 0 else { return }
      while state.nanoseconds < end {
        for _ in 0..<64 where state.reported(helpers) == helpers { return }
      }
    }
  }
}
