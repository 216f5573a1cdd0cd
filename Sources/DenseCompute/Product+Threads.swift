import CDenseKernels

/// How products are shared between threads: by pieces of the result, so that no sum is cut.
extension Product {
  /// Pieces have whole multiples of so many rows: a tile of these is no slower than one of more.
  private static var rowUnit: Int { 4 }

  /// Multiplications that take as long as this product: one with few rows waits for the right factor to be read.
  static func work(rows: Int, inner: Int, columns: Int) -> Double {
    Double(max(rows, 4)) * Double(inner) * Double(columns)
  }

  private static func work(_ product: dk_product) -> Double {
    work(rows: product.rows, inner: product.inner, columns: product.columns)
  }

  /// Whether products of this shape are ever shared between threads, where there are several.
  static func mayBeWorthSharing(rows: Int, inner: Int, columns: Int) -> Bool {
    ThreadPool.mayBeWorthSharing(work(rows: rows, inner: inner, columns: columns))
  }

  static func multiply(_ product: dk_product, kernels: Kernels) {
    let threads = ThreadPool.threadCount
    let work = work(product)
    guard threads > 1, ThreadPool.isWorthSharing(work) else {
      withUnsafePointer(to: product) { kernels.pointee.multiply($0) }
      if threads > 1 { ThreadPool.noteWork(work) }
      return
    }
    let (tileRows, tileColumns) = (kernels.pointee.tile_rows, kernels.pointee.tile_columns)
    let pieces = ThreadPool.pieces(work, threads: threads)
    let hasManyRows =
      product.rows >= 4 * threads * tileRows && product.inner * product.columns <= product.block_floats
    if !hasManyRows && product.columns >= threads * tileColumns {
      let split = WorkSplit(product.columns, unit: tileColumns, pieces: pieces)
      multiplyByColumns(ColumnPieces(product: product, split: split, threads: threads, kernels: kernels))
    } else {
      multiplyByRows(product, WorkSplit(product.rows, unit: rowUnit, pieces: pieces), kernels)
    }
  }

  private static func multiplyByRows(_ product: dk_product, _ split: WorkSplit, _ kernels: Kernels) {
    ThreadPool.run(RowPieces(product: product, split: split, kernels: kernels), tasks: split.pieces)
  }

  private struct RowPieces: SharedWork {
    let product: dk_product
    let split: WorkSplit
    let kernels: Kernels

    func run(_ task: Int) {
      var piece = Product.rows(split[task], of: product)
      kernels.pointee.multiply(&piece)
    }
  }

  /// The part of some rows.
  static func rows(_ rows: Range<Int>, of product: dk_product) -> dk_product {
    var piece = product
    piece.rows = rows.count
    if let selected = product.left_rows {
      piece.left_rows = selected + rows.lowerBound
    } else {
      piece.left += rows.lowerBound * product.left_stride
    }
    piece.sums += rows.lowerBound * product.sums_stride
    piece.output += rows.lowerBound * product.output_stride
    return piece
  }

  /// The part of some columns.
  /// - Parameter columnStep: the distance between neighbouring columns of the right factor.
  static func columns(_ columns: Range<Int>, of product: dk_product, columnStep: Int) -> dk_product {
    var piece = product
    piece.columns = columns.count
    piece.right += columns.lowerBound * columnStep
    piece.bias = product.bias.map { $0 + columns.lowerBound }
    piece.scale = product.scale.map { $0 + columns.lowerBound }
    piece.shift = product.shift.map { $0 + columns.lowerBound }
    piece.sums += columns.lowerBound
    piece.output += columns.lowerBound
    return piece
  }

  private static func multiplyByColumns(_ pieces: ColumnPieces) {
    let product = pieces.product
    guard product.activation == DK_SOFTMAX else {
      ThreadPool.run(pieces, tasks: pieces.split.pieces)
      return
    }
    // A softmax needs whole rows.
    var sums = pieces
    (sums.product.activation, sums.product.output, sums.product.output_stride) = (
      DK_LINEAR, product.sums, product.sums_stride
    )
    ThreadPool.run(sums, tasks: pieces.split.pieces)
    pieces.kernels.pointee.activate(
      product.activation, product.parameter, product.rows, product.columns, product.sums, product.sums_stride,
      product.output, product.output_stride)
  }

  /// The pieces are whole panels of the right factor. As the last one takes what is left over, none is as narrow as the
  /// products that are summed in lanes.
  private struct ColumnPieces: SharedWork {
    var product: dk_product
    let split: WorkSplit
    let threads: Int
    let kernels: Kernels

    func run(_ task: Int) {
      var piece = Product.columns(split[task], of: product, columnStep: product.inner)
      if let next = ThreadPool.successor(of: task, of: split.pieces, shares: threads) {
        piece.columns_after = split[next].count
      }
      kernels.pointee.multiply(&piece)
    }
  }
}
