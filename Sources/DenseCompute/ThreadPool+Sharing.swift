/// When work is worth sharing, and in how many pieces.
///
/// Publishing work takes a fraction of one microsecond while the pool's threads watch, and a few where one of them has to
/// be woken, which is late for small work. So small work is shared only where it comes in a stream: the pool's threads
/// are awake then, or will be for what follows. And work must be the larger, the farther they are.
extension ThreadPool {
  /// Multiplications of the least work that is shared at a distance of 1: some 2 microseconds of one thread with AVX-512.
  private static var smallWork: Double { 250_000 }
  /// Multiplications from which on work by itself is shared too: some 40 microseconds.
  private static var largeWork: Double { 4_000_000 }
  /// Multiplications of which a piece of work has about as many at least, so that taking it costs little beside.
  private static var leastPiece: Double { 150_000 }
  /// Pieces for each thread: several, so that none has to wait long for a late one.
  private static var mostPieces: Double { 4 }

  static let stream = WorkStream()

  /// How far the pool's threads are, for a work that belongs to a stream.
  static var distance: Double {
    state.distance.current(at: stream.latest) { withHelpers(threadCount - 1) { state.answerTime(helpers: $0) } }
  }

  /// Whether work of so many multiplications is ever worth sharing.
  static func mayBeWorthSharing(_ multiplications: Double) -> Bool {
    multiplications >= smallWork * ThreadDistance.range.lowerBound
  }

  /// Whether work of so many multiplications, which begins now, is worth sharing.
  static func isWorthSharing(_ multiplications: Double) -> Bool {
    isWorthSharing(multiplications, isInStream: stream.isFlowing(), distance: distance)
  }

  /// - Parameters:
  ///   - isInStream: whether works follow each other closely, so that the other threads are awake.
  ///   - distance: how far these are, for a work in a stream.
  static func isWorthSharing(
    _ multiplications: Double, isInStream: @autoclosure () -> Bool, distance: @autoclosure () -> Double
  ) -> Bool {
    guard mayBeWorthSharing(multiplications) else { return false }
    // Large work belongs to streams too, but threads need not be asked for it.
    let isInStream = isInStream()
    return multiplications >= largeWork || isInStream && multiplications >= smallWork * distance()
  }

  /// Takes note that work of so many multiplications has ended that was not shared: its own length does not part a stream.
  /// That of the smallest work would not anyway.
  static func noteWork(_ multiplications: Double) {
    if multiplications >= smallWork { stream.noteWork() }
  }

  /// How many pieces to cut work into: equally many for each thread.
  static func pieces(_ multiplications: Double, threads: Int) -> Int {
    threads * Int(max(1, min(mostPieces, multiplications / leastPiece / Double(threads))))
  }

  /// The tasks of one of `count` equal shares: those that a thread begins with, in ascending order.
  static func share(_ number: Int, of count: Int, tasks: Int) -> Range<Int> {
    tasks * number / count..<tasks * (number + 1) / count
  }

  /// The share, of `count` equal ones, that holds `task`.
  private static func share(with task: Int, of tasks: Int, shares count: Int) -> Range<Int> {
    share(((task + 1) * count - 1) / tasks, of: count, tasks: tasks)
  }

  /// The task in whose place `task` stands where each of `count` shares is turned round.
  static func turned(_ task: Int, of tasks: Int, shares count: Int) -> Int {
    let share = share(with: task, of: tasks, shares: count)
    return share.lowerBound + share.upperBound - 1 - task
  }

  /// The task that a thread takes after `task` unless others help it; none at the end of a share.
  static func successor(of task: Int, of tasks: Int, shares count: Int) -> Int? {
    task + 1 < share(with: task, of: tasks, shares: count).upperBound ? task + 1 : nil
  }
}
