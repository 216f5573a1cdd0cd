/// Settings of a batch-normalization layer.
public struct BatchNormalizationConfiguration: LayerConfiguration {
  public static let name = "batch_normalization"
  public static let settings: [Setting<Self>] = [
    .number("momentum", \.momentum, in: .fraction),
    .number("epsilon", \.epsilon, in: .positive),
    .flag("center", \.centers),
    .flag("scale", \.scales),
    .kind("beta_initializer", \.betaInitializer, of: Catalogues.initializers),
    .kind("gamma_initializer", \.gammaInitializer, of: Catalogues.initializers),
    .kind("moving_mean_initializer", \.movingMeanInitializer, of: Catalogues.initializers),
    .kind("moving_variance_initializer", \.movingVarianceInitializer, of: Catalogues.initializers),
    .optionalKind("beta_regularizer", \.betaRegularizer, of: Catalogues.regularizers),
    .optionalKind("gamma_regularizer", \.gammaRegularizer, of: Catalogues.regularizers),
  ]
  public static let changeableSettings = ["momentum"]

  /// The share of their value that the moving statistics keep in a step of training.
  public var momentum = 0.99
  /// Added to the variance before its root is taken.
  public var epsilon = 0.001
  /// Whether to add beta.
  public var centers = true
  /// Whether to multiply by gamma.
  public var scales = true
  public var betaInitializer: any Initializer = Zeros()
  public var gammaInitializer: any Initializer = Ones()
  public var movingMeanInitializer: any Initializer = Zeros()
  public var movingVarianceInitializer: any Initializer = Ones()
  public var betaRegularizer: (any Regularizer)?
  public var gammaRegularizer: (any Regularizer)?

  public init() {}

  public func makeLayer() -> Layer { BatchNormalizationLayer(self) }
}
