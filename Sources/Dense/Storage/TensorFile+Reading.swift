public import DenseCompute

extension TensorFile {
  /// Reads a whole file.
  /// - Parameters:
  ///   - path: a regular file, or a symbolic link to one.
  ///   - allowsNonFinite: whether NaN and infinite values are accepted; no trained network has them.
  /// - Throws: `inputOutput` where the file cannot be read, `fileFormat` with the fault and its place where it is no
  ///   safetensors file of float32 tensors or its checksum, where it has one, is not that of its contents, `nonFinite`
  ///   naming the tensor, `outOfMemory`.
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
    var sum: Checksum?
    if header.checksum != nil {
      sum = Checksum(metadata: header.metadata, tensors: header.tensors.map { ($0.name, $0.shape) })
    }
    var nonFinite: Int?
    for range in pieces(of: header.count) {
      let piece = UnsafeMutableBufferPointer(start: values.pointer + range.lowerBound, count: range.count)
      try reader.read(into: UnsafeMutableRawBufferPointer(piece))
      sum?.update(UnsafeRawBufferPointer(piece))
      if !allowsNonFinite, nonFinite == nil {
        nonFinite = Vector.firstNonFinite(values.pointer + range.lowerBound, count: range.count)
          .map { $0 + range.lowerBound }
      }
    }
    // First the sum: where it is wrong, values that are not finite are its consequence.
    if let sum { try header.check(sum, what: what) }
    if let nonFinite { throw header.nonFinite(values.pointer[nonFinite], at: nonFinite, what: what) }
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
  fileprivate func check(_ sum: Checksum, what: String) throws(DenseError) {
    guard let checksum, checksum != sum.text else { return }
    throw DenseError(
      .fileFormat,
      "\(what): expected contents of the checksum \(checksum), which the file gives as '\(Checksum.key)', received "
        + "contents of \(sum.text); the file was damaged, or changed by a program that left the entry in place")
  }

  fileprivate func nonFinite(_ value: Float, at index: Int, what: String) -> DenseError {
    let tensor = tensors.first { $0.range.contains(index) }
    return DenseError(
      .nonFinite,
      "\(what): tensor '\(tensor?.name ?? "")': expected finite values, received \(value) "
        + "at index \(index - (tensor?.range.lowerBound ?? 0))")
  }
}
