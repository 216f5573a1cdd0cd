public import DenseCompute

extension Network {
  /// Writes the network to one safetensors file, whole or not at all: architecture, parameters, moving statistics, the
  /// optimizer with its state, and all counters. Training goes on from the file to the same bits.
  /// Gradients that no step has used are not written.
  /// - Throws: `invalidState` before the network was built, `inputOutput`.
  public func save(to path: String) throws(DenseError) {
    let (plan, storage) = try built()
    try ModelFile.write(
      path: path, kind: .network, description: description, tensors: storage.sources(storedArrays(plan)))
  }

  /// A network, built, and compiled where the saved one was, from a file that `save` wrote.
  /// - Throws: `inputOutput`, `fileFormat` naming the fault, `fileVersion`, `outOfMemory`.
  public static func load(from path: String) throws(DenseError) -> Network {
    let file = try ModelFile.read(path: path, kind: .network)
    do {
      return try load(file, "'\(path)': network")
    } catch {
      throw error.inFile(path)
    }
  }

  private static func load(_ file: ModelFile, _ what: String) throws(DenseError) -> Network {
    func member(_ name: String) throws(DenseError) -> JSON { try file.description.member(name, of: what) }
    let network = try Network(
      inputs: member("inputs").count("\(what): inputs"), seed: member("seed").exactNumber("\(what): seed"))
    let layers = try member("layers").elements("\(what): layers")
    for (index, layer) in layers.enumerated() {
      try network.add(try Layer.make(layer, "\(what): layer \(index)"))
    }
    let training = try TrainingState(try member("training"), "\(what): training")

    // The file must hold every array before memory is taken for it.
    let plan = try network.makePlan()
    try file.tensors.require(network.storedArrays(plan), slots: training?.optimizer.slots ?? [])
    try network.build(drawsFirstValues: false)
    if let training {
      try network.compile(optimizer: training.optimizer, loss: training.loss, metrics: training.metrics)
    }
    let (_, storage) = try network.built()
    try storage.load(network.storedArrays(plan), from: file.tensors)
    storage.iterations = training?.iterations ?? 0
    network.epochs = try member("epochs").count("\(what): epochs")
    for (index, layer) in layers.enumerated() {
      let what = "\(what): layer \(index)"
      network.layers[index].randomPosition = try layer.member("draws", of: what).exactNumber("\(what): draws")
    }
    for note in try file.description["notes"]?.members("\(what): notes") ?? [] {
      network.notes[note.name] = try note.value.text("\(what): notes: \(note.name)")
    }
    return network
  }

  private func storedArrays(_ plan: NetworkPlan) -> [StoredArray] {
    layers.indices.flatMap { index in
      plan.layers[index].storedArrays(prefix: layers[index].name + "/", offsets: plan.layout.offsets[index])
    }
  }
}

/// How a saved network was trained.
private struct TrainingState {
  let optimizer: any Optimizer
  let loss: any Loss
  let metrics: [any Metric]
  let iterations: Int

  /// None for a network that was not compiled.
  init?(_ description: JSON, _ what: String) throws(DenseError) {
    if description == .null { return nil }
    func value(_ name: String) throws(DenseError) -> SettingValue {
      try description.member(name, of: what).settingValue("\(what): \(name)")
    }
    optimizer = try Catalogues.optimizers.make(try value("optimizer"))
    loss = try Catalogues.losses.make(try value("loss"))
    var metrics: [any Metric] = []
    for metric in try description.member("metrics", of: what).elements("\(what): metrics") {
      metrics.append(try Catalogues.metrics.make(try metric.settingValue("\(what): metrics")))
    }
    self.metrics = metrics
    iterations = try description.member("iterations", of: what).count("\(what): iterations")
  }
}
