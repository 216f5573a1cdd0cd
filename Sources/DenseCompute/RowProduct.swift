import CDenseKernels
import Synchronization

/// A product with a right factor that stays, for rows that come one by one: all that is the same for each of them stands
/// ready in one place.
///
/// Where many of a row's values are zero and the right factor is known to be finite, only what the others are multiplied by
/// is read. The bits of results are the same.
public struct RowProduct: ~Copyable {
  /// First, for `run`.
  private let product: dk_row_product
  fileprivate let kernels: Kernels
  fileprivate let staysOnThread: Bool
  fileprivate let streams: Bool
  /// Whether rows may be worked on in pieces.
  fileprivate let isLarge: Bool
  /// Whether the next row takes its pieces in descending order.
  fileprivate let goesBackwards = Atomic<Bool>(false)

  /// activation((row . right + bias) * scale + shift), as in `Product`. It borrows all memory; the right factor's
  /// values stay what they are.
  /// - Parameter staysOnThread: whether even a large product is left to the caller's thread.
  public init(
    _ right: PackedMatrixView, bias: UnsafePointer<Float>?, scaling: ColumnScaling?, activation: ActivationKernel,
    staysOnThread: Bool
  ) {
    kernels = right.kernels
    self.staysOnThread = staysOnThread
    product = dk_row_product(
      run: right.isFinite ? kernels.pointee.multiply_row_skipping : kernels.pointee.multiply_row, inner: right.inner,
      columns: right.columns, right: right.pointer, bias: bias, scale: scaling?.scale, shift: scaling?.shift,
      activation: activation.code, parameter: activation.parameter, looks_ahead: 0)
    streams = right.streams
    isLarge = RowPieces.areUseful(right, staysOnThread: staysOnThread)
  }
}

extension UnsafeMutablePointer<RowProduct> {
  /// Computes one row. The product is used where it stands: a copy would cost as much as a small product, because the
  /// kernel would have to wait for it. Any number of threads may do so at once.
  /// - Parameters:
  ///   - row: as many values as the right factor has rows.
  ///   - output: as many as it has columns. Does not overlap `row`.
  public func run(_ row: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>) {
    let product = UnsafeRawPointer(self).assumingMemoryBound(to: dk_row_product.self)
    guard pointee.isLarge else {
      product.pointee.run(product, row, output)
      return
    }
    runInPieces(product, row, into: output)
  }

  private func runInPieces(
    _ product: UnsafePointer<dk_row_product>, _ row: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>
  ) {
    // The zeros are counted once, not for each piece.
    var counted = product.pointee
    let kernels = pointee.kernels.pointee
    let hasManyZeros = kernels.has_many_zeros(row, counted.inner) != 0
    if !hasManyZeros { counted.run = kernels.multiply_row }
    var pieces = RowPieces(
      counted, row: row, hasManyZeros: hasManyZeros, output: output, streams: pointee.streams,
      staysOnThread: pointee.staysOnThread)
    if pieces.takesTurns {
      // Threads that call at once may go the same way, which changes no result.
      pieces.goesBackwards = pointee.goesBackwards.load(ordering: .relaxed)
      pointee.goesBackwards.store(!pieces.goesBackwards, ordering: .relaxed)
    }
    pieces.run()
    if counted.activation == DK_SOFTMAX {
      kernels.activate(
        DK_SOFTMAX, counted.parameter, 1, counted.columns, output, counted.columns, output, counted.columns)
    }
  }
}
