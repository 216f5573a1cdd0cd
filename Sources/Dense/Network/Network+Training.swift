public import DenseCompute

/// The verbs of training one by one: forward, backward, step.
extension Network {
  /// output = the network's answer to each row of `input`. In training, dropout works, batch normalization takes the
  /// batch's statistics, and what `backward` needs is kept; otherwise it is `predict`.
  /// - Parameters:
  ///   - input: rows x `inputs`, of which training keeps a copy.
  ///   - output: rows x `outputs`; does not overlap `input`.
  /// - Throws: `invalidState` before the network was built, `shapeMismatch`, `outOfMemory`.
  public func forward(_ input: MatrixView, training: Bool, into output: MutableMatrixView) throws(DenseError) {
    guard training else { return try predict(input, into: output) }
    let (plan, _) = try built()
    try input.require(columns: plan.inputs, "input")
    try output.readOnly.require(rows: input.rows, columns: plan.outputs, "output")
    workspace?.output = nil
    guard input.rows > 0 else { return }
    let workspace = try makeWorkspace(rows: input.rows)
    let copy = try workspace.makeBatch(targetColumns: 1).inputs
    copy.copy(input)
    try FloatingPointState.withFlushedDenormals { () throws(DenseError) in
      try built().1.beginStep(rows: input.rows)
      output.copy(try runForward(copy.readOnly, training: true, workspace))
    }
  }

  /// Adds the gradients of all parameters, penalties included, for the last forward pass of training.
  /// - Parameters:
  ///   - outputGradient: the loss gradient with respect to the output, rows x `outputs`.
  ///   - inputGradient: where given, receives the loss gradient with respect to the input, rows x `inputs`.
  /// - Throws: `invalidState` before a forward pass of training, `shapeMismatch`, `outOfMemory`.
  public func backward(_ outputGradient: MatrixView, into inputGradient: MutableMatrixView?) throws(DenseError) {
    let (plan, _) = try built()
    guard let workspace, workspace.output != nil else {
      throw DenseError(.invalidState, "expected forward with training before backward")
    }
    try outputGradient.require(rows: workspace.rows, columns: plan.outputs, "output gradient")
    try inputGradient?.readOnly.require(rows: workspace.rows, columns: plan.inputs, "input gradient")
    hasGradients = true
    try FloatingPointState.withFlushedDenormals { () throws(DenseError) in
      workspace.gradient(0, columns: plan.outputs).copy(outputGradient)
      try runBackward(workspace, isOfLogits: false, into: inputGradient)
      try built().1.computePending()
    }
  }

  /// Updates the parameters from the gradients that `backward` has added up, and zeroes these.
  /// - Throws: `invalidState` before the network was compiled; `nonFinite`, naming layer and parameter, where a gradient or
  ///   the update is not finite: then the weights are as they were.
  public func step() throws(DenseError) {
    let (optimizer, _) = try compiled()
    let (_, storage) = try built()
    hasGradients = false
    try FloatingPointState.withFlushedDenormals { () throws(DenseError) in
      try storage.update(arrays, with: optimizer)
    }
  }

  /// Forgets the gradients that were added up. Throws `invalidState` before the network was built.
  public func zeroGradients() throws(DenseError) {
    hasGradients = false
    try built().1.zeroGradients()
  }

  /// The memory for batches of `rows` rows: that of the last step where it is large enough.
  func makeWorkspace(rows: Int) throws(DenseError) -> TrainingWorkspace {
    if let workspace, workspace.capacity >= rows {
      workspace.setRows(rows)
      workspace.output = nil
      return workspace
    }
    // The old one goes first, so that the two never stand side by side.
    workspace = nil
    let made = try TrainingWorkspace(try built().0, rows: rows)
    workspace = made
    return made
  }

  /// The rows of `input` through all layers. `input` stays readable until the backward pass.
  /// - Parameter positions: which rows of the matrix that starts at `input` these are, for a first layer that
  ///   `readsSelectedRows`.
  func runForward(
    _ input: MatrixView, at positions: UnsafePointer<Int32>? = nil, isModest: Bool = false, training: Bool,
    _ workspace: TrainingWorkspace
  ) throws(DenseError) -> MatrixView {
    var current = input
    for index in layers.indices {
      workspace.records[index].input = current
      workspace.records[index].positions = index == 0 ? positions : nil
      workspace.records[index].isInputModest = isModest && index == 0
      current = try layers[index].forward(&workspace.records[index], training: training)
    }
    workspace.output = training ? current : nil
    return current
  }

  /// The way back through all layers that have a use for it. The gradient of the output, or of the last layer's logits,
  /// stands in the workspace's first buffer and is used up. Gradients of kernels may be pending afterwards.
  func runBackward(
    _ workspace: TrainingWorkspace, isOfLogits: Bool, into inputGradient: MutableMatrixView?
  ) throws(DenseError) {
    let (plan, storage) = try built()
    storage.beginBackward()
    var gradient = workspace.gradient(0, columns: plan.outputs)
    var buffer = 0
    var isOfLogits = isOfLogits
    for index in layers.indices.reversed() where inputGradient != nil || index >= plan.firstWithParameters {
      let record = workspace.records[index]
      var next: MutableMatrixView?
      if plan.worksInPlace[index] {
        next = gradient
      } else if index > plan.firstWithParameters {
        buffer += 1
        next = workspace.gradient(buffer, columns: record.input.columns)
      } else {
        // All layers before this one work in place and are as wide as the input.
        next = inputGradient
      }
      var derivative: ActivationDerivative?
      if next != nil, index > 0, !plan.worksInPlace[index] {
        derivative = layers[index - 1].derivative(workspace.records[index - 1])
      }
      try layers[index].backward(
        record, gradient: gradient, isOfLogits: isOfLogits,
        into: next.map { InputGradient(place: $0, derivative: derivative) })
      isOfLogits = derivative != nil
      if let next { gradient = next }
    }
    if let inputGradient, inputGradient.pointer != gradient.pointer { inputGradient.copy(gradient.readOnly) }
    try storage.computePending(onlyRegularized: true)
    for layer in layers { try layer.addPenaltyGradients() }
    storage.endBackward()
  }
}
