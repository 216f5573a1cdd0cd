import DenseCompute
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// All open handles of the process. Looking one up takes no lock; opening and closing do, for the list of free slots.
///
/// Slots live in chunks that double in size and never move, so a lookup needs no protection against growth. A slot
/// is reused under its next generation, which is how a handle that was destroyed is told from its successor.
///
/// Unchecked, because an `InlineArray` of atomics is not `Sendable` by itself. Everything else here is.
final class HandleTable: @unchecked Sendable {
  static let shared = HandleTable()

  private static let firstChunkBits = 6
  private static let chunkCount = Token.slotBits - firstChunkBits + 1

  private let chunks: InlineArray<19, Atomic<UnsafeMutableRawPointer?>>
  private let vacancies = Mutex(Vacancies())

  private struct Vacancies {
    var freed: [UInt32] = []
    var firstUntouched: UInt32 = 0
  }

  private let readers = Readers()

  private init() {
    chunks = InlineArray { _ in Atomic(nil) }
    pthread_atfork(nil, nil) { HandleTable.shared.readers.forgetAll() }
  }

  /// Gives `object` a handle, which keeps it alive until `close`.
  func open(_ object: AnyObject, as kind: HandleKind) throws(DenseError) -> OpaquePointer? {
    guard let index = vacancies.withLock({ takeVacancy(&$0) }), let slot = slot(at: index) else {
      throw DenseError(.outOfMemory, "expected at most \(Token.maximumSlot) open handles, received a request for more")
    }
    let generation = slot.pointee.generation
    slot.pointee.open(object)
    return Token(kind: kind, generation: generation, slot: index).handle
  }

  /// The object behind `handle`, or none where that is not open. A strong reference: it outlives a `close` meanwhile.
  func object(_ token: Token) -> AnyObject? {
    guard let slot = slot(at: token.slot), slot.pointee.pin(generation: token.generation) else { return nil }
    let object = slot.pointee.pinnedObject()
    if slot.pointee.unpin() { empty(slot, at: token.slot) }
    return object
  }

  /// Calls `body` with the object behind `token`, or returns none where that is not open. The object is not retained:
  /// `close` waits until `body` has returned. Calls on one handle write to no line that they share, which `object` does.
  func read<Result>(
    _ token: Token, _ body: (AnyObject) throws(DenseError) -> Result
  ) throws(DenseError) -> Result? {
    guard let slot = slot(at: token.slot) else { return nil }
    guard let line = readers.enter(token) else {
      guard let object = object(token) else { return nil }
      return try body(object)
    }
    defer { Readers.leave(line) }
    guard let object = slot.pointee.openObject(generation: token.generation) else { return nil }
    // A result, because the function rethrows without a type.
    return try object._withUnsafeGuaranteedRef { object in
      Swift.Result { () throws(DenseError) in try body(object) }
    }.get()
  }

  /// True where `token` was once made by `open`, and its handle is closed now.
  func wasClosed(_ token: Token) -> Bool {
    guard let slot = slot(at: token.slot) else { return false }
    return token.generation < slot.pointee.generation
  }

  /// Ends `token`'s handle; false where it is not open. Waits for calls of `read` that are running. The object is freed
  /// once nobody uses it any more.
  func close(_ token: Token) -> Bool {
    guard let slot = slot(at: token.slot), slot.pointee.close(generation: token.generation) else { return false }
    readers.waitUntilUnread(token)
    if slot.pointee.unpin() { empty(slot, at: token.slot) }
    return true
  }

  private func empty(_ slot: UnsafeMutablePointer<Slot>, at index: UInt32) {
    let (object, isReusable) = slot.pointee.empty()
    if isReusable { vacancies.withLock { $0.freed.append(index) } }
    // Outside the lock: freeing a network takes time, and may close handles itself.
    withExtendedLifetime(object) {}
  }

  /// The slot with this index, if its chunk exists.
  private func slot(at index: UInt32) -> UnsafeMutablePointer<Slot>? {
    let (chunk, offset) = Self.place(of: index)
    return chunks[chunk].load(ordering: .acquiring)?.assumingMemoryBound(to: Slot.self).advanced(by: offset)
  }

  /// Chunk c holds the 64 << c slots from index (64 << c) - 64 on.
  private static func place(of index: UInt32) -> (chunk: Int, offset: Int) {
    let shifted = Int(index) + (1 << firstChunkBits)
    let bits = Int.bitWidth - 1 - shifted.leadingZeroBitCount
    return (bits - firstChunkBits, shifted - (1 << bits))
  }

  private func takeVacancy(_ vacancies: inout sending Vacancies) -> UInt32? {
    if let index = vacancies.freed.popLast() { return index }
    let index = vacancies.firstUntouched
    guard index <= Token.maximumSlot else { return nil }
    let (chunk, offset) = Self.place(of: index)
    if offset == 0 {
      let count = 1 << (chunk + Self.firstChunkBits)
      let slots = UnsafeMutablePointer<Slot>.allocate(capacity: count)
      for slot in 0..<count { (slots + slot).initialize(to: Slot()) }
      chunks[chunk].store(UnsafeMutableRawPointer(slots), ordering: .releasing)
    }
    vacancies.firstUntouched += 1
    return index
  }
}
