import CDenseKernels

/// Products with kernels as they are stored, and the gradients of these.
extension Product {
  /// Whether `multiply` takes a right factor of so many columns only when it is packed.
  public static func needsPacking(columns: Int) -> Bool { columns <= DK_NARROW_COLUMNS }

  /// output = activation(left . kernel + bias), as `multiply` has it.
  /// - Parameter kernel: of as many columns as `needsPacking` allows.
  public static func multiply(
    _ left: MatrixView, panels kernel: PanelMatrixView, bias: UnsafePointer<Float>?, activation: ActivationKernel,
    preactivation: MutableMatrixView?, into output: MutableMatrixView
  ) {
    multiply(
      left, panels: kernel, bias: bias, activation: activation, preactivation: preactivation, into: output,
      kernels: InstructionSet.kernels)
  }

  package static func multiply(
    _ left: MatrixView, panels kernel: PanelMatrixView, bias: UnsafePointer<Float>?, activation: ActivationKernel,
    preactivation: MutableMatrixView?, into output: MutableMatrixView, kernels: Kernels
  ) {
    let sums = preactivation ?? output
    var product = dk_product(
      rows: left.rows, columns: kernel.columns, inner: kernel.rows, left: left.pointer, left_stride: left.stride,
      right: kernel.pointer, right_streams: kernel.streams ? 1 : 0,
      block_floats: CacheSizes.current.blockFloats, bias: bias, scale: nil, shift: nil,
      sums: sums.pointer, sums_stride: sums.stride, output: output.pointer, output_stride: output.stride,
      activation: activation.code, parameter: activation.parameter)
    let threads = ThreadPool.threadCount
    guard threads > 1, isWorthSharing(product) else {
      kernels.pointee.multiply_panels(&product)
      return
    }
    let shares = PanelShares(kernel.shape, threads: threads)
    if kernel.shape.panels < threads && product.rows >= threads * rowsWorthReading {
      let split = WorkSplit(product.rows, unit: kernels.pointee.tile_rows, pieces: threads)
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

  /// Rows for which reading the whole kernel once more is a small part of the work.
  private static var rowsWorthReading: Int { 48 }

  /// output = (left . kernel^T) * phi'(z), which has as many columns as `needsPacking` allows.
  /// - Parameter derivative: phi'(z), rows x `kernel.rows`; none means 1.
  public static func multiplyTransposed(
    _ left: MatrixView, panels kernel: PanelMatrixView, derivative: ActivationDerivative?,
    into output: MutableMatrixView
  ) {
    multiplyTransposed(
      left, panels: kernel, derivative: derivative, into: output, kernels: InstructionSet.kernels)
  }

  package static func multiplyTransposed(
    _ left: MatrixView, panels kernel: PanelMatrixView, derivative: ActivationDerivative?,
    into output: MutableMatrixView, kernels: Kernels
  ) {
    let product = dk_product(
      rows: left.rows, columns: kernel.rows, inner: kernel.columns, left: left.pointer, left_stride: left.stride,
      right: kernel.pointer, right_streams: 0, block_floats: 0, bias: nil, scale: nil, shift: nil, sums: output.pointer,
      sums_stride: output.stride, output: output.pointer, output_stride: output.stride, activation: DK_LINEAR,
      parameter: 0)
    let threads = ThreadPool.threadCount
    let pieces = threads > 1 && isWorthSharing(product) ? 4 * threads : 1
    let split = WorkSplit(product.columns, unit: kernels.pointee.tile_columns, pieces: pieces)
    ThreadPool.run(
      PanelTransposed(product: product, derivative: derivative, output: output, split: split, kernels: kernels),
      tasks: split.pieces)
  }

  /// result = left^T . right in panels, or += where it accumulates: the gradient of a kernel.
  /// - Parameters:
  ///   - left: rows x `shape.rows`.
  ///   - right: rows x `shape.columns`.
  ///   - columnSums: where given, receives the sums of the right factor's columns, or += : the gradient of a bias.
  ///   - alarm: rings where a value of the result is NaN or of a magnitude above `Vector.squareLimit`.
  public static func accumulateTransposed(
    _ left: MatrixView, _ right: MatrixView, intoPanels result: UnsafeMutablePointer<Float>, _ shape: PanelShape,
    columnSums: UnsafeMutablePointer<Float>?, accumulates: Bool, alarm: Alarm
  ) {
    accumulateTransposed(
      left, right, intoPanels: result, shape, columnSums: columnSums, accumulates: accumulates,
      alarm: alarm, kernels: InstructionSet.kernels)
  }

  package static func accumulateTransposed(
    _ left: MatrixView, _ right: MatrixView, intoPanels result: UnsafeMutablePointer<Float>, _ shape: PanelShape,
    columnSums: UnsafeMutablePointer<Float>?, accumulates: Bool, alarm: Alarm, kernels: Kernels
  ) {
    let work = PanelGradient(
      left: left, right: right, result: result, shares: PanelShares(shape), columnSums: columnSums,
      accumulates: accumulates, alarm: alarm, kernels: kernels)
    if isWorthSharing(rows: left.rows, inner: shape.rows, columns: shape.columns) {
      ThreadPool.run(work, tasks: work.shares.count)
    } else {
      work.run(panels: 0..<shape.panels, rows: 0..<shape.rows)
    }
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
    let columns = shares.shape.start(of: panels.lowerBound)..<shares.shape.start(of: panels.upperBound)
    var piece = Product.columns(columns, of: product, columnStep: product.inner)
    kernels.pointee.multiply_panels(&piece)
  }
}

private struct PanelTransposed: SharedWork {
  let product: dk_product
  let derivative: ActivationDerivative?
  let output: MutableMatrixView
  let split: WorkSplit
  let kernels: Kernels

  func run(_ task: Int) {
    // Every piece reads the kernel from its start.
    var piece = Product.columns(split[task], of: product, columnStep: 0)
    kernels.pointee.multiply_panels_transposed(&piece, split[task].lowerBound, product.columns)
    derivative?.multiply(output, columns: split[task], kernels: kernels)
  }
}

private struct PanelGradient: SharedWork {
  let left: MatrixView
  let right: MatrixView
  let result: UnsafeMutablePointer<Float>
  let shares: PanelShares
  let columnSums: UnsafeMutablePointer<Float>?
  let accumulates: Bool
  // The caller keeps it. Counting references would send a cache line from thread to thread.
  unowned(unsafe) let alarm: Alarm
  let kernels: Kernels

  func run(_ task: Int) {
    let (panels, rows) = shares[task]
    run(panels: panels, rows: rows)
  }

  func run(panels: Range<Int>, rows: Range<Int>) {
    guard !rows.isEmpty else { return }
    for panel in panels {
      let (column, width) = (shares.shape.start(of: panel), shares.shape.width(of: panel))
      if let columnSums, rows.lowerBound == 0 {
        let sums = columnSums + column
        if !accumulates { sums.update(repeating: 0, count: width) }
        kernels.pointee.column_sums(right.rows, width, right.pointer + column, right.stride, sums)
      }
      var product = dk_transposed_product(
        rows: left.rows, left_columns: rows.count, right_columns: width, left: left.pointer + rows.lowerBound,
        left_stride: left.stride, right: right.pointer + column, right_stride: right.stride,
        result: result + column * shares.shape.rows + rows.lowerBound * width, result_stride: width,
        accumulates: accumulates ? 1 : 0)
      if kernels.pointee.accumulate_transposed(&product) != 0 { continue }
      let count = rows.count * width
      if kernels.pointee.all_within(1, count, product.result, count, Vector.squareLimit) == 0 { alarm.ring() }
    }
  }
}
