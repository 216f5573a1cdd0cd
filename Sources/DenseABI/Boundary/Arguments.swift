import DenseCompute

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Checks of what C callers pass. Each gives the Swift form of the argument, or throws with the argument's name, what
/// was expected and what was received.
enum Arguments {
  /// The longest name, setting or path, in bytes.
  static let maximumTextLength = 4096

  /// No process can hold a larger array: user-space addresses have 47 bits or fewer on every supported system.
  private static let maximumBytes = 1 << 47

  /// A size or index in `range`.
  static func integer(_ value: Int64, _ name: String, in range: ClosedRange<Int64>) throws(DenseError) -> Int {
    guard range.contains(value) else {
      let expected =
        range.upperBound == .max ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
      throw DenseError(.invalidArgument, "\(name): expected \(expected), received \(value)")
    }
    return Int(value)
  }

  /// A number of rows, columns or elements: at least 1.
  static func count(_ value: Int64, _ name: String) throws(DenseError) -> Int {
    try integer(value, name, in: 1...Int64.max)
  }

  /// An index of one of `count` things.
  static func index(_ value: Int64, _ name: String, below count: Int) throws(DenseError) -> Int {
    guard value >= 0, value < count else {
      let expected = count == 0 ? "nothing, as there are none" : "0 to \(count - 1)"
      throw DenseError(.invalidArgument, "\(name): expected \(expected), received \(value)")
    }
    return Int(value)
  }

  /// A flag: 0 or 1.
  static func flag(_ value: Int32, _ name: String) throws(DenseError) -> Bool {
    guard value == 0 || value == 1 else {
      throw DenseError(.invalidArgument, "\(name): expected 0 or 1, received \(value)")
    }
    return value == 1
  }

  /// An array of `counts[0] x counts[1] x ...` elements that exists, is aligned and can fit into memory.
  static func array<Element>(
    _ pointer: UnsafePointer<Element>?, _ name: String, counts: [Int]
  ) throws(DenseError) -> UnsafePointer<Element> {
    let pointer = try required(pointer, name)
    let address = UInt(bitPattern: pointer)
    let alignment = MemoryLayout<Element>.alignment
    guard address % UInt(alignment) == 0 else {
      throw DenseError(
        .invalidArgument,
        "\(name): expected an address that is a multiple of \(alignment), received one that ends in \(address % 16)")
    }
    try checkSize(name, counts: counts, stride: MemoryLayout<Element>.stride)
    return pointer
  }

  /// As above, for an array that the library writes.
  static func array<Element>(
    _ pointer: UnsafeMutablePointer<Element>?, _ name: String, counts: [Int]
  ) throws(DenseError) -> UnsafeMutablePointer<Element> {
    UnsafeMutablePointer(mutating: try array(UnsafePointer(pointer), name, counts: counts))
  }

  /// A pointer that must not be NULL.
  static func required<Pointer>(_ pointer: Pointer?, _ name: String) throws(DenseError) -> Pointer {
    guard let pointer else { throw DenseError(.nullArgument, "\(name): expected a pointer, received NULL") }
    return pointer
  }

  /// Text that must be there.
  static func text(_ pointer: Text?, _ name: String) throws(DenseError) -> String {
    let pointer = try required(pointer, name)
    guard strnlen(pointer, maximumTextLength + 1) <= maximumTextLength else {
      throw DenseError(.invalidArgument, "\(name): expected at most \(maximumTextLength) bytes of text, received more")
    }
    guard let text = String(validatingCString: pointer) else {
      throw DenseError(.invalidArgument, "\(name): expected text in UTF-8, received bytes that are none")
    }
    return text
  }

  /// Text that may be NULL.
  static func optionalText(_ pointer: Text?, _ name: String) throws(DenseError) -> String? {
    pointer == nil ? nil : try text(pointer, name)
  }

  private static func checkSize(_ name: String, counts: [Int], stride: Int) throws(DenseError) {
    var bytes = stride
    for count in counts {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: count)
      guard !overflow, product <= maximumBytes else {
        let size = counts.map { "\($0)" }.joined(separator: " x ")
        throw DenseError(.sizeOverflow, "\(name): expected at most \(maximumBytes) bytes, received \(size) elements")
      }
      bytes = product
    }
  }
}
