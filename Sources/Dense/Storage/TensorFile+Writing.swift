public import DenseCompute

extension TensorFile {
  /// An array to be written. It borrows its values.
  public struct Source {
    /// The name, which no other tensor of the file may have.
    public let name: String
    /// The extents, the slowest first; empty for a single number.
    public let shape: [Int]
    /// The values, row-major where `panels` does not say otherwise; borrowed.
    let values: UnsafeBufferPointer<Float>
    private(set) var panels: PanelShape?

    /// - Parameter values: as many as the product of `shape`, row-major; they must live until the file is written.
    public init(name: String, shape: [Int], values: UnsafeBufferPointer<Float>) {
      self.name = name
      self.shape = shape
      self.values = values
    }

    /// - Parameter panels: as many values as the product of `shape`; they must live until the file is written.
    init(name: String, shape: [Int], panels: PanelMatrixView) {
      self.init(
        name: name, shape: shape, values: UnsafeBufferPointer(start: panels.pointer, count: panels.shape.count))
      if !panels.shape.isRowMajor { self.panels = panels.shape }
    }
  }

  /// Writes a safetensors file, whole or not at all: a file that stood at `path` before is replaced at the end in one
  /// step, and stays as it was where anything fails. A symbolic link is followed, permissions are kept.
  ///
  /// Equal arguments give equal bytes: tensors and metadata are sorted by name. The data begins at a multiple of
  /// 64 bytes. The file carries a checksum of its contents, the metadata entry `dense_xxh64`.
  /// - Throws: `invalidArgument` for a name that occurs twice or is reserved, `shapeMismatch` where a shape does not
  ///   fit its values, `sizeOverflow`, and `inputOutput` with path, offset and the system's reason.
  public static func write(path: String, metadata: [String: String], tensors: [Source]) throws(DenseError) {
    guard metadata[Checksum.key] == nil else {
      throw DenseError(.invalidArgument, "expected metadata without the reserved name '\(Checksum.key)'")
    }
    let sorted = tensors.sorted { precedes($0.name, $1.name) }
    func header(_ sum: String) throws(DenseError) -> [UInt8] {
      try Self.header(metadata: metadata.merging([Checksum.key: sum]) { $1 }, tensors: sorted)
    }
    // The sum stands before the data, and is known after it.
    let provisional = try header(Checksum.placeholder)
    let size = sorted.reduce(provisional.count) { $0 + 4 * $1.values.count }
    var file = try AtomicFile(replacing: path, size: size)
    try file.writeAll(provisional)
    var sum = Checksum(metadata: metadata, tensors: sorted.map { ($0.name, $0.shape) })
    for tensor in sorted { try file.write(tensor, sum: &sum) }
    try file.rewind()
    try file.writeAll(try header(sum.text))
    try file.commit()
  }

  /// The length and the padded text of the header.
  private static func header(metadata: [String: String], tensors: [Source]) throws(DenseError) -> [UInt8] {
    let entries = metadata.sorted { precedes($0.key, $1.key) }
    var members = [JSON.Member("__metadata__", .object(entries.map { JSON.Member($0.key, .text($0.value)) }))]
    var offset = 0
    var names: Set<String> = ["__metadata__"]
    for tensor in tensors {
      guard names.insert(tensor.name).inserted else {
        throw DenseError(.invalidArgument, "expected tensor names that differ, received '\(tensor.name)' again")
      }
      let bytes = try byteCount(tensor)
      let (end, overflow) = offset.addingReportingOverflow(bytes)
      guard !overflow, end <= 1 << 53 else {
        throw DenseError(.sizeOverflow, "expected at most 2^53 bytes of tensors, received more at '\(tensor.name)'")
      }
      members.append(
        JSON.Member(
          tensor.name,
          .object([
            JSON.Member("dtype", .text("F32")),
            JSON.Member("shape", .array(tensor.shape.map { .number(Double($0)) })),
            JSON.Member("data_offsets", .array([.number(Double(offset)), .number(Double(end))])),
          ])))
      offset = end
    }
    var text = Array(JSON.object(members).encoded.utf8)
    while (8 + text.count) % 64 != 0 { text.append(UInt8(ascii: " ")) }
    guard text.count <= TensorHeader.maximumLength else {
      throw DenseError(
        .sizeOverflow, "expected a header of at most \(TensorHeader.maximumLength) bytes, received \(text.count)")
    }
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
  }

  private static func byteCount(_ tensor: Source) throws(DenseError) -> Int {
    var count = 1
    for extent in tensor.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, extent <= 1 << 53, !overflow else {
        throw DenseError(.sizeOverflow, "tensor '\(tensor.name)': expected a possible shape, received \(tensor.shape)")
      }
      count = product
    }
    guard count == tensor.values.count else {
      throw DenseError(
        .shapeMismatch,
        "tensor '\(tensor.name)': expected \(count) values for the shape \(tensor.shape), "
          + "received \(tensor.values.count)")
    }
    return 4 * count
  }
}

extension AtomicFile {
  /// Writes the values row-major and takes them into `sum`.
  fileprivate mutating func write(_ tensor: TensorFile.Source, sum: inout Checksum) throws(DenseError) {
    guard let shape = tensor.panels, let start = tensor.values.baseAddress else {
      for range in pieces(of: tensor.values.count) {
        try write(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: tensor.values[range])), sum: &sum)
      }
      return
    }
    let rowsAtOnce = max(1, min(shape.rows, pieceCount / shape.columns))
    let rows = try AlignedBuffer<Float>(count: rowsAtOnce * shape.columns)
    for first in stride(from: 0, to: shape.rows, by: rowsAtOnce) {
      let range = first..<min(first + rowsAtOnce, shape.rows)
      shape.unpack(start, rows: range, into: rows.pointer)
      let values = UnsafeBufferPointer(start: rows.pointer, count: range.count * shape.columns)
      try write(UnsafeRawBufferPointer(values), sum: &sum)
    }
  }

  private mutating func write(_ data: UnsafeRawBufferPointer, sum: inout Checksum) throws(DenseError) {
    sum.update(data)
    try write(data)
  }

  fileprivate mutating func writeAll(_ bytes: [UInt8]) throws(DenseError) {
    let result = bytes.withUnsafeBytes { bytes in
      // `withUnsafeBytes` cannot rethrow a typed error.
      Result { () throws(DenseError) in try write(bytes) }
    }
    try result.get()
  }
}
