/// What `fit` tells its caller while it trains.
public struct FitProgress {
  /// Raw values are the `dense_event` numbers of the C ABI.
  public enum Event: Int32, Sendable {
    case epochBegin = 0
    case batchEnd = 1
    case epochEnd = 2
  }

  public var event: Event
  /// The number of the epoch, from `FitOptions.initialEpoch` on.
  public var epoch: Int
  /// Steps of this epoch that are done.
  public var step: Int
  /// Steps of an epoch.
  public var steps: Int
  /// At the end of a batch, the means over the epoch so far, named `Network.resultNames`; at the end of an epoch, its
  /// values, named `History.names`; empty at the beginning.
  public var values: [Double]
}

/// Whether training goes on.
public enum FitDecision: Sendable {
  case proceed
  case stop
}
