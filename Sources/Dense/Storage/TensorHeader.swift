import DenseCompute

/// The checked header of a safetensors file.
struct TensorHeader {
  /// The longest header that the format permits.
  static let maximumLength = 100_000_000

  /// Without the checksum.
  let metadata: [String: String]
  /// The checksum that the file gives, where it does.
  let checksum: String?
  /// In the order of their values, without a gap between them.
  let tensors: [TensorFile.Tensor]
  /// Floats behind the header.
  let count: Int

  /// The header's length as the first eight bytes of a file of `fileSize` bytes declare it.
  static func length(_ prefix: UInt64, fileSize: Int, what: String) throws(DenseError) -> Int {
    guard prefix <= UInt64(maximumLength) else {
      throw DenseError(
        .fileFormat, "\(what): byte 0: expected a header of at most \(maximumLength) bytes, received \(prefix)")
    }
    let length = Int(prefix)
    guard length <= fileSize - 8 else {
      throw DenseError(
        .fileFormat,
        "\(what): byte 0: expected a header that ends within the file's \(fileSize) bytes, received one of \(length)")
    }
    return length
  }

  /// Reads and checks the header's text, where `dataSize` bytes follow it. Throws `fileFormat` with what is wrong.
  init(_ text: UnsafeBufferPointer<UInt8>, dataSize: Int, what: String) throws(DenseError) {
    guard text.first == UInt8(ascii: "{") else {
      throw DenseError(.fileFormat, "\(what): byte 8: expected '{' at the header's start; not a safetensors file")
    }
    let root = try JSONParser.parse(text, what: "\(what): header")
    var metadata: [String: String] = [:]
    var tensors: [TensorFile.Tensor] = []
    for member in try root.members("\(what): header") {
      if member.name == "__metadata__" {
        for entry in try member.value.members("\(what): __metadata__") {
          metadata[entry.name] = try entry.value.text("\(what): __metadata__ '\(entry.name)'")
        }
      } else {
        tensors.append(try Self.tensor(member, what: "\(what): tensor '\(member.name)'"))
      }
    }
    // Empty tensors share their start with the one behind them.
    tensors.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
    var end = 0
    for tensor in tensors {
      guard tensor.range.lowerBound == end else {
        throw DenseError(
          .fileFormat,
          "\(what): tensor '\(tensor.name)': expected its data to begin at offset \(4 * end), where the data before "
            + "it ends, received \(4 * tensor.range.lowerBound)")
      }
      end = tensor.range.upperBound
    }
    guard 4 * end == dataSize else {
      throw DenseError(
        .fileFormat,
        "\(what): expected \(4 * end) bytes of data behind the header, as its tensors take, received \(dataSize)")
    }
    checksum = metadata.removeValue(forKey: Checksum.key)
    self.metadata = metadata
    self.tensors = tensors
    count = end
  }

  private static func tensor(_ member: JSON.Member, what: String) throws(DenseError) -> TensorFile.Tensor {
    for entry in try member.value.members(what) where !["dtype", "shape", "data_offsets"].contains(entry.name) {
      throw DenseError(.fileFormat, "\(what): expected dtype, shape and data_offsets, received '\(entry.name)'")
    }
    let type = try member.value.member("dtype", of: what).text("\(what): dtype")
    guard type == "F32" else {
      throw DenseError(.fileFormat, "\(what): expected the dtype F32, received '\(type)'")
    }
    var shape: [Int] = []
    var count = 1
    for extent in try member.value.member("shape", of: what).elements("\(what): shape") {
      shape.append(try extent.count("\(what): shape"))
      let (product, overflow) = count.multipliedReportingOverflow(by: shape[shape.count - 1])
      guard !overflow else {
        throw DenseError(.fileFormat, "\(what): expected a shape whose product fits in 63 bits, received \(shape)")
      }
      count = product
    }
    let offsets = try member.value.member("data_offsets", of: what).elements("\(what): data_offsets")
    guard offsets.count == 2 else {
      throw DenseError(.fileFormat, "\(what): expected 2 data_offsets, received \(offsets.count)")
    }
    let begin = try offsets[0].count("\(what): data_offsets")
    let end = try offsets[1].count("\(what): data_offsets")
    // Both are at most 2^53, so their difference is exact and the quotients below are too.
    guard begin <= end, begin % 4 == 0, end % 4 == 0, (end - begin) / 4 == count else {
      throw DenseError(
        .fileFormat,
        "\(what): expected data_offsets that span the \(count) float32 values of the shape \(shape), "
          + "received [\(begin), \(end)]")
    }
    return TensorFile.Tensor(name: member.name, shape: shape, range: begin / 4..<end / 4)
  }
}
