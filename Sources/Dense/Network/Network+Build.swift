public import DenseCompute
import Synchronization

extension Network {
  /// Puts `layer` behind the others. The network shares it; the caller's object stays usable.
  /// A layer that was built by itself brings its parameters along.
  /// - Throws: `invalidState` after the network was built, or for a layer that belongs to a network already;
  ///   `invalidArgument` for a name that another layer has.
  public func add(_ layer: Layer) throws(DenseError) {
    guard !isBuilt else {
      throw DenseError(
        .invalidState, "expected layers to be added before the network is built, received \(layer.label)")
    }
    if let other = layer.network {
      throw DenseError(
        .invalidState,
        "expected a layer of no network, received \(layer.label) of \(other === self ? "this" : "another") network")
    }
    if layer.name.isEmpty {
      layer.name = defaultName(layer.kind)
    } else if layers.contains(where: { $0.name == layer.name }) {
      throw DenseError(.invalidArgument, "expected a name of its own, received '\(layer.name)' of another layer")
    }
    layer.network = self
    layers.append(layer)
  }

  /// Keras's default names: dense, dense_1, dense_2, ...
  private func defaultName(_ kind: String) -> String {
    let taken = Set(layers.map(\.name))
    var name = kind
    var number = 0
    while taken.contains(name) {
      number += 1
      name = "\(kind)_\(number)"
    }
    return name
  }

  /// Gives all layers their parameters, in one storage. Does nothing where the network was built before.
  /// - Throws: `invalidState` without layers, `invalidArgument` for settings that make no layer, `shapeMismatch` for a
  ///   layer that was built for other inputs, `sizeOverflow`, `outOfMemory`. Then the network is as it was.
  public func build() throws(DenseError) { try build(drawsFirstValues: true) }

  /// - Parameter drawsFirstValues: false where the caller sets all parameters itself, as loading does.
  func build(drawsFirstValues: Bool) throws(DenseError) {
    guard !isBuilt else { return }
    let plan = try makePlan()
    let storage = try ParameterStorage(plan.layout)
    let scratch = drawsFirstValues ? try RowMajorScratch(plan.layers) : nil
    for (index, layer) in layers.enumerated() {
      let offsets = plan.layout.offsets[index]
      let earlier = layer.storage.map { ($0, layer.offsets) }
      layer.attach(plan.layers[index], storage, offsets: offsets)
      if let scratch {
        layer.initialize(seed: seed, index: index, scratch)
      } else {
        layer.reseed(seed, index: index)
      }
      if let (old, places) = earlier {
        for (parameter, (from, to)) in zip(plan.layers[index].parameters, zip(places, offsets)) {
          (storage.parameters + to).update(from: old.parameters + from, count: parameter.rows * parameter.columns)
        }
      }
    }
    (self.plan, self.storage) = (plan, storage)
    let inference = InferenceSteps(plan.prediction, staysOnThread: false)
    self.inference = inference
    predicting = PredictionReferences(steps: .passUnretained(inference), storage: .passUnretained(storage))
    preparedVersion.store(0, ordering: .relaxed)
    refreshArrays()
  }

  /// What the layers need, from their settings alone.
  func makePlan() throws(DenseError) -> NetworkPlan {
    guard !layers.isEmpty else {
      throw DenseError(.invalidState, "expected a network with at least one layer, received none")
    }
    var plans: [LayerPlan] = []
    var columns = inputs
    for layer in layers {
      if let inputs = layer.inputs, inputs != columns {
        throw DenseError(
          .shapeMismatch, "\(layer.label) was built for \(inputs) inputs, received \(columns) from the layers before it"
        )
      }
      let plan = try layer.checkedPlan(inputs: columns, keepsLogits: layer === layers.last)
      plans.append(plan)
      columns = plan.outputs
    }
    return try NetworkPlan(inputs: inputs, layers: plans)
  }

  /// Takes note of which layers are trained.
  func refreshArrays() {
    arrays = TrainableArrays()
    for layer in layers { layer.addTrainableArrays(to: &arrays) }
  }
}
