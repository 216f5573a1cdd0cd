import DenseCompute

/// A fully connected layer: output = dropout(activation(input . kernel + bias)).
///
/// kernel is inputs x units, bias has `units` values, input is rows x inputs, output is rows x units.
public final class DenseLayer: ConfiguredLayer<DenseConfiguration> {
  /// The kernel for prediction, and for the forward product where this takes no other.
  var packed: PackedKernel?
  /// The transposed kernel for the input gradient where its product takes no other.
  var transposed: PackedKernel?

  // Copies of settings and places that every pass reads.
  var activation = ActivationKernel.linear
  var kernel: PanelMatrixView?
  var bias: UnsafePointer<Float>?
  var dropoutRate: Float = 0
  var keepsPreactivation = false

  public override init(_ configuration: DenseConfiguration) { super.init(configuration) }

  override func plan(inputs: Int, keepsLogits: Bool) throws(DenseError) -> LayerPlan {
    let units = configuration.units
    let activation = configuration.activation?.kernel ?? .linear
    var plan = LayerPlan(inputs: inputs, outputs: units)
    plan.worksInPlace = false
    plan.parameters = [
      ParameterSpecification(
        name: "kernel", rows: inputs, columns: units, isVector: false, role: .weight,
        initializer: configuration.kernelInitializer, regularizer: configuration.kernelRegularizer)
    ]
    if configuration.usesBias {
      plan.parameters.append(
        ParameterSpecification(
          name: "bias", rows: 1, columns: units, role: .bias,
          initializer: configuration.biasInitializer, regularizer: configuration.biasRegularizer))
    }
    if keepsPreactivation(activation, keepsLogits: keepsLogits) { plan.keptPerRow = units }
    if configuration.dropout > 0 { plan.keptPerRow = try plan.keptPerRow.plus(units) }
    plan.preparedBytes = try PackedMatrix.byteCount(inner: inputs, columns: units)
    plan.forwardBytes = Product.needsPacking(columns: units) ? plan.preparedBytes : 0
    if Product.needsPacking(columns: inputs) {
      plan.transposedBytes = try PackedMatrix.byteCount(inner: units, columns: inputs)
    }
    let products = try inputs.times(units).times(2)
    let additions = try units.times((configuration.usesBias ? 1 : 0) + (activation == .linear ? 0 : 1))
    plan.flopsPerRow = try products.plus(additions)
    return plan
  }

  override func bind() {
    guard let plan, let storage else { return }
    activation = configuration.activation?.kernel ?? .linear
    kernel = PanelMatrixView(
      storage.parameters + offsets[0], PanelShape(rows: plan.inputs, columns: plan.outputs))
    bias = configuration.usesBias ? UnsafePointer(storage.parameters + offsets[1]) : nil
    dropoutRate = Float(configuration.dropout)
    keepsPreactivation = plan.keptPerRow - (dropoutRate > 0 ? plan.outputs : 0) > 0
    (packed, transposed) = (nil, nil)
  }

  override var readsSelectedRows: Bool { kernel.map { !Product.needsPacking(columns: $0.columns) } ?? false }

  override var explicitSeed: Int? { configuration.seed }
  override var finalActivation: (any Activation)? {
    configuration.dropout > 0 ? nil : configuration.activation ?? Linear()
  }

  override func inferenceStep() throws(DenseError) -> InferenceStep? {
    let kernel = try packedKernel().matrix.view.inspected()
    return InferenceStep(work: .affine(kernel, bias: bias, nil, activation), outputs: kernel.columns)
  }

  // x: rows x inputs; kept: z (rows x units) where the backward pass or the loss reads it, then a (rows x units)
  // where dropout follows; output: rows x units.
  override func forward(_ record: inout ForwardRecord, training: Bool) throws(DenseError) -> MatrixView {
    let isDropping = training && dropoutRate > 0
    let activated = isDropping ? activated(record) : record.output
    let preactivation = keepsPreactivation ? preactivation(record) : nil
    let (_, storage) = try built()
    if let kernel, !Product.needsPacking(columns: kernel.columns) {
      Product.multiply(
        record.inputRows, panels: kernel, isFinite: storage.isFinite, bias: bias, activation: activation,
        preactivation: preactivation, into: activated, staysOnThread: !storage.sharesStep)
    } else {
      Product.multiply(
        record.input, try packedKernel().matrix, bias: bias, activation: activation, preactivation: preactivation,
        into: activated, staysOnThread: !storage.sharesStep)
    }
    record.isTraining = training
    if isDropping {
      record.randomStart = takeDraws(record.rows * activated.columns)
      random.dropout(activated.readOnly, into: record.output, startingAt: record.randomStart, rate: dropoutRate)
    }
    return record.output.readOnly
  }

  override func logits(_ record: ForwardRecord) -> MatrixView? {
    keepsPreactivation ? preactivation(record).readOnly : activation == .linear ? record.output.readOnly : nil
  }

  override func derivative(_ record: ForwardRecord) -> ActivationDerivative? {
    guard activation != .linear, activation != .softmax, !isDropping(record) else { return nil }
    let output = record.output.readOnly
    return ActivationDerivative(
      activation, z: keepsPreactivation ? preactivation(record).readOnly : output, a: output)
  }

  private func isDropping(_ record: ForwardRecord) -> Bool { record.isTraining && dropoutRate > 0 }

  // dz = dropout'(dy) * phi'(z); dkernel += x^T . dz; dbias += column sums of dz; dx = dz . kernel^T
  override func backward(
    _ record: ForwardRecord, gradient: MutableMatrixView, isOfLogits: Bool, into inputGradient: InputGradient?
  ) throws(DenseError) {
    let isDropping = isDropping(record)
    if isDropping {
      random.dropout(gradient.readOnly, into: gradient, startingAt: record.randomStart, rate: dropoutRate)
    }
    if !isOfLogits && activation != .linear {
      let activated = (isDropping ? activated(record) : record.output).readOnly
      activation.backward(
        z: keepsPreactivation ? preactivation(record).readOnly : activated, a: activated,
        outputGradient: gradient.readOnly, into: gradient)
    }
    if isTrainable { try addPendingGradient(record, gradient.readOnly) }
    if let inputGradient { try multiplyTransposed(gradient.readOnly, into: inputGradient) }
  }
}
