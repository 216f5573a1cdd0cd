/// The values of each epoch that `fit` trained.
public final class History: Sendable {
  /// Why training ended.
  public enum StopReason: Sendable, Equatable {
    /// All epochs were trained.
    case finished
    /// Early stopping saw no more improvement.
    case noImprovement
    /// The progress callback asked for it.
    case callback
  }

  /// Names of the values: "loss", the metrics, then the same with "val_" where there was validation.
  public let names: [String]
  /// The number of the first epoch.
  public let firstEpoch: Int
  /// The values of each epoch, in the order of `names`.
  public let values: [[Double]]
  /// The epoch, counted from 0 in `values`, whose monitored value is the best: that of early stopping, or without it the
  /// last of "val_loss" and "loss" that is there. None where no value is a number.
  public let bestEpoch: Int?
  public let stopReason: StopReason

  init(names: [String], firstEpoch: Int, values: [[Double]], bestEpoch: Int?, stopReason: StopReason) {
    self.names = names
    self.firstEpoch = firstEpoch
    self.values = values
    self.bestEpoch = bestEpoch
    self.stopReason = stopReason
  }

  /// Epochs that were trained to their end.
  public var epochs: Int { values.count }

  /// The values called `name`, one for each epoch; none for an unknown name.
  public subscript(name: String) -> [Double]? {
    names.firstIndex(of: name).map { index in values.map { $0[index] } }
  }
}
