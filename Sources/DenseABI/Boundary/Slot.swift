import Synchronization

/// One entry of the handle table: an object, and a word that says who may touch it.
///
/// The word holds, from the top: 32 bits of generation, 31 bits of pins, 1 bit that is set while the handle is open.
/// A reader pins the slot before it takes the object and unpins it after, so that a handle that another thread
/// destroys at that moment keeps its object until the last reader has let go. Whoever makes an unpinned, closed word
/// empties the slot; there is exactly one such caller.
struct Slot: ~Copyable {
  private static let openBit: UInt64 = 1
  private static let pin: UInt64 = 2

  private let word = Atomic<UInt64>(0)
  /// Atomic only so that no call needs the slot for itself: the word orders all that happens to it.
  private let reference = Atomic<UnsafeMutableRawPointer?>(nil)

  init() {}

  private static func generation(of word: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: word >> 32) }
  private static func isUnused(_ word: UInt64) -> Bool { UInt32(truncatingIfNeeded: word) == 0 }

  var generation: UInt32 { Self.generation(of: word.load(ordering: .relaxed)) }

  /// Fills an empty slot and opens it.
  borrowing func open(_ object: AnyObject) {
    reference.store(Unmanaged.passRetained(object).toOpaque(), ordering: .relaxed)
    word.add(Self.openBit, ordering: .releasing)
  }

  /// Pins the slot if it is open in `generation`.
  borrowing func pin(generation: UInt32) -> Bool {
    var current = word.load(ordering: .relaxed)
    while Self.generation(of: current) == generation, current & Self.openBit != 0 {
      let (exchanged, original) = word.weakCompareExchange(
        expected: current, desired: current + Self.pin, ordering: .acquiring)
      if exchanged { return true }
      current = original
    }
    return false
  }

  /// The object of a slot that the caller has pinned.
  borrowing func pinnedObject() -> AnyObject? { object?.takeUnretainedValue() }

  private var object: Unmanaged<AnyObject>? { reference.load(ordering: .relaxed).map { .fromOpaque($0) } }

  /// The object of a slot that is open in `generation`, for a caller whom `close` waits for.
  borrowing func openObject(generation: UInt32) -> Unmanaged<AnyObject>? {
    let current = word.load(ordering: .sequentiallyConsistent)
    return Self.generation(of: current) == generation && current & Self.openBit != 0 ? object : nil
  }

  /// Returns true where the caller has to empty the slot.
  borrowing func unpin() -> Bool {
    Self.isUnused(word.subtract(Self.pin, ordering: .acquiringAndReleasing).newValue)
  }

  /// Closes a slot that is open in `generation`, and pins it for the caller; false where it is not open.
  borrowing func close(generation: UInt32) -> Bool {
    var current = word.load(ordering: .relaxed)
    while Self.generation(of: current) == generation, current & Self.openBit != 0 {
      let (exchanged, original) = word.weakCompareExchange(
        expected: current, desired: current - Self.openBit + Self.pin, ordering: .sequentiallyConsistent)
      if exchanged { return true }
      current = original
    }
    return false
  }

  /// Takes the object out of a closed, unpinned slot. The next generation begins; false where there is none, so that
  /// the slot must stay out of use.
  borrowing func empty() -> (object: AnyObject?, isReusable: Bool) {
    let taken = object?.takeRetainedValue()
    reference.store(nil, ordering: .relaxed)
    let next = generation &+ 1
    word.store(UInt64(next) << 32, ordering: .relaxed)
    return (taken, next != 0)
  }
}
