import DenseCompute
import Testing

@testable import Dense

@Suite struct CalculatorTests {
  @Test func countsTheWellKnownNetwork() throws {
    let widths = [784, 128, 10]
    #expect(try Calculator.count(.parameters, widths: widths) == 101_770)
    #expect(try Calculator.count(.weights, widths: widths) == 784 * 128 + 128 * 10)
    #expect(try Calculator.count(.biases, widths: widths) == 138)
    #expect(try Calculator.count(.trainable, widths: widths) == 101_770)
    #expect(try Calculator.count(.nonTrainable, widths: widths) == 0)
    #expect(try Calculator.count(.flopsPerRow, widths: widths) == 2 * (784 * 128 + 1280) + 138)
    #expect(try Calculator.count(.optimizerBytes, widths: widths) == 0)
    let one = try Calculator.count(.gradientBytes, widths: widths)
    #expect(one >= 4 * 101_770 && one < 4 * 101_770 + 256)
    #expect(try Calculator.count(.optimizerBytes, widths: widths, optimizer: Adam()) == 2 * one)
  }

  @Test func countsKindsAndFrozenLayers() throws {
    let network = try Network(
      inputs: 4,
      layers: [
        DenseLayer(units: 8, activation: .relu, usesBias: false), BatchNormalizationLayer(), DropoutLayer(rate: 0.5),
        ActivationLayer(.tanh), DenseLayer(units: 2),
      ])
    #expect(try network.count(.weights) == 32 + 8 + 16)
    #expect(try network.count(.biases) == 8 + 2)
    #expect(try network.count(.nonTrainable) == 16)
    #expect(try network.count(.flopsPerRow) == (64 + 8) + 16 + 8 + (32 + 2))
    network.layers[4].isTrainable = false
    #expect(try network.count(.nonTrainable) == 16 + 18)
    #expect(try network.count(.trainable) == 32 + 16)
    #expect(try network.count(.parameters) == 32 + 32 + 18)
  }

  /// In a process of its own, where nothing else takes memory.
  @Test func equalsWhatTheEngineTakes() async {
    await #expect(processExitsWith: .success) {
      try checkNetworkMemory(batchSize: 1)
      try checkNetworkMemory(batchSize: 7)
      try checkNetworkMemory(batchSize: 300)
      try checkLayerMemory()
    }
  }

  @Test(arguments: [Int.max, Int.max / 2, 1 << 61, 1 << 40])
  func neverTrapsOnHugeWidths(_ units: Int) throws {
    for quantity in Quantity.allCases {
      for widths in [[units, 1], [1, units], [units, units], [3, units, 2]] {
        let error = denseError { _ = try Calculator.count(quantity, widths: widths, batchSize: 32, optimizer: Adam()) }
        #expect(error == nil || error?.code == .sizeOverflow)
      }
      let error = denseError { _ = try Calculator.count(quantity, widths: [2, 2], batchSize: units) }
      #expect(error == nil || error?.code == .sizeOverflow)
    }
    for layer in [DenseLayer(units: units), DenseLayer(units: units, activation: .silu, dropout: 0.5)] {
      let error = try #require(denseError { try layer.build(inputs: 1 << 20) })
      #expect(error.code == (units == 1 << 40 ? .outOfMemory : .sizeOverflow))
      #expect(!layer.isBuilt)
    }
    let network = try Network(inputs: 1 << 20, layers: [DenseLayer(units: units)])
    #expect(denseError { try network.build() }?.code == (units == 1 << 40 ? .outOfMemory : .sizeOverflow))
    #expect(!network.isBuilt)
    #expect(!network.layers[0].isBuilt)
  }

  @Test func refusesWhatIsNoNetwork() {
    #expect(denseError { _ = try Calculator.count(.weights, widths: [3]) }?.code == .invalidArgument)
    #expect(denseError { _ = try Calculator.count(.weights, widths: []) }?.code == .invalidArgument)
    #expect(denseError { _ = try Calculator.count(.weights, widths: [3, 0]) }?.code == .invalidArgument)
    #expect(denseError { _ = try Calculator.count(.weights, widths: [-1, 2]) }?.code == .invalidArgument)
    #expect(denseError { _ = try Calculator.count(.weights, widths: [3, 2], batchSize: 0) }?.code == .invalidArgument)
    #expect(denseError { _ = try Quantity.named("weight") }?.code == .unknownName)
  }
}

/// Every byte figure of a network against the bytes that live buffers hold.
private func checkNetworkMemory(batchSize: Int) throws {
  let rows = makeRows(batchSize * 2)
  let start = AlignedBuffer<Float>.bytesInUse
  func used() -> Int { AlignedBuffer<Float>.bytesInUse - start }

  let network = try makeStatefulNetwork()
  func count(_ quantity: Quantity) throws -> Int { try network.count(quantity, batchSize: batchSize) }
  let persistent = try count(.parameterBytes) + count(.gradientBytes) + count(.optimizerBytes)
  #expect(used() == persistent)
  #expect(try count(.optimizerBytes) == Calculator.count(.optimizerBytes, network))

  // The order of the rows goes with the fit. Batch normalization prepares for evaluation.
  try network.fit(rows.inputs, rows.targets, options: FitOptions(epochs: 1, batchSize: batchSize))
  _ = try network.evaluate(rows.inputs, rows.targets, batchSize: batchSize)
  #expect(used() == (try count(.trainingBytes)))
  // And nothing grows from then on.
  for _ in 0..<3 { try network.fit(rows.inputs, rows.targets, options: FitOptions(epochs: 1, batchSize: batchSize)) }
  _ = try network.evaluate(rows.inputs, rows.targets, batchSize: batchSize)
  #expect(used() == (try count(.trainingBytes)))

  // Prediction packs the kernels that training takes as they are.
  let plan = try network.built().0
  _ = try network.predict(Array(rows.inputs.prefix(6 * batchSize)))
  network.predictionWorkspaces.removeAll()
  #expect(used() == (try count(.trainingBytes)) + (try plan.preparedBytes()) - (try plan.forwardBytes()))
  #expect(try plan.preparedBytes() > plan.forwardBytes())
  let other = try makeStatefulNetwork()
  let before = used()
  _ = try other.predict(Array(rows.inputs.prefix(6 * batchSize)))
  #expect(used() - before == (try count(.predictionBytes)) - (try count(.parameterBytes)))
}

extension Calculator {
  /// The figure of a network with the layers of `network`, built or not, and Adam.
  fileprivate static func count(_ quantity: Quantity, _ network: Network) throws -> Int {
    let copy = try Network(inputs: network.inputs)
    for layer in network.layers { try copy.add(try Layer.make(layer.settings)) }
    return try copy.count(quantity, optimizer: Adam())
  }
}

/// Every byte figure of layers by themselves against the bytes that live buffers hold.
private func checkLayerMemory() throws {
  let layers = [
    DenseLayer(units: 5, activation: .silu, dropout: 0.5), BatchNormalizationLayer(), DropoutLayer(rate: 0.1),
    ActivationLayer(.relu), FlattenLayer(),
  ]
  for layer in layers {
    let start = AlignedBuffer<Float>.bytesInUse
    func used() -> Int { AlignedBuffer<Float>.bytesInUse - start }
    try layer.build(inputs: 9)
    func count(_ quantity: Quantity) throws -> Int { try layer.count(quantity, batchSize: 13, optimizer: Adam()) }
    #expect(used() == (try count(.parameterBytes)))
    let predictionBytes = try count(.predictionBytes)
    let x = [Float](repeating: 1, count: 13 * 9)
    var y = [Float](repeating: 0, count: 13 * (layer.outputs ?? 0))
    var dx = x
    try x.withMatrixView(columns: 9) { (x) throws(DenseError) in
      try y.withMutableMatrixView(columns: layer.outputs ?? 0) { (y) throws(DenseError) in
        try dx.withMutableMatrixView(columns: 9) { (dx) throws(DenseError) in
          try layer.forward(x, training: false, into: y)
          #expect(used() == predictionBytes)
          try layer.forward(x, training: true, into: y)
          try layer.backward(y.readOnly, into: dx)
          try layer.step(Adam())
        }
      }
    }
    #expect(used() == (try count(.trainingBytes)), "\(layer.kind)")
  }
}
