import DenseCompute

/// How `fit` trains, with Keras's names, defaults and meaning.
public struct FitOptions: Configurable, Equatable {
  public static let name = "fit_options"
  public static let settings: [Setting<Self>] = [
    .integer("epochs", \.epochs, in: 1...Int.max),
    .integer("batch_size", \.batchSize, in: 1...Int.max),
    .flag("shuffle", \.shuffles),
    .number("validation_split", \.validationSplit, in: .unit),
    .integer("initial_epoch", \.initialEpoch, in: 0...Int.max),
    .flag("early_stopping", \.stopsEarly),
    .text("monitor", \.monitor),
    .integer("patience", \.patience, in: 0...Int.max),
    .number("min_delta", \.minimumDelta, in: .nonNegative),
    .choice("mode", \.mode),
    .integer("start_from_epoch", \.startFromEpoch, in: 0...Int.max),
  ]

  /// The number of the epoch to stop before: with `initialEpoch` 0, the epochs to train.
  public var epochs = 1
  /// Rows of a step.
  public var batchSize = 32
  /// Whether each epoch takes the rows in an order of its own, drawn from the network's seed.
  public var shuffles = true
  /// The last share of the rows is held back for validation, before any shuffling.
  public var validationSplit = 0.0
  /// The number of the first epoch.
  public var initialEpoch = 0

  /// Whether to stop when the monitored value no longer improves. The weights are then always those of the best epoch,
  /// however training ended.
  public var stopsEarly = false
  /// The value that early stopping looks at: a name of the history.
  public var monitor = "val_loss"
  /// Epochs without improvement before training stops.
  public var patience = 0
  /// A change smaller than this does not count against patience as an improvement.
  public var minimumDelta = 0.0
  /// Which way the monitored value improves.
  public var mode = Mode.auto
  /// The first epoch that early stopping looks at.
  public var startFromEpoch = 0

  /// Which way a monitored value improves.
  public enum Mode: String, CaseIterable, Sendable {
    /// Upward for metrics of which more is better, downward for losses and errors.
    case auto
    case min
    case max
  }

  public init() {}

  public init(
    epochs: Int, batchSize: Int = 32, shuffles: Bool = true, validationSplit: Double = 0, initialEpoch: Int = 0
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.shuffles = shuffles
    self.validationSplit = validationSplit
    self.initialEpoch = initialEpoch
  }
}
