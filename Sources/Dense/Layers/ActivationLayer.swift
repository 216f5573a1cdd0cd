import DenseCompute

/// Settings of an activation layer.
public struct ActivationConfiguration: LayerConfiguration {
  public static let name = "activation"
  public static let settings: [Setting<Self>] = [.kind("activation", \.activation, of: Catalogues.activations)]

  public var activation: any Activation = Linear()

  public init() {}

  public func makeLayer() -> Layer { ActivationLayer(self) }
}

/// An activation function as a layer of its own: output = phi(input).
public final class ActivationLayer: ConfiguredLayer<ActivationConfiguration> {
  private var kernel = ActivationKernel.linear

  public override init(_ configuration: ActivationConfiguration) { super.init(configuration) }

  public convenience init(_ activation: some Activation) {
    var configuration = ActivationConfiguration()
    configuration.activation = activation
    self.init(configuration)
  }

  override func plan(inputs: Int, keepsLogits: Bool) throws(DenseError) -> LayerPlan {
    var plan = LayerPlan(inputs: inputs, outputs: inputs)
    plan.isIdentity = configuration.activation.kernel == .linear
    plan.writesOutput = !plan.isIdentity
    plan.flopsPerRow = plan.writesOutput ? inputs : 0
    return plan
  }

  override func bind() { kernel = configuration.activation.kernel }

  override var finalActivation: (any Activation)? { configuration.activation }

  override func inferenceStep() throws(DenseError) -> InferenceStep? {
    guard let plan, !plan.isIdentity else { return nil }
    return InferenceStep(work: .activation(kernel), outputs: plan.outputs)
  }

  override func forward(_ record: inout ForwardRecord, training: Bool) throws(DenseError) -> MatrixView {
    guard kernel != .linear else { return record.input }
    kernel.forward(record.input, into: record.output)
    return record.output.readOnly
  }

  override func logits(_ record: ForwardRecord) -> MatrixView? { record.input }

  override func derivative(_ record: ForwardRecord) -> ActivationDerivative? {
    guard kernel != .linear, kernel != .softmax else { return nil }
    return ActivationDerivative(kernel, z: record.input, a: record.output.readOnly)
  }

  override func backward(
    _ record: ForwardRecord, gradient: MutableMatrixView, isOfLogits: Bool, into inputGradient: InputGradient?
  ) throws(DenseError) {
    guard !isOfLogits && kernel != .linear else { return }
    kernel.backward(
      z: record.input, a: record.output.readOnly, outputGradient: gradient.readOnly, into: gradient)
  }
}
