import CDenseKernels

/// One row's product with a large right factor, in pieces of whole columns.
struct RowPieces: SharedWork {
  /// Columns of which pieces that take turns are whole multiples: as many sums as keep up with reading.
  private static var turnUnit: Int { 64 }
  /// Columns of which other pieces are: those of panels of every kernel.
  private static var unit: Int { PanelShape.panelColumns }

  /// How many times as fast a row with many zeros is, which are left out.
  private static var zerosSpare: Double { 3 }

  private let product: dk_row_product
  private let row: UnsafePointer<Float>
  private let output: UnsafeMutablePointer<Float>
  private let split: WorkSplit
  /// 1 where the caller's thread does all.
  private let threads: Int
  /// Multiplications of which the stream of works takes note where the caller's thread does all.
  private let workOfOne: Double
  /// Whether rows should take the pieces in ascending and in descending order by turns, so that each begins with what the
  /// one before it read last. It is of no use where a factor stays in the second-level caches, or not even in the last.
  let takesTurns: Bool
  /// Whether each thread takes its pieces in descending order.
  var goesBackwards = false

  /// Whether rows may be worked on in several pieces.
  static func areUseful(_ right: PackedMatrixView, staysOnThread: Bool) -> Bool {
    right.floatCount > CacheSizes.current.rowFloats && right.columns >= 2 * turnUnit && !right.streams
      || !staysOnThread && right.columns >= 2 * unit
        && Product.mayBeWorthSharing(rows: 1, inner: right.inner, columns: right.columns)
  }

  /// - Parameters:
  ///   - hasManyZeros: as the kernels say it.
  ///   - streams: whether the right factor comes from memory in each product.
  ///   - staysOnThread: whether the caller's thread does all.
  init(
    _ product: dk_row_product, row: UnsafePointer<Float>, hasManyZeros: Bool, output: UnsafeMutablePointer<Float>,
    streams: Bool, staysOnThread: Bool
  ) {
    self.product = product
    self.row = row
    self.output = output
    let (inner, columns) = (product.inner, product.columns)
    let count = staysOnThread ? 1 : ThreadPool.threadCount
    let work = Product.work(rows: 1, inner: inner, columns: columns) / (hasManyZeros ? Self.zerosSpare : 1)
    let isShared = count > 1 && ThreadPool.isWorthSharing(work)
    threads = isShared ? count : 1
    workOfOne = count > 1 ? work : 0
    let shared = isShared ? ThreadPool.pieces(work, threads: threads) : 1
    let cached = CacheSizes.current.rowFloats
    takesTurns = !streams && inner * columns > cached * threads
    if takesTurns {
      // Of the same size, a third of what stays. A piece that has left the cache in part leaves it altogether while it is
      // read again, so a larger one stays in one run and not in the next.
      let pieces = max(shared, 3 * inner * columns / cached)
      let units = max(1, columns / Self.turnUnit / pieces)
      split = WorkSplit(columns, unit: units * Self.turnUnit, pieces: .max)
    } else {
      split = WorkSplit(columns, unit: Self.unit, pieces: shared)
    }
  }

  func run() {
    if threads > 1 {
      ThreadPool.run(self, tasks: split.pieces)
    } else {
      for task in 0..<split.pieces { run(task) }
      ThreadPool.noteWork(workOfOne)
    }
  }

  func run(_ task: Int) {
    let columns = split[
      goesBackwards ? ThreadPool.turned(task, of: split.pieces, shares: min(threads, split.pieces)) : task]
    var piece = product
    piece.columns = columns.count
    piece.right += columns.lowerBound * product.inner
    // Lines that a processor fetched by its own foresight were seen not to stay in its second-level cache, for seconds on
    // end; those asked for do. One thread alone does not suffer from it.
    piece.looks_ahead = takesTurns && threads > 1 ? 1 : 0
    piece.bias = product.bias.map { $0 + columns.lowerBound }
    piece.scale = product.scale.map { $0 + columns.lowerBound }
    piece.shift = product.shift.map { $0 + columns.lowerBound }
    // A softmax needs the whole row.
    if piece.activation == DK_SOFTMAX { piece.activation = DK_LINEAR }
    piece.run(&piece, row, output + columns.lowerBound)
  }
}
