import DenseCompute

extension DenseLayer {
  /// A layer of `units` units. See `DenseConfiguration` for the settings.
  public convenience init(
    units: Int, activation: some Activation = .linear, usesBias: Bool = true,
    kernelInitializer: some Initializer = .glorotUniform, biasInitializer: some Initializer = .zeros,
    kernelRegularizer: (any Regularizer)? = nil, biasRegularizer: (any Regularizer)? = nil,
    dropout: Double = 0, seed: Int? = nil
  ) {
    var configuration = DenseConfiguration()
    configuration.units = units
    configuration.activation = activation
    configuration.usesBias = usesBias
    configuration.kernelInitializer = kernelInitializer
    configuration.biasInitializer = biasInitializer
    configuration.kernelRegularizer = kernelRegularizer
    configuration.biasRegularizer = biasRegularizer
    configuration.dropout = dropout
    configuration.seed = seed
    self.init(configuration)
  }

  /// Whether the pre-activation stays until the backward pass, beside the output. The loss takes over no activation
  /// that dropout follows.
  func keepsPreactivation(_ activation: ActivationKernel, keepsLogits: Bool) -> Bool {
    activation.needsPreactivation || (keepsLogits && activation != .linear && configuration.dropout == 0)
  }

  func packedKernel() throws(DenseError) -> PackedKernel {
    let (plan, storage) = try built()
    let packed: PackedKernel
    if let made = self.packed {
      packed = made
    } else {
      packed = try PackedKernel(inner: plan.inputs, columns: plan.outputs)
      self.packed = packed
    }
    if let kernel { packed.refresh(kernel, version: storage.version, transposing: false) }
    return packed
  }

  func transposedKernel() throws(DenseError) -> PackedKernel {
    let (plan, storage) = try built()
    let transposed: PackedKernel
    if let made = self.transposed {
      transposed = made
    } else {
      transposed = try PackedKernel(inner: plan.outputs, columns: plan.inputs)
      self.transposed = transposed
    }
    if let kernel { transposed.refresh(kernel, version: storage.version, transposing: true) }
    return transposed
  }

  /// gradient . kernel^T
  func multiplyTransposed(_ gradient: MatrixView, into inputGradient: InputGradient) throws(DenseError) {
    let staysOnThread = try !built().1.sharesStep
    if let kernel, !Product.needsPacking(columns: kernel.rows) {
      Product.multiplyTransposed(
        gradient, panels: kernel, derivative: inputGradient.derivative, into: inputGradient.place,
        staysOnThread: staysOnThread)
    } else {
      Product.multiply(
        gradient, try transposedKernel().matrix, bias: nil, activation: .linear, preactivation: nil,
        into: inputGradient.place, staysOnThread: staysOnThread)
      inputGradient.derivative?.multiply(inputGradient.place)
    }
  }

  /// x^T . dz for the kernel, and the column sums of dz for the bias.
  func addPendingGradient(_ record: ForwardRecord, _ gradient: MatrixView) throws(DenseError) {
    let (plan, storage) = try built()
    storage.addPending(
      PendingGradient(
        input: record.inputRows, isInputModest: record.isInputModest, gradient: gradient,
        kernel: ParameterPlace(offset: offsets[0], shape: plan.parameters[0].shape),
        bias: bias == nil ? nil : ParameterPlace(offset: offsets[1], shape: plan.parameters[1].shape),
        isRegularized: plan.parameters.contains { $0.regularizer != nil },
        isShared: storage.sharesStep && plan.parameters[0].shape.isWorthSharing(rows: record.rows)))
  }

  func preactivation(_ record: ForwardRecord) -> MutableMatrixView {
    MutableMatrixView(record.kept, rows: record.rows, columns: record.output.columns)
  }

  func activated(_ record: ForwardRecord) -> MutableMatrixView {
    let start = keepsPreactivation ? record.rows * record.output.columns : 0
    return MutableMatrixView(record.kept + start, rows: record.rows, columns: record.output.columns)
  }
}
