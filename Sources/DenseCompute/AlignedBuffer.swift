import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Bytes that live `AlignedBuffer`s hold, in the whole process.
private let liveBytes = Atomic<Int>(0)

/// A zero-filled block of memory, aligned to 64 bytes, freed with its owner.
public struct AlignedBuffer<Element: BitwiseCopyable>: ~Copyable {
  public static var alignment: Int { 64 }
  /// Bytes of the system's large pages. Buffers of several are made of these, as far as whole ones go.
  private static var largePage: Int { 1 << 21 }

  public let pointer: UnsafeMutablePointer<Element>
  public let count: Int

  /// Bytes that live buffers hold in the whole process. Safe to call from any thread.
  public static var bytesInUse: Int { liveBytes.load(ordering: .relaxed) }

  /// Bytes that a buffer of `count` elements takes: whole cache lines, at least one.
  public static func byteCount(_ count: Int) throws(DenseError) -> Int {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    guard count >= 0, !overflow, bytes <= Int.max - alignment else {
      throw DenseError(.sizeOverflow, "expected a size that fits in 63 bits, received \(count) elements")
    }
    return max(alignment, (bytes + alignment - 1) / alignment * alignment)
  }

  /// Throws `sizeOverflow` for an impossible `count` and `outOfMemory` where the system refuses.
  public init(count: Int) throws(DenseError) {
    let bytes = try Self.byteCount(count)
    let isLarge = bytes >= 2 * Self.largePage
    var memory: UnsafeMutableRawPointer?
    guard posix_memalign(&memory, isLarge ? Self.largePage : Self.alignment, bytes) == 0, let raw = memory else {
      throw DenseError(.outOfMemory, "the system refused \(bytes) bytes of memory")
    }
    #if os(Linux)
      // Weights that stream from memory in each product would else miss a translation every 4 KB. A refusal does no harm.
      if isLarge { madvise(raw, bytes / Self.largePage * Self.largePage, MADV_HUGEPAGE) }
    #endif
    memset(raw, 0, bytes)
    pointer = raw.bindMemory(to: Element.self, capacity: max(count, 1))
    self.count = count
    liveBytes.add(bytes, ordering: .relaxed)
  }

  deinit {
    // `byteCount` succeeded for this count in `init`.
    let bytes = (try? Self.byteCount(count)) ?? 0
    liveBytes.subtract(bytes, ordering: .relaxed)
    free(pointer)
  }
}
