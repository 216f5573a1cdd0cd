import DenseCompute

extension Arguments {
  /// Writes `string` with a NUL to the caller's buffer of `capacity` bytes, and its length to `length`.
  /// A NULL buffer with capacity 0 asks for the length alone.
  static func write(
    _ string: String, to text: TextBuffer?, capacity: Int64, length: Out<Int64>?
  ) throws(DenseError) {
    let length = try required(length, "length")
    let capacity = try integer(capacity, "capacity", in: 0...Int64.max)
    guard text != nil || capacity == 0 else {
      throw DenseError(.nullArgument, "text: expected a pointer to \(capacity) bytes, received NULL")
    }
    let bytes = string.utf8CString
    length.pointee = Int64(bytes.count - 1)
    guard let text else { return }
    guard capacity >= bytes.count else {
      throw DenseError(.shapeMismatch, "capacity: expected at least \(bytes.count) bytes, received \(capacity)")
    }
    bytes.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { text.update(from: base, count: source.count) }
    }
  }
}
