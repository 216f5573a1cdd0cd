public import DenseCompute

extension Layer {
  /// Writes the layer to a safetensors file, whole or not at all: settings, parameters, the optimizer's state and the
  /// place in its random stream.
  /// - Throws: `invalidState` before the layer was built, `inputOutput`.
  public final func save(to path: String) throws(DenseError) {
    let (plan, storage) = try built()
    let state = [
      JSON.Member("inputs", .number(Double(plan.inputs))),
      JSON.Member("seed", JSON(exact: random.seed)),
      JSON.Member("stream", JSON(exact: random.stream)),
      JSON.Member("draws", JSON(exact: randomPosition)),
      JSON.Member("slots", .array(storage.slotNames.map(JSON.text))),
      JSON.Member("iterations", .number(Double(storage.iterations))),
    ]
    try ModelFile.write(
      path: path, kind: .layer, description: description + state,
      tensors: storage.sources(plan.storedArrays(prefix: "", offsets: offsets)))
  }

  /// A layer by itself, built, from a file that `save` wrote. It goes on to the same bits as the one that was saved.
  /// - Throws: `inputOutput`, `fileFormat` naming the fault, `fileVersion`, `outOfMemory`.
  public static func load(from path: String) throws(DenseError) -> Layer {
    let file = try ModelFile.read(path: path, kind: .layer)
    do {
      return try load(file, "'\(path)': layer")
    } catch {
      throw error.inFile(path)
    }
  }

  private static func load(_ file: ModelFile, _ what: String) throws(DenseError) -> Layer {
    let layer = try make(file.description, what)
    func member(_ name: String) throws(DenseError) -> JSON { try file.description.member(name, of: what) }
    let plan = try layer.checkedPlan(inputs: member("inputs").count("\(what): inputs"), keepsLogits: false)
    var slots: [String] = []
    for slot in try member("slots").elements("\(what): slots") { slots.append(try slot.text("\(what): slots")) }
    let layout = try ParameterLayout([plan])
    let arrays = plan.storedArrays(prefix: "", offsets: layout.offsets[0])
    try file.tensors.require(arrays, slots: slots)

    let storage = try ParameterStorage(layout)
    try storage.makeSlots(slots, keepingState: false)
    try storage.load(arrays, from: file.tensors)
    storage.iterations = try member("iterations").count("\(what): iterations")
    layer.attach(plan, storage, offsets: layout.offsets[0])
    layer.random = RandomStream(
      seed: try member("seed").exactNumber("\(what): seed"), stream: try member("stream").exactNumber("\(what): stream")
    )
    layer.randomPosition = try member("draws").exactNumber("\(what): draws")
    return layer
  }
}
