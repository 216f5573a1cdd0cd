import DenseCompute

/// Watches one value over the epochs of a fit, and keeps the parameters of the epoch in which it was best.
struct EarlyStopping {
  /// The place of the monitored value among those of an epoch.
  let index: Int
  /// Whether more is better.
  let isUpward: Bool
  private let patience: Int
  private let minimumDelta: Double
  private let startFromEpoch: Int
  private let keepsBest: Bool
  private var snapshot: ParameterSnapshot?

  private var best: Double?
  /// The value that patience compares with: a new one must be better by `minimumDelta`.
  private var reference: Double?
  private var wait = 0

  /// The epoch with the best value, counted from 0 in this fit.
  private(set) var bestEpoch: Int?

  /// - Parameters:
  ///   - options: without early stopping the best epoch is noted, and nothing is kept.
  ///   - improvesUpward: for each name, whether more is better.
  init(_ options: FitOptions, names: [String], improvesUpward: [Bool]) throws(DenseError) {
    let monitor =
      options.stopsEarly ? options.monitor : names.contains("val_loss") ? "val_loss" : "loss"
    guard let index = names.firstIndex(of: monitor) else {
      throw DenseError(
        .unknownName, "monitor: expected one of: \(names.joined(separator: ", ")); received '\(monitor)'")
    }
    self.index = index
    isUpward =
      switch options.mode {
      case .auto: improvesUpward[index]
      case .min: false
      case .max: true
      }
    patience = options.patience
    minimumDelta = options.minimumDelta
    startFromEpoch = options.stopsEarly ? options.startFromEpoch : 0
    keepsBest = options.stopsEarly
  }

  /// Takes note of an epoch's value. Returns whether patience has run out.
  /// - Parameters:
  ///   - position: the epoch counted from 0 in this fit.
  ///   - epoch: its number.
  mutating func observe(
    _ value: Double, position: Int, epoch: Int, storage: ParameterStorage
  ) throws(DenseError) -> Bool {
    guard epoch >= startFromEpoch else { return false }
    if isBetter(value, than: best, by: 0) {
      (best, bestEpoch) = (value, position)
      if keepsBest { try keep(storage) }
    }
    wait += 1
    if isBetter(value, than: reference, by: minimumDelta) {
      (reference, wait) = (value, 0)
    }
    return keepsBest && wait > 0 && wait >= patience && epoch > 0
  }

  /// Gives the parameters back the values of the best epoch, where early stopping was asked for and saw one.
  func restore(_ storage: ParameterStorage) {
    snapshot?.restore(storage)
  }

  private mutating func keep(_ storage: ParameterStorage) throws(DenseError) {
    if let snapshot { snapshot.take(storage) } else { snapshot = try ParameterSnapshot(storage) }
  }

  private func isBetter(_ value: Double, than other: Double?, by delta: Double) -> Bool {
    guard !value.isNaN else { return false }
    guard let other else { return true }
    return isUpward ? value - delta > other : value + delta < other
  }
}
