import DenseCompute

/// The figures behind every `Quantity`, from plans alone.
struct Counts {
  var weights = 0
  var biases = 0
  /// Moving statistics.
  var statistics = 0
  /// Parameters of frozen layers, moving statistics apart.
  var frozen = 0
  var parameterBytes = 0
  var gradientBytes = 0
  var optimizerBytes = 0
  var activationBytes = 0
  var workspaceBytes = 0
  var predictionBytes = 0
  var flopsPerRow = 0

  /// A network of layers with such plans, for batches of `batchSize` rows.
  init(_ plan: NetworkPlan, isFrozen: [Bool], batchSize: Int, slots: Int) throws(DenseError) {
    for (layer, isFrozen) in zip(plan.layers, isFrozen) { try add(layer, isFrozen: isFrozen) }
    try addStorage(plan.layout, slots: slots)
    let prepared = try plan.preparedBytes()
    activationBytes = try TrainingWorkspace.activationBytes(plan, rows: batchSize)
    workspaceBytes = try plan.forwardBytes().plus(plan.transposedBytes())
      .plus(TrainingWorkspace.gradientBytes(plan, rows: batchSize))
      .plus(TrainingWorkspace.batchBytes(plan, rows: batchSize))
    predictionBytes = try parameterBytes.plus(prepared)
      .plus(PredictionWorkspace.byteCount(plan.prediction, rows: batchSize))
  }

  /// A layer by itself, which gives input gradients, for batches of `batchSize` rows.
  init(_ plan: LayerPlan, isFrozen: Bool, batchSize: Int, slots: Int) throws(DenseError) {
    try add(plan, isFrozen: isFrozen)
    let layout = try ParameterLayout([plan])
    try addStorage(layout, slots: slots)
    activationBytes = try LayerWorkspace.byteCount(plan, rows: batchSize)
    workspaceBytes = try plan.forwardBytes.plus(plan.transposedBytes)
    predictionBytes = try parameterBytes.plus(plan.preparedBytes)
  }

  private mutating func add(_ layer: LayerPlan, isFrozen: Bool) throws(DenseError) {
    for parameter in layer.parameters {
      let count = try parameter.count()
      switch parameter.role {
      case .weight: weights = try weights.plus(count)
      case .bias: biases = try biases.plus(count)
      case .statistic: statistics = try statistics.plus(count)
      }
      if isFrozen && parameter.role != .statistic { frozen = try frozen.plus(count) }
    }
    flopsPerRow = try flopsPerRow.plus(layer.flopsPerRow)
  }

  private mutating func addStorage(_ layout: ParameterLayout, slots: Int) throws(DenseError) {
    parameterBytes = try ParameterStorage.parameterBytes(layout)
    gradientBytes = try ParameterStorage.gradientBytes(layout)
    optimizerBytes = try ParameterStorage.slotBytes(layout, slots: slots)
  }

  func value(_ quantity: Quantity) throws(DenseError) -> Int {
    switch quantity {
    case .weights: weights
    case .biases: biases
    case .trainable: try weights.plus(biases) - frozen
    case .nonTrainable: try statistics.plus(frozen)
    case .parameters: try weights.plus(biases).plus(statistics)
    case .parameterBytes: parameterBytes
    case .gradientBytes: gradientBytes
    case .optimizerBytes: optimizerBytes
    case .activationBytes: activationBytes
    case .workspaceBytes: workspaceBytes
    case .predictionBytes: predictionBytes
    case .trainingBytes:
      try parameterBytes.plus(gradientBytes).plus(optimizerBytes).plus(activationBytes).plus(workspaceBytes)
    case .flopsPerRow: flopsPerRow
    }
  }
}
