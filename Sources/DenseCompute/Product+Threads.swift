import CDenseKernels

/// How products are shared between threads: by pieces of the result, so that no sum is cut.
extension Product {
  /// Multiplications from which on sharing is faster than computing alone, when the pool's threads have to be woken.
  private static var worthSharing: Double { 2_000_000 }
  /// Floats of a right factor that stay in a core's second-level cache while all rows pass by.
  private static var cachedFloats: Int { 128 * 1024 }

  /// Multiplications that take as long as this product: one with few rows waits for the right factor to be read.
  private static func work(rows: Int, inner: Int, columns: Int) -> Double {
    Double(max(rows, 4)) * Double(inner) * Double(columns)
  }

  static func multiply(_ product: dk_product, kernels: Kernels, staysOnThread: Bool = false) {
    let threads = staysOnThread ? 1 : ThreadPool.threadCount
    let work = work(rows: product.rows, inner: product.inner, columns: product.columns)
    guard threads > 1, work >= worthSharing else {
      withUnsafePointer(to: product) { kernels.pointee.multiply($0) }
      return
    }
    let (tileRows, tileColumns) = (kernels.pointee.tile_rows, kernels.pointee.tile_columns)
    let pieces = Int(min(Double(4 * threads), 2 * work / worthSharing))
    let hasManyRows = product.rows >= 4 * threads * tileRows && product.inner * product.columns <= cachedFloats
    if !hasManyRows && product.columns >= threads * tileColumns {
      multiplyByColumns(product, WorkSplit(product.columns, unit: tileColumns, pieces: pieces), kernels)
    } else {
      multiplyByRows(product, WorkSplit(product.rows, unit: tileRows, pieces: pieces), kernels)
    }
  }

  private static func multiplyByRows(_ product: dk_product, _ split: WorkSplit, _ kernels: Kernels) {
    ThreadPool.run(tasks: split.pieces) { task in
      let rows = split[task]
      var piece = product
      piece.rows = rows.count
      piece.left += rows.lowerBound * product.left_stride
      piece.sums += rows.lowerBound * product.sums_stride
      piece.output += rows.lowerBound * product.output_stride
      kernels.pointee.multiply(&piece)
    }
  }

  /// The pieces are whole panels of the right factor. As the last one takes what is left over, none is as narrow as the
  /// products that are summed in lanes.
  private static func multiplyByColumns(_ product: dk_product, _ split: WorkSplit, _ kernels: Kernels) {
    let needsWholeRows = product.activation == DK_SOFTMAX
    ThreadPool.run(tasks: split.pieces) { task in
      let columns = split[task]
      var piece = product
      piece.columns = columns.count
      piece.right += columns.lowerBound * product.inner
      piece.bias = product.bias.map { $0 + columns.lowerBound }
      piece.sums += columns.lowerBound
      piece.output = needsWholeRows ? piece.sums : product.output + columns.lowerBound
      piece.output_stride = needsWholeRows ? product.sums_stride : product.output_stride
      piece.activation = needsWholeRows ? DK_LINEAR : product.activation
      kernels.pointee.multiply(&piece)
    }
    if needsWholeRows {
      kernels.pointee.activate(
        product.activation, product.parameter, product.rows, product.columns, product.sums, product.sums_stride,
        product.output, product.output_stride)
    }
  }

  static func accumulate(_ product: dk_transposed_product, kernels: Kernels) {
    let threads = ThreadPool.threadCount
    let work = work(rows: product.rows, inner: product.left_columns, columns: product.right_columns)
    guard threads > 1, work >= worthSharing else {
      withUnsafePointer(to: product) { kernels.pointee.accumulate_transposed($0) }
      return
    }
    let (tileRows, tileColumns) = (kernels.pointee.tile_rows, kernels.pointee.tile_columns)
    let pieces = Int(min(Double(4 * threads), 2 * work / worthSharing))
    if product.left_columns >= product.right_columns {
      // Every piece packs the right factor anew, which asks for few of them.
      let split = WorkSplit(product.left_columns, unit: tileRows, pieces: min(pieces, 2 * threads))
      ThreadPool.run(tasks: split.pieces) { task in
        let rows = split[task]
        var piece = product
        piece.left_columns = rows.count
        piece.left += rows.lowerBound
        piece.result += rows.lowerBound * product.result_stride
        kernels.pointee.accumulate_transposed(&piece)
      }
    } else {
      let split = WorkSplit(product.right_columns, unit: tileColumns, pieces: pieces)
      ThreadPool.run(tasks: split.pieces) { task in
        let columns = split[task]
        var piece = product
        piece.right_columns = columns.count
        piece.right += columns.lowerBound
        piece.result += columns.lowerBound
        kernels.pointee.accumulate_transposed(&piece)
      }
    }
  }
}
