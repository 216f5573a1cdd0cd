import DenseCompute

/// Settings of a dropout layer.
public struct DropoutConfiguration: LayerConfiguration {
  public static let name = "dropout"
  public static let settings: [Setting<Self>] = [
    .number("rate", \.rate, in: .unit),
    .optionalInteger("seed", \.seed, in: 0...Int.max),
  ]
  public static let changeableSettings = ["rate"]

  /// The share of values that training sets to zero.
  public var rate = 0.5
  /// The seed of the draws; none draws from the network's seed.
  public var seed: Int?

  public init() {}

  public func makeLayer() -> Layer { DropoutLayer(self) }
}

/// Inverted dropout: in training a value is 0 with probability `rate`, else it grows by 1 / (1 - rate). Prediction
/// leaves rows as they are.
public final class DropoutLayer: ConfiguredLayer<DropoutConfiguration> {
  public override init(_ configuration: DropoutConfiguration) { super.init(configuration) }

  public convenience init(rate: Double, seed: Int? = nil) {
    var configuration = DropoutConfiguration()
    (configuration.rate, configuration.seed) = (rate, seed)
    self.init(configuration)
  }

  override func plan(inputs: Int, keepsLogits: Bool) throws(DenseError) -> LayerPlan {
    var plan = LayerPlan(inputs: inputs, outputs: inputs)
    plan.isIdentity = true
    return plan
  }

  override var explicitSeed: Int? { configuration.seed }

  override func forward(_ record: inout ForwardRecord, training: Bool) throws(DenseError) -> MatrixView {
    record.isTraining = training
    guard training else { return record.input }
    record.randomStart = takeDraws(record.rows * record.input.columns)
    random.dropout(
      record.input, into: record.output, startingAt: record.randomStart, rate: Float(configuration.rate))
    return record.output.readOnly
  }

  override func backward(
    _ record: ForwardRecord, gradient: MutableMatrixView, isOfLogits: Bool, into inputGradient: InputGradient?
  ) throws(DenseError) {
    guard record.isTraining else { return }
    random.dropout(
      gradient.readOnly, into: gradient, startingAt: record.randomStart, rate: Float(configuration.rate))
  }
}
