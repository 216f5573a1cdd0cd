/// A borrowed `PackedMatrix`. It does not own its memory; whoever makes one keeps the memory alive while it is used.
public struct PackedMatrixView {
  public let inner: Int
  public let columns: Int
  let kernels: Kernels
  let pointer: UnsafePointer<Float>
  /// Floats that the packed values take.
  public let floatCount: Int

  /// Whether the values come from memory in each product. Known from the start, so that no product asks the system.
  let streams: Bool
  /// Whether they come from beyond the second-level cache.
  var passesSecondLevel: Bool { CacheSizes.current.passesSecondLevel(floats: floatCount) }
  /// Whether it is known that all values are finite. Then zeros of what they are multiplied by may save time.
  private(set) var isFinite = false

  /// The same factor, having looked whether all values are finite, which they have to stay then. It does not look where
  /// nothing could be saved.
  public func inspected() -> PackedMatrixView {
    guard !Product.needsPacking(columns: columns), floatCount > Self.quicklyRead else { return self }
    var view = self
    view.isFinite =
      kernels.pointee.first_beyond(pointer, floatCount, .greatestFiniteMagnitude) == floatCount
    return view
  }

  /// Floats with which everything is done about as quickly as it is found out what may be left out.
  private static var quicklyRead: Int { 4096 }

  /// The same factor over a copy of its values at `place`, which has room for `floatCount` floats and starts on a cache
  /// line.
  public func copied(to place: UnsafeMutablePointer<Float>) -> PackedMatrixView {
    place.update(from: pointer, count: floatCount)
    return PackedMatrixView(
      inner: inner, columns: columns, kernels: kernels, pointer: place, floatCount: floatCount, streams: streams,
      isFinite: isFinite)
  }
}

extension PackedMatrix {
  /// The matrix for readers. It stays right when the matrix is packed anew, and ends with it.
  public var view: PackedMatrixView {
    PackedMatrixView(
      inner: inner, columns: columns, kernels: kernels, pointer: storage.pointer, floatCount: storage.count,
      streams: CacheSizes.current.streams(bytes: 4 * storage.count))
  }
}
