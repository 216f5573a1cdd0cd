import DenseCompute

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An array that ends where memory ends: the page after it may be neither read nor written, and what lies before it
/// carries a mark. A kernel that reads past its arrays crashes the test.
final class GuardedFloats {
  let pointer: UnsafeMutablePointer<Float>
  let count: Int
  private let region: UnsafeMutableRawPointer
  private let regionBytes: Int
  private let prefixBytes: Int
  private static let mark: UInt8 = 0xA5

  init(count: Int) {
    self.count = count
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let dataBytes = (count * 4 + 64 + page - 1) / page * page
    regionBytes = dataBytes + page
    region = mmap(nil, regionBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    mprotect(region + dataBytes, page, PROT_NONE)
    prefixBytes = dataBytes - count * 4
    memset(region, Int32(Self.mark), prefixBytes)
    pointer = (region + prefixBytes).bindMemory(to: Float.self, capacity: max(count, 1))
  }

  convenience init(_ values: [Float]) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { pointer[index] = value }
  }

  deinit { munmap(region, regionBytes) }

  var values: [Float] { (0..<count).map { pointer[$0] } }

  /// Whether nothing was written before the array.
  var isIntact: Bool {
    let bytes = region.assumingMemoryBound(to: UInt8.self)
    return (0..<prefixBytes).allSatisfy { bytes[$0] == Self.mark }
  }
}

/// A matrix in guarded memory, whose rows are `gap` elements further apart than they need.
struct GuardedMatrix {
  let memory: GuardedFloats
  let rows: Int
  let columns: Int
  let stride: Int

  init(rows: Int, columns: Int, gap: Int = 0, filledWith values: (Int) -> Float = { _ in 0 }) {
    self.rows = rows
    self.columns = columns
    stride = columns + gap
    // The last row has no gap behind it.
    memory = GuardedFloats(count: rows == 0 ? 0 : (rows - 1) * (columns + gap) + columns)
    for index in 0..<memory.count { memory.pointer[index] = gapMark }
    for index in 0..<rows * columns { memory.pointer[index / columns * stride + index % columns] = values(index) }
  }

  private let gapMark: Float = 12345.5

  var view: MatrixView { MatrixView(memory.pointer, rows: rows, columns: columns, stride: stride) }
  var mutableView: MutableMatrixView {
    MutableMatrixView(memory.pointer, rows: rows, columns: columns, stride: stride)
  }

  var values: [Float] { (0..<rows * columns).map { memory.pointer[$0 / columns * stride + $0 % columns] } }

  /// Whether nothing was written before the matrix or between its rows.
  var isIntact: Bool {
    memory.isIntact && (0..<memory.count).allSatisfy { $0 % stride < columns || memory.pointer[$0] == gapMark }
  }
}
