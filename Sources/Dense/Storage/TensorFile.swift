public import DenseCompute

/// The content of a safetensors file of float32 arrays: named tensors and named texts.
///
/// The file is eight bytes with the length of a JSON header, the header, and the arrays one after the other, row-major
/// and little-endian. It is data alone: no code, no paths, nothing to run. A file that is torn or hostile gives an
/// error that names the fault; its declared sizes are checked against the file's before memory is taken for them.
/// Files that `write` wrote carry a checksum, the metadata entry `dense_xxh64` (see `Checksum`). Reading compares it;
/// a file without it, of another program or an earlier version, is read as it is.
/// Any number of threads may read one value at the same time.
public final class TensorFile: Sendable {
  /// One named array.
  public struct Tensor: Sendable, Equatable {
    /// The name, which no other tensor of the file has.
    public let name: String
    /// Its extents, the slowest first; empty for a single number.
    public let shape: [Int]
    /// Where its values stand among those of all tensors.
    let range: Range<Int>
  }

  /// Texts by name, from the header's `__metadata__`, without the checksum.
  public let metadata: [String: String]
  /// The tensors in the order of their values, which in files of this library is that of their names.
  public let tensors: [Tensor]
  private let storage: ReadOnlyFloats

  init(header: TensorHeader, values: consuming AlignedBuffer<Float>) {
    metadata = header.metadata
    tensors = header.tensors
    storage = ReadOnlyFloats(values)
  }

  /// The tensor called `name`. Throws `fileFormat` where there is none.
  public func tensor(_ name: String) throws(DenseError) -> Tensor {
    guard let tensor = tensors.first(where: { $0.name == name }) else {
      throw DenseError(.fileFormat, "expected a tensor '\(name)', which the file does not have")
    }
    return tensor
  }

  /// Calls `body` with the values of the tensor called `name`, which must have the extents `shape`; throws
  /// `fileFormat` where not. The values are valid during the call only.
  public func withValues<Result>(
    _ name: String, shape: [Int], _ body: (UnsafeBufferPointer<Float>) throws(DenseError) -> Result
  ) throws(DenseError) -> Result {
    let tensor = try tensor(name)
    guard tensor.shape == shape else {
      throw DenseError(.fileFormat, "tensor '\(name)': expected the shape \(shape), received \(tensor.shape)")
    }
    // The file owns the values, so it must not end before the call does.
    return try withExtendedLifetime(self) { () throws(DenseError) in
      try body(UnsafeBufferPointer(rebasing: storage.values[tensor.range]))
    }
  }
}

/// Floats that nobody writes any more once they are here, so that threads may share them.
private final class ReadOnlyFloats: @unchecked Sendable {
  private let buffer: AlignedBuffer<Float>

  init(_ buffer: consuming AlignedBuffer<Float>) { self.buffer = buffer }

  var values: UnsafeBufferPointer<Float> { UnsafeBufferPointer(start: buffer.pointer, count: buffer.count) }
}
