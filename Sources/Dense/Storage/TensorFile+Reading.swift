public import DenseCompute

extension TensorFile {
  /// Reads a whole file.
  /// - Parameters:
  ///   - path: a regular file, or a symbolic link to one.
  ///   - allowsNonFinite: whether NaN and infinite values are accepted; no trained network has them.
  /// - Throws: `inputOutput` where the file cannot be read, `fileFormat` with the fault and its place where it is no
  ///   safetensors file of float32 tensors, `nonFinite` naming the tensor, `outOfMemory`.
  public static func read(path: String, allowsNonFinite: Bool = false) throws(DenseError) -> TensorFile {
    var file = try FileReader(path)
    return try read(from: &file, what: "'\(path)'", allowsNonFinite: allowsNonFinite)
  }

  /// Reads a file that is in memory already; its bytes are copied. See `read(path:allowsNonFinite:)`.
  public static func read(
    bytes: UnsafeRawBufferPointer, allowsNonFinite: Bool = false
  ) throws(DenseError) -> TensorFile {
    var memory = MemoryReader(bytes)
    return try read(from: &memory, what: "model in memory", allowsNonFinite: allowsNonFinite)
  }

  private static func read<Reader: ByteReader & ~Copyable>(
    from reader: inout Reader, what: String, allowsNonFinite: Bool
  ) throws(DenseError) -> TensorFile {
    let size = reader.size
    guard size >= 8 else {
      throw DenseError(.fileFormat, "\(what): expected at least the 8 bytes of a header's length, received \(size)")
    }
    let prefix = try AlignedBuffer<UInt64>(count: 1)
    try reader.fill(prefix)
    let length = try TensorHeader.length(UInt64(littleEndian: prefix.pointer[0]), fileSize: size, what: what)

    let text = try AlignedBuffer<UInt8>(count: length)
    try reader.fill(text)
    let header = try TensorHeader(
      UnsafeBufferPointer(start: text.pointer, count: length), dataSize: size - 8 - length, what: what)

    let values = try AlignedBuffer<Float>(count: header.count)
    try reader.fill(values)
    if !allowsNonFinite { try header.checkFinite(values.pointer, what: what) }
    return TensorFile(header: header, values: values)
  }
}

/// Bytes that are read from first to last.
protocol ByteReader: ~Copyable {
  /// How many there are in all.
  var size: Int { get }
  /// Fills `buffer` with the bytes that come next.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(DenseError)
}

extension ByteReader where Self: ~Copyable {
  fileprivate mutating func fill<Element>(_ buffer: borrowing AlignedBuffer<Element>) throws(DenseError) {
    let bytes = buffer.count * MemoryLayout<Element>.stride
    try read(into: UnsafeMutableRawBufferPointer(start: buffer.pointer, count: bytes))
  }
}

extension FileReader: ByteReader {}

/// Borrowed bytes in memory.
private struct MemoryReader: ByteReader {
  private let bytes: UnsafeRawBufferPointer
  private var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var size: Int { bytes.count }

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(DenseError) {
    guard buffer.count <= bytes.count - offset else {
      throw DenseError(.inputOutput, "expected \(offset + buffer.count) bytes, received \(bytes.count)")
    }
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + buffer.count]))
    offset += buffer.count
  }
}

extension TensorHeader {
  fileprivate func checkFinite(_ values: UnsafePointer<Float>, what: String) throws(DenseError) {
    guard let index = Vector.firstNonFinite(values, count: count),
      let tensor = tensors.first(where: { $0.range.contains(index) })
    else { return }
    throw DenseError(
      .nonFinite,
      "\(what): tensor '\(tensor.name)': expected finite values, received \(values[index]) "
        + "at index \(index - tensor.range.lowerBound)")
  }
}
