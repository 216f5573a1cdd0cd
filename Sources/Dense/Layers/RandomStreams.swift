/// Which random stream serves which purpose under a network's one seed.
enum RandomStreams {
  /// First values of a parameter.
  static func initial(layer: Int, parameter: Int) -> UInt64 {
    UInt64(truncatingIfNeeded: layer) << 8 | UInt64(truncatingIfNeeded: parameter)
  }

  /// Draws that a layer makes during training.
  static func training(layer: Int) -> UInt64 { UInt64(truncatingIfNeeded: layer) << 8 | 0xFF }

  /// The order of rows in an epoch, counted from the network's first.
  static func order(epoch: Int) -> UInt64 { 1 << 63 | UInt64(truncatingIfNeeded: epoch) }
}
