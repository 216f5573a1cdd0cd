import CDenseKernels

/// A product with a right factor that stays, for rows that come one by one: all that is the same for each of them stands
/// ready in one place.
///
/// Where many of a row's values are zero and the right factor is finite, only what the others are multiplied by is read.
/// The bits of results are the same.
public struct RowProduct {
  private let product: dk_row_product

  /// activation((row . right + bias) * scale + shift), as in `Product`. It borrows all memory; the right factor's
  /// values stay what they are.
  public init(
    _ right: PackedMatrixView, bias: UnsafePointer<Float>?, scaling: ColumnScaling?, activation: ActivationKernel
  ) {
    let kernels = right.kernels.pointee
    let skips =
      !Product.needsPacking(columns: right.columns) && right.floatCount > Self.quicklyRead
      && kernels.first_beyond(right.pointer, right.floatCount, .greatestFiniteMagnitude) == right.floatCount
    product = dk_row_product(
      run: skips ? kernels.multiply_row_skipping : kernels.multiply_row, inner: right.inner, columns: right.columns,
      right: right.pointer, bias: bias, scale: scaling?.scale, shift: scaling?.shift, activation: activation.code,
      parameter: activation.parameter)
  }

  /// Floats that are read about as quickly as it is found out which of them need not be.
  private static var quicklyRead: Int { 4096 }
}

extension UnsafeMutablePointer<RowProduct> {
  /// Computes one row on the caller's thread. The product is used where it stands: a copy would cost as much as a small
  /// product, because the kernel would have to wait for it.
  /// - Parameters:
  ///   - row: as many values as the right factor has rows.
  ///   - output: as many as it has columns. Does not overlap `row`.
  public func run(_ row: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>) {
    UnsafeRawPointer(self).assumingMemoryBound(to: dk_row_product.self).run(row, output)
  }
}

extension UnsafePointer<dk_row_product> {
  fileprivate func run(_ row: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>) {
    pointee.run(self, row, output)
  }
}
