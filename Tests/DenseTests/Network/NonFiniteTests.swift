import Testing

@testable import Dense

/// Values that are not finite are reported with their place, and never reach the weights.
@Suite struct NonFiniteTests {
  private func makeNetwork(_ optimizer: any Optimizer = SGD(learningRate: 0.1)) throws -> Network {
    let network = try Network(
      inputs: 2,
      layers: [DenseLayer(units: 3, activation: .relu), BatchNormalizationLayer(), DenseLayer(units: 1)])
    try network.compile(optimizer: optimizer, loss: MeanSquaredError())
    return network
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func namesTheInput(_ value: Float) throws {
    let network = try makeNetwork()
    let before = try bits(network)
    let inputs: [Float] = [1, 2, 3, 4, 5, value, 7, 8]
    let error = denseError {
      try network.fit(inputs, [1, 2, 3, 4], options: FitOptions(epochs: 3, batchSize: 2, shuffles: false))
    }
    #expect(error?.code == .nonFinite)
    #expect(error?.message == "epoch 1, step 2: the input in row 0, column 1 of the batch is \(value)")
    #expect(try bits(network) != before)
    #expect(try network.predict([1, 2]).allSatisfy(\.isFinite))
    #expect(try network.layers[1].values(of: "moving_mean").allSatisfy(\.isFinite))
  }

  @Test func namesTheWeights() throws {
    let network = try makeNetwork()
    try network.layers[2].setValues(of: "kernel", [1, .nan, 1])
    let error = denseError { _ = try network.trainBatch([1, 2, 3, 4], [1, 2]) }
    #expect(error?.message == "the kernel of layer 'dense_1' is not finite")
  }

  /// Zeros of the inputs save time after a step that left finite weights, but not when these were set since, or when the step
  /// had nothing to do with them.
  @Test(arguments: [false, true]) func zerosDoNotHideWeights(isFrozen: Bool) throws {
    let network = try Network(inputs: 300, layers: [DenseLayer(units: 40, activation: .relu), DenseLayer(units: 1)])
    try network.compile(optimizer: SGD(learningRate: 0.01), loss: MeanSquaredError())
    let inputs = (0..<8 * 300).map { Float($0 % 300 < 60 ? 1 : 0) }
    let targets = [Float](repeating: 0, count: 8)
    var kernel = try network.layers[0].values(of: "kernel")
    kernel[200 * 40 + 7] = -.infinity
    if isFrozen {
      // The ReLU makes zeros of the sums that are -infinity.
      network.layers[0].isTrainable = false
      try network.layers[0].setValues(of: "kernel", kernel)
      _ = try network.trainBatch([Float](repeating: 1, count: inputs.count), targets)
      #expect(try !network.built().1.isFinite)
      network.layers[0].isTrainable = true
    } else {
      for _ in 0..<2 { _ = try network.trainBatch(inputs, targets) }
      #expect(try network.built().1.isFinite)
      try network.layers[0].setValues(of: "kernel", kernel)
    }
    let error = denseError { _ = try network.trainBatch(inputs, targets) }
    #expect(error?.message == "the kernel of layer 'dense' is not finite")
    #expect(try network.predict(inputs).allSatisfy(\.isNaN))
  }

  @Test func namesTheLayerWhoseOutputOverflows() throws {
    let network = try makeNetwork()
    try network.layers[0].setValues(of: "kernel", [1e38, 1e38, 1e38, 1e38, 1e38, 1e38])
    let before = try bits(network)
    let error = denseError { _ = try network.trainBatch([4, 4, 1, 1], [1, 2]) }
    #expect(error?.message == "the output of layer 'dense' in row 0, column 0 of the batch is inf")
    #expect(try bits(network) == before)
  }

  @Test(arguments: ["sgd", "adam", "rmsprop", "adamw"])
  func refusesAnUpdateThatOverflows(_ name: String) throws {
    let network = try makeNetwork(try Catalogues.optimizers.make(name))
    let inputs: [Float] = [1, 2, 3, 5]
    _ = try network.trainBatch(inputs, [1, 2])
    let before = try parameters(network)
    // A step of Adam is about as long as its learning rate, so it takes one that no setting permits.
    network.optimizer?.common.learningRate = 1e300
    let error = denseError { _ = try network.trainBatch(inputs, [30, 20]) }
    #expect(error?.code == .nonFinite)
    #expect(error?.message.contains("leads to values that are not finite") == true)
    #expect(try parameters(network) == before)
    try network.set("optimizer.learning_rate", .number(0.01))
    #expect(try network.trainBatch(inputs, [1, 2])[0].isFinite)
  }

  @Test func refusesAGradientWhoseSquareOverflows() throws {
    let network = try Network(inputs: 1, layers: [DenseLayer(units: 1)])
    try network.compile(optimizer: Adam(), loss: MeanSquaredError())
    try network.layers[0].setValues(of: "kernel", [1e4])
    let error = denseError { _ = try network.trainBatch([1e14], [0]) }
    #expect(error?.code == .nonFinite)
    #expect(error?.message.hasPrefix("the gradient of the kernel of layer 'dense' has norm") == true)
    #expect(try network.layers[0].values(of: "kernel") == [1e4])
  }

  @Test func endsADivergingRun() throws {
    let network = try makeNetwork(SGD(learningRate: 1e6))
    var numbers = Numbers(seed: 1)
    let inputs = numbers.floats(64, from: -10, to: 10)
    let targets = numbers.floats(32, from: -10, to: 10)
    let error = denseError {
      try network.fit(inputs, targets, options: FitOptions(epochs: 1000, batchSize: 8))
    }
    #expect(error?.code == .nonFinite)
    #expect(error?.message.hasPrefix("epoch ") == true)
    for layer in network.layers {
      for parameter in layer.parameters { #expect(try layer.values(of: parameter.name).allSatisfy(\.isFinite)) }
    }
  }

  private func parameters(_ network: Network) throws -> [[Float]] {
    try network.layers.flatMap { layer in
      try layer.parameters.filter(\.isTrainable).map { try layer.values(of: $0.name) }
    }
  }
}
