/// Settings of a dense layer: output = dropout(activation(input . kernel + bias)).
public struct DenseConfiguration: LayerConfiguration {
  public static let name = "dense"
  public static let settings: [Setting<Self>] = [
    .integer("units", \.units, in: 1...Int.max),
    .optionalKind("activation", \.activation, of: Catalogues.activations),
    .flag("use_bias", \.usesBias),
    .kind("kernel_initializer", \.kernelInitializer, of: Catalogues.initializers),
    .kind("bias_initializer", \.biasInitializer, of: Catalogues.initializers),
    .optionalKind("kernel_regularizer", \.kernelRegularizer, of: Catalogues.regularizers),
    .optionalKind("bias_regularizer", \.biasRegularizer, of: Catalogues.regularizers),
    .number("dropout", \.dropout, in: .unit),
    .optionalInteger("seed", \.seed, in: 0...Int.max),
  ]

  /// Columns of an output row. There is no default: 0 stands for a number that was not given.
  public var units = 0
  /// None is the same as linear.
  public var activation: (any Activation)?
  public var usesBias = true
  public var kernelInitializer: any Initializer = GlorotUniform()
  public var biasInitializer: any Initializer = Zeros()
  public var kernelRegularizer: (any Regularizer)?
  public var biasRegularizer: (any Regularizer)?
  /// The share of outputs that training sets to zero; the others grow by 1 / (1 - dropout).
  public var dropout = 0.0
  /// The seed of dropout; none draws from the network's seed.
  public var seed: Int?

  public init() {}

  public func makeLayer() -> Layer { DenseLayer(self) }
}
