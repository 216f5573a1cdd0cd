import CDenseKernels

/// How the right factor of a product lies in memory.
struct UnpackedFactor {
  let stride: Int
  /// Whether its rows are the product's columns.
  let transposes: Bool

  /// The distance between neighbouring columns of the product.
  var columnStep: Int { transposes ? stride : 1 }
}

/// How products with an unpacked factor are shared between threads.
extension Product {
  /// Rows for which packing the whole factor once more is a small part of the work.
  private static var rowsWorthPacking: Int { 48 }

  static func multiply(_ product: dk_product, unpacked factor: UnpackedFactor, kernels: Kernels) {
    let threads = ThreadPool.threadCount
    guard threads > 1, isWorthSharing(product) else {
      withUnsafePointer(to: product) { run($0, factor, kernels) }
      return
    }
    let unit = kernels.pointee.tile_columns
    if product.columns < threads * unit && product.rows >= threads * rowsWorthPacking {
      let split = WorkSplit(product.rows, unit: kernels.pointee.tile_rows, pieces: product.rows / rowsWorthPacking)
      ThreadPool.run(
        UnpackedRows(product: product, factor: factor, split: split, kernels: kernels), tasks: split.pieces)
      return
    }
    let split = WorkSplit(product.columns, unit: unit, pieces: 4 * threads)
    guard product.activation == DK_SOFTMAX else {
      ThreadPool.run(
        UnpackedColumns(product: product, factor: factor, split: split, kernels: kernels), tasks: split.pieces)
      return
    }
    // A softmax needs whole rows.
    var sums = product
    (sums.activation, sums.output, sums.output_stride) = (DK_LINEAR, product.sums, product.sums_stride)
    ThreadPool.run(
      UnpackedColumns(product: sums, factor: factor, split: split, kernels: kernels), tasks: split.pieces)
    kernels.pointee.activate(
      product.activation, product.parameter, product.rows, product.columns, product.sums, product.sums_stride,
      product.output, product.output_stride)
  }

  fileprivate static func run(_ product: UnsafePointer<dk_product>, _ factor: UnpackedFactor, _ kernels: Kernels) {
    kernels.pointee.multiply_unpacked(product, factor.stride, factor.transposes ? 1 : 0)
  }
}

private struct UnpackedRows: SharedWork {
  let product: dk_product
  let factor: UnpackedFactor
  let split: WorkSplit
  let kernels: Kernels

  func run(_ task: Int) {
    var piece = Product.rows(split[task], of: product)
    Product.run(&piece, factor, kernels)
  }
}

/// As the last piece takes what is left over, none is as narrow as the products that are summed in lanes.
private struct UnpackedColumns: SharedWork {
  let product: dk_product
  let factor: UnpackedFactor
  let split: WorkSplit
  let kernels: Kernels

  func run(_ task: Int) {
    var piece = Product.columns(split[task], of: product, columnStep: factor.columnStep)
    Product.run(&piece, factor, kernels)
  }
}
