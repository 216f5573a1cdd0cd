import DenseCompute

/// Settings that every optimizer has, with Keras's names and meaning.
public struct OptimizerSettings: Sendable, Equatable {
  /// The size of a step.
  public var learningRate: Double
  /// Decoupled decay: all weights shrink by `learningRate * weightDecay` of their value before each step.
  public var weightDecay: Double?
  /// Bound on the L2 norm of the gradient of each parameter array. At most one of the three bounds is set.
  public var clipNorm: Double?
  /// Bound on the magnitude of each gradient element.
  public var clipValue: Double?
  /// Bound on the L2 norm of all gradients together.
  public var globalClipNorm: Double?

  /// See the properties.
  public init(
    learningRate: Double, weightDecay: Double? = nil, clipNorm: Double? = nil, clipValue: Double? = nil,
    globalClipNorm: Double? = nil
  ) {
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.clipNorm = clipNorm
    self.clipValue = clipValue
    self.globalClipNorm = globalClipNorm
  }

  /// The share of its value that each weight loses in a step.
  var decay: Double { learningRate * (weightDecay ?? 0) }

  /// Whether gradients are bounded before an update.
  var isClipping: Bool { clipNorm != nil || clipValue != nil || globalClipNorm != nil }

  /// Throws `invalidArgument` where more than one kind of clipping is asked for.
  func checkClipping() throws(DenseError) {
    let bounds = [("clipnorm", clipNorm), ("clipvalue", clipValue), ("global_clipnorm", globalClipNorm)]
    let given = bounds.filter { $0.1 != nil }.map(\.0)
    guard given.count <= 1 else {
      throw DenseError(
        .invalidArgument,
        "expected at most one of clipnorm, clipvalue, global_clipnorm, received \(given.joined(separator: " and "))")
    }
  }
}

extension Optimizer {
  /// The entry of `learning_rate` in a settings table; Keras puts it before an optimizer's own settings.
  static var learningRateSetting: Setting<Self> { .number("learning_rate", \.common.learningRate, in: .nonNegative) }

  /// The entries of the other common settings; Keras puts them after an optimizer's own.
  static var commonSettings: [Setting<Self>] {
    [
      .optionalNumber("weight_decay", \.common.weightDecay, in: .nonNegative),
      .optionalNumber("clipnorm", \.common.clipNorm, in: .positive).checking(checkClipping),
      .optionalNumber("clipvalue", \.common.clipValue, in: .positive).checking(checkClipping),
      .optionalNumber("global_clipnorm", \.common.globalClipNorm, in: .positive).checking(checkClipping),
    ]
  }

  @Sendable private static func checkClipping(_ optimizer: Self) throws(DenseError) {
    try optimizer.common.checkClipping()
  }
}
