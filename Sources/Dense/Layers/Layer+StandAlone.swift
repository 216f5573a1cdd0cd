public import DenseCompute

/// A layer by itself, such as inside somebody else's graph.
extension Layer {
  /// Gives the layer its parameters, drawn from its initializers.
  /// - Parameters:
  ///   - inputs: columns of an input row, at least 1.
  ///   - seed: the same seed gives the same values on every machine.
  /// - Throws: `invalidState` where the layer was built or added to a network before, `invalidArgument` for settings that
  ///   make no layer, `sizeOverflow` and `outOfMemory`.
  public final func build(inputs: Int, seed: UInt64 = 0) throws(DenseError) {
    guard network == nil else {
      throw DenseError(.invalidState, "\(label) belongs to a network: expected the network to be built, not the layer")
    }
    if let plan {
      throw DenseError(.invalidState, "\(label) was built before, for \(plan.inputs) inputs")
    }
    let plan = try checkedPlan(inputs: inputs, keepsLogits: false)
    let storage = try ParameterStorage(try ParameterLayout([plan]))
    let scratch = try RowMajorScratch([plan])
    attach(plan, storage, offsets: storage.layout.offsets[0])
    initialize(seed: seed, index: 0, scratch)
  }

  /// output = f(input).
  ///
  /// In training it keeps copies of what `backward` needs, and moving statistics follow the batch. Otherwise nothing is
  /// kept, and dropout does nothing.
  /// - Parameters:
  ///   - input: rows x `inputs`.
  ///   - output: rows x `outputs`; does not overlap `input`.
  /// - Throws: `invalidState` before the layer was built, `shapeMismatch`, `outOfMemory`.
  public final func forward(
    _ input: MatrixView, training: Bool, into output: MutableMatrixView
  ) throws(DenseError) {
    let (plan, _) = try built()
    try input.require(columns: plan.inputs, "input of \(label)")
    try output.readOnly.require(rows: input.rows, columns: plan.outputs, "output of \(label)")
    if training { workspace?.record = nil }
    guard input.rows > 0 else { return }
    try FloatingPointState.withFlushedDenormals { () throws(DenseError) in
      if training {
        output.copy(try forwardTraining(input, plan))
      } else if let step = try inferenceStep() {
        step.run(input, into: output, staysOnThread: false)
      } else {
        output.copy(input)
      }
    }
  }

  private func forwardTraining(_ input: MatrixView, _ plan: LayerPlan) throws(DenseError) -> MatrixView {
    let workspace: LayerWorkspace
    if let kept = self.workspace, kept.capacity >= input.rows {
      workspace = kept
    } else {
      // The old one goes first, so that the two never stand side by side.
      self.workspace = nil
      workspace = try LayerWorkspace(plan, rows: input.rows)
      self.workspace = workspace
    }
    var record = workspace.makeRecord(plan, input: input)
    storage?.beginStep(rows: input.rows)
    let output = try forward(&record, training: true)
    workspace.record = record
    return output
  }

  /// Adds the gradients of the parameters, penalties included, for the last forward pass of training.
  /// - Parameters:
  ///   - outputGradient: the loss gradient with respect to the output, rows x `outputs`.
  ///   - inputGradient: where given, receives the loss gradient with respect to the input, rows x `inputs`.
  /// - Throws: `invalidState` before a forward pass of training, `shapeMismatch`, `outOfMemory`.
  public final func backward(
    _ outputGradient: MatrixView, into inputGradient: MutableMatrixView?
  ) throws(DenseError) {
    let (plan, storage) = try built()
    guard let workspace, let record = workspace.record else {
      throw DenseError(.invalidState, "\(label): expected forward with training before backward")
    }
    try outputGradient.require(rows: record.rows, columns: plan.outputs, "output gradient of \(label)")
    try inputGradient?.readOnly.require(rows: record.rows, columns: plan.inputs, "input gradient of \(label)")
    try FloatingPointState.withFlushedDenormals { () throws(DenseError) in
      let gradient = workspace.copy(gradient: outputGradient)
      storage.beginBackward()
      if plan.worksInPlace {
        try backward(record, gradient: gradient, isOfLogits: false, into: InputGradient(place: gradient))
        inputGradient?.copy(gradient.readOnly)
      } else {
        try backward(
          record, gradient: gradient, isOfLogits: false, into: inputGradient.map { InputGradient(place: $0) })
      }
      try storage.computePending()
      try addPenaltyGradients()
      storage.endBackward()
    }
  }

  /// Updates the parameters from the gradients that were added up, and zeroes these. The optimizer's slots live with the
  /// layer; an optimizer with other slots than the last one starts with zeros.
  /// - Throws: `invalidState` for a layer of a network or before it was built; `nonFinite` as `ParameterStorage.update`.
  public final func step(_ optimizer: any Optimizer) throws(DenseError) {
    let (_, storage) = try built()
    guard network == nil else {
      throw DenseError(.invalidState, "\(label) belongs to a network: expected a step of the network, not of the layer")
    }
    try optimizer.validate()
    try storage.makeSlots(optimizer.slots, keepingState: true)
    var arrays = TrainableArrays()
    addTrainableArrays(to: &arrays)
    try FloatingPointState.withFlushedDenormals { () throws(DenseError) in
      try storage.update(arrays, with: optimizer)
    }
  }

  /// Forgets the gradients that were added up. Throws `invalidState` before the layer was built.
  public final func zeroGradients() throws(DenseError) {
    try built().1.zeroGradients()
  }

  /// The plan for rows of `inputs` columns, after a check of inputs and settings.
  final func checkedPlan(inputs: Int, keepsLogits: Bool) throws(DenseError) -> LayerPlan {
    guard inputs >= 1 else {
      throw DenseError(.invalidArgument, "inputs of \(label): expected at least 1, received \(inputs)")
    }
    try anyConfiguration.validate()
    return try plan(inputs: inputs, keepsLogits: keepsLogits)
  }

  /// Makes `storage` the place of the layer's parameters.
  final func attach(_ plan: LayerPlan, _ storage: ParameterStorage, offsets: [Int]) {
    (self.plan, self.storage, self.offsets) = (plan, storage, offsets)
    workspace = nil
    bind()
  }
}
