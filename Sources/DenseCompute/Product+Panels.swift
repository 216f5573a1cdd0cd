import CDenseKernels

/// Products with kernels as they are stored.
extension Product {
  /// Whether `multiply` takes a right factor of so many columns only when it is packed.
  public static func needsPacking(columns: Int) -> Bool { columns <= DK_NARROW_COLUMNS }

  /// output = activation(left . kernel + bias), as `multiply` has it.
  /// - Parameters:
  ///   - left: where rows are selected, they are taken to have many zeros.
  ///   - kernel: of as many columns as `needsPacking` allows.
  ///   - isFinite: whether it is known that all values of the kernel are finite. Then zeros of `left` may save time.
  ///   - staysOnThread: whether even a large product is left to the caller's thread.
  public static func multiply(
    _ left: RowSelection, panels kernel: PanelMatrixView, isFinite: Bool, bias: UnsafePointer<Float>?,
    activation: ActivationKernel, preactivation: MutableMatrixView?, into output: MutableMatrixView,
    staysOnThread: Bool = false
  ) {
    multiply(
      left, panels: kernel, isFinite: isFinite, bias: bias, activation: activation, preactivation: preactivation,
      into: output, staysOnThread: staysOnThread, kernels: InstructionSet.kernels)
  }

  package static func multiply(
    _ left: RowSelection, panels kernel: PanelMatrixView, isFinite: Bool, bias: UnsafePointer<Float>?,
    activation: ActivationKernel, preactivation: MutableMatrixView?, into output: MutableMatrixView,
    staysOnThread: Bool = false, kernels: Kernels
  ) {
    let sums = preactivation ?? output
    var product = dk_product(
      rows: left.rows, columns: kernel.columns, inner: kernel.rows, left: left.pointer, left_stride: left.stride,
      left_rows: left.positions, right: kernel.pointer, right_streams: kernel.passesSecondLevel ? 1 : 0,
      columns_after: 0, right_is_finite: isFinite ? 1 : 0, block_floats: CacheSizes.current.blockFloats, bias: bias,
      scale: nil, shift: nil, sums: sums.pointer, sums_stride: sums.stride, output: output.pointer,
      output_stride: output.stride, activation: activation.code, parameter: activation.parameter)
    let threads = ThreadPool.threadCount
    guard threads > 1, !staysOnThread, kernel.shape.isWorthSharing(rows: left.rows, threads: threads) else {
      kernels.pointee.multiply_panels(&product)
      return
    }
    let shares = PanelShares(kernel.shape, threads: threads)
    if let split = rowSplit(left.rows, kernel.shape, threads: threads, kernels: kernels) {
      ThreadPool.run(PanelRows(product: product, split: split, kernels: kernels), tasks: split.pieces)
    } else if product.activation != DK_SOFTMAX {
      ThreadPool.run(PanelColumns(product: product, shares: shares, kernels: kernels), tasks: shares.count)
    } else {
      // A softmax needs whole rows.
      (product.activation, product.output, product.output_stride) = (DK_LINEAR, product.sums, product.sums_stride)
      ThreadPool.run(PanelColumns(product: product, shares: shares, kernels: kernels), tasks: shares.count)
      kernels.pointee.activate(
        activation.code, activation.parameter, product.rows, product.columns, product.sums, product.sums_stride,
        output.pointer, output.stride)
    }
  }

  /// The rows for threads to share; none where they share the columns.
  private static func rowSplit(_ rows: Int, _ kernel: PanelShape, threads: Int, kernels: Kernels) -> WorkSplit? {
    guard kernel.isSharedByRows(rows, threads: threads) else { return nil }
    let pieces = max(1, min(4, rows / threads / rowsOfPiece))
    return WorkSplit(rows, unit: kernels.pointee.tile_rows, pieces: pieces * threads)
  }

  /// Rows of a piece from which on several for each thread cost little, though each reads the whole kernel.
  private static var rowsOfPiece: Int { 128 }

  /// Whether so many terms of a product with these left rows are zero that it pays to leave them out, as far as the first
  /// few rows show.
  public static func isWorthSkipping(_ left: RowSelection) -> Bool {
    let none = UnsafeMutablePointer(mutating: left.pointer)
    var product = dk_product(
      rows: left.rows, columns: 0, inner: left.columns, left: left.pointer, left_stride: left.stride,
      left_rows: left.positions, right: left.pointer, right_streams: 0, columns_after: 0, right_is_finite: 1,
      block_floats: 0, bias: nil, scale: nil, shift: nil, sums: none, sums_stride: 0, output: none, output_stride: 0,
      activation: DK_LINEAR, parameter: 0)
    return InstructionSet.kernels.pointee.is_worth_skipping(&product) != 0
  }

  /// output = (left . kernel^T) * phi'(z), which has as many columns as `needsPacking` allows.
  /// - Parameters:
  ///   - derivative: phi'(z), rows x `kernel.rows`; none means 1.
  ///   - staysOnThread: whether even a large product is left to the caller's thread.
  public static func multiplyTransposed(
    _ left: MatrixView, panels kernel: PanelMatrixView, derivative: ActivationDerivative?,
    into output: MutableMatrixView, staysOnThread: Bool = false
  ) {
    multiplyTransposed(
      left, panels: kernel, derivative: derivative, into: output, staysOnThread: staysOnThread,
      kernels: InstructionSet.kernels)
  }

  package static func multiplyTransposed(
    _ left: MatrixView, panels kernel: PanelMatrixView, derivative: ActivationDerivative?,
    into output: MutableMatrixView, staysOnThread: Bool = false, kernels: Kernels
  ) {
    let product = dk_product(
      rows: left.rows, columns: kernel.rows, inner: kernel.columns, left: left.pointer, left_stride: left.stride,
      left_rows: nil, right: kernel.pointer, right_streams: kernel.passesSecondLevel ? 1 : 0, columns_after: 0,
      right_is_finite: 0, block_floats: 0, bias: nil, scale: nil, shift: nil,
      sums: output.pointer, sums_stride: output.stride, output: output.pointer, output_stride: output.stride,
      activation: DK_LINEAR, parameter: 0)
    let threads = ThreadPool.threadCount
    let isShared = threads > 1 && !staysOnThread && kernel.shape.isWorthSharing(rows: left.rows, threads: threads)
    let rowSplit = isShared ? rowSplit(left.rows, kernel.shape, threads: threads, kernels: kernels) : nil
    let split =
      rowSplit
      ?? WorkSplit(product.columns, unit: kernels.pointee.tile_columns, pieces: isShared ? 4 * threads : 1)
    ThreadPool.run(
      PanelTransposed(
        product: product, derivative: derivative, output: output, split: split, splitsRows: rowSplit != nil,
        kernels: kernels),
      tasks: split.pieces)
  }
}

private struct PanelRows: SharedWork {
  let product: dk_product
  let split: WorkSplit
  let kernels: Kernels

  func run(_ task: Int) {
    var piece = Product.rows(split[task], of: product)
    kernels.pointee.multiply_panels(&piece)
  }
}

private struct PanelColumns: SharedWork {
  let product: dk_product
  let shares: PanelShares
  let kernels: Kernels

  func run(_ task: Int) {
    let panels = shares.panels(task)
    guard !panels.isEmpty else { return }
    var piece = Product.columns(shares.shape.columns(of: panels), of: product, columnStep: product.inner)
    piece.columns_after = shares.shape.columns(of: shares.panelsAfter(task)).count
    kernels.pointee.multiply_panels(&piece)
  }
}

private struct PanelTransposed: SharedWork {
  let product: dk_product
  let derivative: ActivationDerivative?
  let output: MutableMatrixView
  /// Of the rows, or of the columns.
  let split: WorkSplit
  let splitsRows: Bool
  let kernels: Kernels

  func run(_ task: Int) {
    let rows = splitsRows ? split[task] : 0..<product.rows
    let columns = splitsRows ? 0..<product.columns : split[task]
    // Every piece reads the kernel from its start.
    var piece = Product.columns(columns, of: Product.rows(rows, of: product), columnStep: 0)
    kernels.pointee.multiply_panels_transposed(&piece, columns.lowerBound, product.columns)
    derivative?.multiply(output, rows: rows, columns: columns, kernels: kernels)
  }
}
