public import DenseCompute

extension Network {
  /// Says how the network is trained. Builds it where that has not been done; an optimizer's state starts anew.
  /// - Throws: what `build` throws, `invalidArgument` for settings out of range, and `shapeMismatch` where the loss or a
  ///   metric has no meaning for the network's outputs.
  public func compile(
    optimizer: any Optimizer, loss: any Loss, metrics: [any Metric] = []
  ) throws(DenseError) {
    try requireNoFit()
    try build()
    let (plan, storage) = try built()
    try optimizer.validate()
    try loss.validate()
    for metric in metrics { try metric.validate() }
    let targetColumns = loss.targetColumns(outputs: plan.outputs)
    // No rows: the check is for the columns alone.
    try loss.check(
      targets: MatrixView(storage.parameters, rows: 0, columns: targetColumns), outputs: plan.outputs)
    let accumulators = try Self.accumulators(metrics, outputs: plan.outputs, targetColumns: targetColumns)
    _ = try storage.makeGradients()
    try storage.makeSlots(optimizer.slots, keepingState: false)
    (self.optimizer, self.loss, self.metrics, self.accumulators) = (optimizer, loss, metrics, accumulators)
    isFused = isLastActivation(loss.fusedActivation)
  }

  /// Compiles with kinds given by leading-dot names, as in `compile(optimizer: .adam(), loss: .meanSquaredError)`.
  public func compile(
    optimizer: some Optimizer, loss: some Loss, metrics: [any Metric] = []
  ) throws(DenseError) {
    try compile(optimizer: optimizer as any Optimizer, loss: loss as any Loss, metrics: metrics)
  }

  /// Adds a metric to those that are reported. The network must have been compiled.
  public func add(_ metric: any Metric) throws(DenseError) {
    try requireNoFit()
    let (_, loss) = try compiled()
    let (plan, _) = try built()
    try metric.validate()
    accumulators += try Self.accumulators(
      [metric], outputs: plan.outputs, targetColumns: loss.targetColumns(outputs: plan.outputs))
    metrics.append(metric)
  }

  /// Names of the reported values: "loss", then the metrics. A name that comes again gets a number.
  public var resultNames: [String] {
    var names = ["loss"]
    for (index, metric) in metrics.enumerated() {
      let repeats = metrics[..<index].count { $0.name == metric.name }
      names.append(repeats == 0 ? metric.name : "\(metric.name)_\(repeats)")
    }
    return names
  }

  /// Columns of a target row; none before the network was compiled.
  public var targetColumns: Int? {
    guard let plan, let loss else { return nil }
    return loss.targetColumns(outputs: plan.outputs)
  }

  private static func accumulators(
    _ metrics: [any Metric], outputs: Int, targetColumns: Int
  ) throws(DenseError) -> [any MetricAccumulator] {
    var accumulators: [any MetricAccumulator] = []
    for metric in metrics {
      accumulators.append(try metric.makeAccumulator(outputs: outputs, targetColumns: targetColumns))
    }
    return accumulators
  }

  private func isLastActivation(_ wanted: (any Activation.Type)?) -> Bool {
    guard let wanted, let last = layers.last?.finalActivation else { return false }
    return type(of: last) == wanted
  }
}

// Settings of the network: `optimizer.learning_rate` and the like, `seed`, and the counters, which are read-only.
extension Network {
  /// The value of a setting: "seed", "iterations", "epochs", or "optimizer." with a setting of the optimizer.
  public func setting(_ path: String) throws(DenseError) -> SettingValue {
    switch path {
    case "seed": return .number(Double(seed))
    case "iterations": return .number(Double(iterations))
    case "epochs": return .number(Double(epochs))
    default: return try compiled().0.setting(optimizerSetting(path))
    }
  }

  /// Changes a setting of the optimizer, such as "optimizer.learning_rate", from the next step on. Its state stays,
  /// unless the setting changes which values it keeps.
  public func set(_ path: String, _ value: SettingValue) throws(DenseError) {
    if path == "iterations" || path == "epochs" || path == "seed" {
      throw DenseError(.invalidArgument, "'\(path)' of the network is read-only, received \(value.shown)")
    }
    let name = try optimizerSetting(path)
    var (optimizer, _) = try compiled()
    try optimizer.set(name, value)
    try built().1.makeSlots(optimizer.slots, keepingState: true)
    self.optimizer = optimizer
  }

  private func optimizerSetting(_ path: String) throws(DenseError) -> String {
    let prefix = "optimizer."
    guard path.hasPrefix(prefix) else {
      throw DenseError(
        .unknownName,
        "the network has no setting '\(path)'; expected one of: seed, iterations, epochs, "
          + "or 'optimizer.' and a setting of the optimizer")
    }
    return String(path.dropFirst(prefix.count))
  }
}
