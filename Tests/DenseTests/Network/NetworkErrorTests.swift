import DenseCompute
import Testing

@testable import Dense

/// Every misuse gives an error with what was expected and what was received.
@Suite struct NetworkErrorTests {
  private func expect(
    _ code: DenseError.Code, _ message: String, _ body: () throws -> Void, _ location: SourceLocation = #_sourceLocation
  ) {
    let error = denseError(body)
    #expect(error?.code == code, sourceLocation: location)
    #expect(error?.message == message, sourceLocation: location)
  }

  private func makeNetwork() throws -> Network { try Network(inputs: 2, layers: [DenseLayer(units: 3)]) }

  private func makeCompiled() throws -> Network {
    let network = try makeNetwork()
    try network.compile(optimizer: SGD(), loss: MeanSquaredError())
    return network
  }

  @Test func ofOrder() throws {
    let network = try makeNetwork()
    let before = "received a call before that"
    expect(.invalidState, "expected the network to be built, \(before)") { _ = try network.predict([1, 2]) }
    expect(.invalidState, "expected the network to be built, \(before)") { try network.save(to: "/nowhere") }
    try network.build()
    try network.build()
    expect(.invalidState, "expected the network to be compiled, \(before)") { _ = try network.fit([1, 2], [1, 2, 3]) }
    expect(.invalidState, "expected the network to be compiled, \(before)") { try network.step() }
    expect(.invalidState, "expected the network to be compiled, \(before)") {
      _ = try network.setting("optimizer.learning_rate")
    }
    expect(.invalidState, "expected forward with training before backward") {
      try [Float(1), 2, 3].withMatrixView(columns: 3) { (dy) throws(DenseError) in
        try network.backward(dy, into: nil)
      }
    }
    expect(.invalidState, "expected a network with at least one layer, received none") {
      try Network(inputs: 1).build()
    }
    expect(.invalidArgument, "inputs of the network: expected at least 1, received 0") { _ = try Network(inputs: 0) }
  }

  @Test func ofLayers() throws {
    let network = try makeNetwork()
    let layer = network.layers[0]
    expect(.invalidState, "expected a layer of no network, received layer 'dense' of this network") {
      try network.add(layer)
    }
    expect(.invalidState, "expected a layer of no network, received layer 'dense' of another network") {
      try makeNetwork().add(layer)
    }
    let namesake = DenseLayer(units: 1)
    try namesake.set("name", .text("dense"))
    expect(.invalidArgument, "expected a name of its own, received 'dense' of another layer") {
      try network.add(namesake)
    }
    let narrow = DenseLayer(units: 1)
    try narrow.build(inputs: 9)
    try network.add(narrow)
    expect(.shapeMismatch, "layer 'dense_1' was built for 9 inputs, received 3 from the layers before it") {
      try network.build()
    }
    let other = try makeCompiled()
    expect(.invalidState, "expected layers to be added before the network is built, received layer dropout") {
      try other.add(DropoutLayer(rate: 0.5))
    }
    expect(.invalidState, "layer 'dense' belongs to a network: expected the network to be built, not the layer") {
      try layer.build(inputs: 2)
    }
    expect(
      .invalidState, "layer 'dense' belongs to a network: expected a step of the network, not of the layer"
    ) { try other.layers[0].step(SGD()) }
    expect(.invalidArgument, "units: expected a whole number from 1 to \(Int.max), received 0.0") {
      try Network(inputs: 1, layers: [DenseLayer(units: 0)]).build()
    }
    expect(.invalidArgument, "dropout: expected a number in [0.0, 1.0), received 1.0") {
      try Network(inputs: 1, layers: [DenseLayer(units: 1, dropout: 1)]).build()
    }
  }

  @Test func ofShapes() throws {
    let network = try makeCompiled()
    expect(.shapeMismatch, "input: expected whole rows of 2 values, received 3 values") {
      _ = try network.predict([1, 2, 3])
    }
    expect(.shapeMismatch, "inputs: expected at least 1 row, received 0") { _ = try network.fit([], []) }
    expect(.shapeMismatch, "inputs: expected at least 1 row, received 0") { _ = try network.evaluate([], []) }
    expect(.shapeMismatch, "targets: expected 2 rows, received 1") { _ = try network.fit([1, 2, 3, 4], [1, 2, 3]) }
    expect(.shapeMismatch, "sample weights: expected 1 values, received 2") {
      _ = try network.fit([1, 2], [1, 2, 3], sampleWeights: [1, 1])
    }
    expect(.invalidArgument, "sample weights: expected finite numbers, received nan in row 0") {
      _ = try network.fit([1, 2], [1, 2, 3], sampleWeights: [.nan])
    }
    expect(.shapeMismatch, "validation targets: expected 1 rows, received 2") {
      _ = try network.fit([1, 2], [1, 2, 3], validation: ([1, 2], [1, 2, 3, 4, 5, 6]))
    }
    expect(.shapeMismatch, "results: expected room for 1 values, received 3") {
      try [Float(1), 2].withMatrixView(columns: 2) { (x) throws(DenseError) in
        try [Float(1), 2, 3].withMatrixView(columns: 3) { (y) throws(DenseError) in
          var results = [0.0, 0, 0]
          try results.withUnsafeMutableBufferPointer { (results) throws(DenseError) in
            try network.trainBatch(TrainingData(inputs: x, targets: y), results: results)
          }
        }
      }
    }
    let x = UnsafeMutablePointer<Float>.allocate(capacity: 16)
    defer { x.deallocate() }
    x.initialize(repeating: 0, count: 16)
    let output = MutableMatrixView(x + 8, rows: 1, columns: 3)
    expect(.invalidArgument, "input: expected at least 0 rows, received -1") {
      try network.predict(MatrixView(x, rows: -1, columns: 2), into: output)
    }
    expect(.shapeMismatch, "input: expected 2 columns, received 4") {
      try network.predict(MatrixView(x, rows: 1, columns: 4), into: output)
    }
    expect(.shapeMismatch, "output: expected 2 rows, received 1") {
      try network.predict(MatrixView(x, rows: 2, columns: 2), into: output)
    }
    expect(.shapeMismatch, "output: expected 3 columns, received 2") {
      try network.forward(
        MatrixView(x, rows: 1, columns: 2), training: true, into: MutableMatrixView(x + 8, rows: 1, columns: 2))
    }
    try network.forward(MatrixView(x, rows: 1, columns: 2), training: true, into: output)
    expect(.shapeMismatch, "output gradient: expected 1 rows, received 2") {
      try network.backward(MatrixView(x, rows: 2, columns: 3), into: nil)
    }
  }

  @Test func ofSettings() throws {
    let network = try makeCompiled()
    expect(.invalidArgument, "batch_size: expected a whole number from 1 to \(Int.max), received 0.0") {
      _ = try network.fit([1, 2], [1, 2, 3], options: FitOptions(epochs: 1, batchSize: 0))
    }
    expect(.invalidArgument, "batch_size: expected at least 1, received 0") {
      _ = try network.evaluate([1, 2], [1, 2, 3], batchSize: 0)
    }
    expect(
      .invalidArgument, "validation_split: expected a share that leaves rows on both sides, received 0.1 of 1 rows"
    ) { _ = try network.fit([1, 2], [1, 2, 3], options: FitOptions(epochs: 1, validationSplit: 0.1)) }
    expect(
      .unknownName,
      "the network has no setting 'learning_rate'; expected one of: seed, iterations, epochs, "
        + "or 'optimizer.' and a setting of the optimizer"
    ) { try network.set("learning_rate", .number(1)) }
    expect(.invalidArgument, "'iterations' of the network is read-only, received 3.0") {
      try network.set("iterations", .number(3))
    }
    #expect(denseError { try network.set("optimizer.nonsense", .number(1)) }?.code == .unknownName)
    expect(.invalidState, "layer 'dense': 'units' is fixed once the layer was built; expected one of: name, trainable")
    {
      try network.layers[0].set("units", .number(7))
    }
    #expect(denseError { try network.layers[0].set("width", .number(7)) }?.code == .unknownName)
    expect(.invalidArgument, "name: expected a text of one line without '/', received 'a/b'") {
      try network.layers[0].set("name", .text("a/b"))
    }
    #expect(denseError { try network.add(F1Score()) } == nil)
    #expect(network.resultNames == ["loss", "f1_score"])
    // Batch sizes beyond the rows, up to the largest, are the whole data.
    let history = try network.fit([1, 2], [1, 2, 3], options: FitOptions(epochs: 1, batchSize: .max))
    #expect(history.epochs == 1)
    _ = try network.evaluate([1, 2], [1, 2, 3], batchSize: .max)
  }
}
