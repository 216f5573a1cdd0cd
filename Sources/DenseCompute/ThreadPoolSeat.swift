import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What passes between a caller and one thread that helps him, in three cache lines that are each written by one side at a
/// time: between far processors a line takes longer to pass than small work takes.
///
/// The caller has a seat of his own.
struct ThreadPoolSeat {
  /// The tasks that are left of this seat's share of a work, and what the work is. The caller fills the rest in before he
  /// stores `tasks`; whoever takes a task may read it until that task is reported.
  struct Offer: ~Copyable {
    let tasks = Atomic<UInt64>(0)
    var work: OpenWork?
    var floatingPointState: UInt64 = 0
    /// Seats that have a share.
    var seats = 1
  }

  /// How many tasks the seat's thread has done of a work.
  struct Report: ~Copyable {
    let tasks = Atomic<UInt64>(0)
  }

  struct Bed: ~Copyable {
    let isTaken = Atomic<Bool>(false)
    var wakeUp = pthread_cond_t()
  }

  /// The number of a work and of tasks in one word, so that both change at once. A number comes again after 2^32 works.
  struct Count {
    let word: UInt64

    init(_ word: UInt64) { self.word = word }
    init(work: UInt32, tasks: Int) { word = UInt64(work) << 32 | UInt64(tasks) }

    var work: UInt32 { UInt32(word >> 32) }
    var tasks: Int { Int(word & 0xffff_ffff) }
  }

  let offer: UnsafeMutablePointer<Offer>
  let report: UnsafeMutablePointer<Report>
  let bed: UnsafeMutablePointer<Bed>

  /// A seat in memory that was made by `allocate`.
  init(_ number: Int, in memory: UnsafeMutableRawPointer) {
    let place = memory + number * Self.byteCount
    offer = place.assumingMemoryBound(to: Offer.self)
    report = (place + Self.line).assumingMemoryBound(to: Report.self)
    bed = (place + 2 * Self.line).assumingMemoryBound(to: Bed.self)
  }

  private static var line: Int { 64 }
  /// A whole number of pairs of lines, which some processors fetch together.
  private static var byteCount: Int { 4 * line }

  /// Memory for `count` seats, of which each begins with `prepare`.
  static func allocate(count: Int) -> UnsafeMutableRawPointer {
    .allocate(byteCount: count * byteCount, alignment: 2 * line)
  }

  func prepare() {
    offer.initialize(to: Offer())
    report.initialize(to: Report())
    bed.initialize(to: Bed())
    pthread_cond_init(&bed.pointee.wakeUp, nil)
  }

  /// The tasks that are left; of the work, its number alone may be read.
  var left: Count { Count(offer.pointee.tasks.load(ordering: .acquiring)) }

  /// Takes one of the tasks that are left of the work of this number, where these are `least` or more. How many were left,
  /// the taken one among them.
  func take(of work: UInt32, atLeast least: Int = 1) -> Int? {
    var current = left
    while current.work == work, current.tasks >= least {
      let exchange = offer.pointee.tasks.compareExchange(
        expected: current.word, desired: current.word - 1, ordering: .acquiring)
      if exchange.exchanged { return current.tasks }
      current = Count(exchange.original)
    }
    return nil
  }
}
