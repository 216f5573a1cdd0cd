import CDenseKernels

/// The gradient of a kernel that lies in panels, and of its bias: left^T . right and the sums of the right factor's columns.
///
/// It holds addresses alone; whoever makes one keeps the memory alive.
public struct PanelGradient {
  private let left: RowSelection
  private let right: MatrixView
  private let kernel: UnsafeMutablePointer<Float>
  public let shape: PanelShape
  private let bias: UnsafeMutablePointer<Float>?
  private let kernels: Kernels

  /// - Parameters:
  ///   - left: the layer's input, rows x `shape.rows`.
  ///   - right: the gradient of the layer's sums, rows x `shape.columns`.
  ///   - kernel: where the kernel's gradient stands, in panels.
  ///   - bias: where the bias's gradient stands, if there is one.
  public init(
    _ left: RowSelection, _ right: MatrixView, kernel: UnsafeMutablePointer<Float>, _ shape: PanelShape,
    bias: UnsafeMutablePointer<Float>?
  ) {
    self.init(left, right, kernel: kernel, shape, bias: bias, kernels: InstructionSet.kernels)
  }

  package init(
    _ left: RowSelection, _ right: MatrixView, kernel: UnsafeMutablePointer<Float>, _ shape: PanelShape,
    bias: UnsafeMutablePointer<Float>?, kernels: Kernels
  ) {
    (self.left, self.right, self.kernel, self.shape) = (left, right, kernel, shape)
    (self.bias, self.kernels) = (bias, kernels)
  }

  /// Writes the gradients, or adds to what stands there.
  /// - Parameters:
  ///   - isShared: whether threads share the work.
  ///   - alarm: rings where a value of the kernel's gradient is NaN or of a magnitude above `Vector.squareLimit`.
  public func compute(accumulates: Bool, isShared: Bool, alarm: Alarm) {
    let all = AllShares(gradient: self, shares: PanelShares(shape), accumulates: accumulates, bell: alarm.bell)
    if isShared {
      ThreadPool.run(all, tasks: all.shares.count)
    } else {
      compute(panels: 0..<shape.panels, rows: 0..<shape.rows, accumulates: accumulates, bell: alarm.bell)
    }
  }

  private struct AllShares: SharedWork {
    let gradient: PanelGradient
    let shares: PanelShares
    let accumulates: Bool
    let bell: Alarm.Bell

    func run(_ task: Int) {
      let (panels, rows) = shares[task]
      gradient.compute(panels: panels, rows: rows, accumulates: accumulates, bell: bell)
    }
  }

  /// Computes the gradients of a share and updates the weights from them, block by block while they are in a core's cache.
  /// All values of the right factor are finite.
  /// - Parameters:
  ///   - keepsWeights: whether the weights as they were take the place of the gradients. Otherwise those of the kernel are
  ///     lost, and memory need not see its gradients.
  ///   - kernelArrays: all of the kernel; its gradients are where this one puts them.
  ///   - biasArrays: the same for the bias, where there is one.
  ///   - bell: rings where a new weight is not finite.
  public func update(
    share: (panels: Range<Int>, rows: Range<Int>), with rule: OptimizerKernel, keepsWeights: Bool,
    kernelArrays: OptimizerArrays, biasArrays: OptimizerArrays?, bell: Alarm.Bell
  ) {
    guard !share.panels.isEmpty, !share.rows.isEmpty else { return }
    let function = rule.function(kernels)
    let columns = shape.columns(of: share.panels)
    let first = columns.lowerBound * shape.rows
    let pass = rule.pass(kernelArrays[first..<first + columns.count * shape.rows])
    withUnsafePointer(to: pass) {
      var product = self.product(columns, rows: share.rows, accumulates: false)
      (product.update, product.update_function, product.keeps_weights) = ($0, function, keepsWeights ? 1 : 0)
      product.right_is_finite = 1
      product.update_streams = CacheSizes.current.updateStreams(weights: shape.count) ? 1 : 0
      if kernels.pointee.accumulate_transposed(&product) == 0 { bell.ring() }
    }
    guard share.rows.lowerBound == 0, let biasArrays else { return }
    computeBias(columns, accumulates: false)
    if withUnsafePointer(to: rule.pass(biasArrays[columns]), function) == 0 { bell.ring() }
  }

  private func compute(panels: Range<Int>, rows: Range<Int>, accumulates: Bool, bell: Alarm.Bell) {
    guard !panels.isEmpty, !rows.isEmpty else { return }
    let columns = shape.columns(of: panels)
    if rows.lowerBound == 0 { computeBias(columns, accumulates: accumulates) }
    var product = product(columns, rows: rows, accumulates: accumulates)
    guard kernels.pointee.accumulate_transposed(&product) == 0 else { return }
    for panel in panels {
      let width = shape.width(of: panel)
      let gradients = kernel + shape.start(of: panel) * shape.rows + rows.lowerBound * width
      let count = rows.count * width
      if kernels.pointee.all_within(1, count, gradients, count, Vector.squareLimit) == 0 { bell.ring() }
    }
  }

  /// - Parameter columns: those of some neighbouring panels.
  private func product(_ columns: Range<Int>, rows: Range<Int>, accumulates: Bool) -> dk_transposed_product {
    dk_transposed_product(
      rows: left.rows, left_columns: rows.count, right_columns: columns.count, left: left.pointer + rows.lowerBound,
      left_stride: left.stride, left_rows: left.positions, right: right.pointer + columns.lowerBound,
      right_stride: right.stride, result: kernel + columns.lowerBound * shape.rows,
      panel_step: PanelShape.panelColumns * shape.rows, first_row: rows.lowerBound, accumulates: accumulates ? 1 : 0,
      right_is_finite: 0, block_floats: CacheSizes.current.gradientBlockFloats, update: nil, update_function: nil,
      update_streams: 0, keeps_weights: 1)
  }

  private func computeBias(_ columns: Range<Int>, accumulates: Bool) {
    guard let bias else { return }
    let sums = bias + columns.lowerBound
    if !accumulates { sums.update(repeating: 0, count: columns.count) }
    kernels.pointee.column_sums(right.rows, columns.count, right.pointer + columns.lowerBound, right.stride, sums)
  }
}
