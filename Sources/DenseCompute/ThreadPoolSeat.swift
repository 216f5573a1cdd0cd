import CDenseKernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What passes between a caller and one thread that helps him, in cache lines that are each written by one side at a
/// time: between far processors a line takes longer to pass than small work takes.
///
/// The caller has a seat of his own.
struct ThreadPoolSeat {
  /// The tasks that are left of this seat's share of a work, and what the work is. The caller fills the rest in before he
  /// stores `tasks`; whoever takes a task may read it until that task is reported.
  struct Offer: ~Copyable {
    let tasks = Atomic<UInt64>(0)
    var work: OpenWork?
    /// Where the caller runs, as `dk_current_processor` says it. May be read at any time.
    let processor = Atomic<Int32>(-1)
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

  /// What the caller alone knows of the seat's thread.
  struct Notes {
    var thread: pthread_t?
    /// The last work that it was woken for.
    var wokenFor: UInt32 = 0
    /// Works in a row that it had not begun when the caller was through with his own share.
    var late = 0
    /// Its processor time, in nanoseconds, when the caller last waited for it.
    var time: Int64 = -1
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
  let notes: UnsafeMutablePointer<Notes>

  /// A seat in memory that was made by `allocate`.
  init(_ number: Int, in memory: UnsafeMutableRawPointer) {
    let place = memory + number * Self.byteCount
    offer = place.assumingMemoryBound(to: Offer.self)
    report = (place + Self.line).assumingMemoryBound(to: Report.self)
    bed = (place + 2 * Self.line).assumingMemoryBound(to: Bed.self)
    notes = (place + 3 * Self.line).assumingMemoryBound(to: Notes.self)
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
    notes.initialize(to: Notes())
    pthread_cond_init(&bed.pointee.wakeUp, nil)
  }

  /// The tasks that are left; of the work, its number alone may be read.
  var left: Count { Count(offer.pointee.tasks.load(ordering: .acquiring)) }

  /// Whether this thread, the seat's own, runs on the processor that the caller does, as far as that is known.
  var isWithCaller: Bool {
    let processor = offer.pointee.processor.load(ordering: .relaxed)
    return processor >= 0 && processor == dk_current_processor()
  }

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
