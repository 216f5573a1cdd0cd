public import DenseCompute

/// Counts parameters, memory and operations from shapes alone: nothing is allocated, and the figures are those of what
/// the engine then takes.
public enum Calculator {
  /// A figure of a network of dense layers with biases and no activation.
  /// - Parameters:
  ///   - widths: columns of an input row, then the units of each layer; at least two, each at least 1.
  ///   - batchSize: rows of a training step and of a prediction; at least 1.
  ///   - optimizer: whose slots count; none counts none.
  /// - Throws: `invalidArgument`, and `sizeOverflow` where the figure does not fit in 63 bits.
  public static func count(
    _ quantity: Quantity, widths: [Int], batchSize: Int = 32, optimizer: (any Optimizer)? = nil
  ) throws(DenseError) -> Int {
    guard let inputs = widths.first, widths.count >= 2 else {
      throw DenseError(
        .invalidArgument, "widths: expected the inputs and at least one layer's units, received \(widths.count) widths")
    }
    let network = try Network(inputs: inputs)
    for units in widths.dropFirst() { try network.add(DenseLayer(units: units)) }
    return try network.count(quantity, batchSize: batchSize, optimizer: optimizer)
  }
}

extension Network {
  /// A figure of this network; it need not be built.
  /// - Parameters:
  ///   - batchSize: rows of a training step and of a prediction; at least 1.
  ///   - optimizer: whose slots count; none stands for the one that the network was compiled with, if any.
  /// - Throws: `invalidArgument`, what `build` throws for impossible layers, and `sizeOverflow` where the figure does
  ///   not fit in 63 bits.
  public func count(
    _ quantity: Quantity, batchSize: Int = 32, optimizer: (any Optimizer)? = nil
  ) throws(DenseError) -> Int {
    try Self.requireBatchSize(batchSize)
    let plan = if let plan { plan } else { try makePlan() }
    let counts = try Counts(
      plan, isFrozen: layers.map { !$0.isTrainable }, batchSize: batchSize,
      slots: (optimizer ?? self.optimizer)?.slots.count ?? 0)
    return try counts.value(quantity)
  }
}

extension Layer {
  /// A figure of this layer by itself.
  /// - Parameters:
  ///   - inputs: columns of an input row; needed before the layer was built, and without effect afterwards.
  ///   - batchSize: rows of a training step and of a prediction; at least 1.
  ///   - optimizer: whose slots count; none counts none.
  /// - Throws: `invalidArgument`, and `sizeOverflow` where the figure does not fit in 63 bits.
  public final func count(
    _ quantity: Quantity, inputs: Int? = nil, batchSize: Int = 32, optimizer: (any Optimizer)? = nil
  ) throws(DenseError) -> Int {
    try Network.requireBatchSize(batchSize)
    let plan = if let plan { plan } else { try checkedPlan(inputs: inputs ?? 0, keepsLogits: false) }
    let counts = try Counts(
      plan, isFrozen: !isTrainable, batchSize: batchSize, slots: optimizer?.slots.count ?? 0)
    return try counts.value(quantity)
  }
}
