import DenseCompute

/// A copy of all parameters of a storage, moving statistics included.
final class ParameterSnapshot {
  private let values: AlignedBuffer<Float>

  /// A copy of what `storage` holds now.
  init(_ storage: ParameterStorage) throws(DenseError) {
    values = try AlignedBuffer(count: storage.layout.totalCount)
    take(storage)
  }

  /// Takes what `storage`, the one that the snapshot was made for, holds now.
  func take(_ storage: ParameterStorage) {
    values.pointer.update(from: storage.parameters, count: storage.layout.totalCount)
  }

  /// Gives `storage` back what was taken last.
  func restore(_ storage: ParameterStorage) {
    storage.parameters.update(from: values.pointer, count: storage.layout.totalCount)
    storage.touch()
  }
}
