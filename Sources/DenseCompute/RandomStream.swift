/// Philox4x32-10: a counter-based generator keyed by (seed, stream). Draw i depends on nothing but the key and i.
public struct RandomStream: Sendable {
  public let seed: UInt64
  public let stream: UInt64

  public init(seed: UInt64, stream: UInt64) {
    self.seed = seed
    self.stream = stream
  }
}
