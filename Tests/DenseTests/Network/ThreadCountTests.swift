import Testing

@testable import Dense

/// Training gives the same bits for any number of threads.
@Suite(.serialized)
struct ThreadCountTests {
  private func results<R>(_ compute: () throws -> R) rethrows -> [R] {
    let before = ThreadPool.threadCount
    defer { ThreadPool.threadCount = before }
    return try [1, 2, 3, 8].map { count in
      ThreadPool.threadCount = count
      return try compute()
    }
  }

  /// Layers that are shared between threads in every product, by rows and by columns, and in the update.
  private func makeNetwork(_ optimizer: any Optimizer) throws -> Network {
    let network = try Network(
      inputs: 300, seed: 3,
      layers: [
        DenseLayer(units: 330, activation: .relu, dropout: 0.2), BatchNormalizationLayer(),
        DenseLayer(units: 20, activation: .tanh), DropoutLayer(rate: 0.1), DenseLayer(units: 500, activation: .silu),
        DenseLayer(units: 10, activation: .softmax),
      ])
    try network.compile(optimizer: optimizer, loss: SparseCategoricalCrossentropy())
    return network
  }

  @Test(arguments: ["adam", "rmsprop", "sgd"])
  func fitDoesNotDependOnThreads(_ name: String) throws {
    var numbers = Numbers(seed: 5)
    let inputs = numbers.floats(200 * 300, from: -1, to: 1)
    let targets = (0..<200).map { Float($0 * 7 % 10) }
    let all = try results {
      let network = try makeNetwork(try Catalogues.optimizers.make(name))
      let history = try network.fit(inputs, targets, options: FitOptions(epochs: 3, batchSize: 100))
      return (try bits(network), history.values.flatMap { $0.map(\.bitPattern) })
    }
    for result in all {
      // An expectation that compares arrays itself would list the differences of so many values for minutes.
      let isSame = result == all[0]
      #expect(isSame)
    }
  }

  /// So many losses are added up in blocks, which one thread keeps to as well.
  @Test func lossesDoNotDependOnThreads() throws {
    var numbers = Numbers(seed: 6)
    let rows = 2500
    let inputs = numbers.floats(rows * 300, from: -1, to: 1)
    // Of so many magnitudes that their sum, in double precision, depends on its order.
    let targets = numbers.floats(rows * 10, from: -40, to: 40).map {
      Float(sign: .plus, exponent: Int($0), significand: 1.1)
    }
    let all = try results {
      let network = try Network(inputs: 300, seed: 3, layers: [DenseLayer(units: 330), DenseLayer(units: 10)])
      try network.compile(optimizer: SGD(), loss: MeanSquaredError())
      return try network.trainBatch(inputs, targets).map(\.bitPattern)
    }
    for result in all { #expect(result == all[0]) }
  }

  /// One weight that leaves the finite numbers is found, and all are taken back, whichever thread meets it.
  @Test(arguments: [0, 150, 299])
  func refusalsDoNotDependOnThreads(_ row: Int) throws {
    // Gradients in one row of the first kernel alone.
    let inputs = (0..<64 * 300).map { Float($0 % 300 == row ? 1 : 0) }
    let all = try results {
      let network = try Network(inputs: 300, layers: [DenseLayer(units: 330, usesBias: false), DenseLayer(units: 1)])
      try network.compile(optimizer: SGD(learningRate: 1e38), loss: MeanSquaredError())
      network.layers[1].isTrainable = false
      try network.layers[1].setValues(of: "kernel", [Float](repeating: 0, count: 329) + [1])
      let before = try bits(network)
      let error = denseError { _ = try network.trainBatch(inputs, [Float](repeating: 1e4, count: 64)) }
      #expect(error?.code == .nonFinite)
      #expect(try bits(network) == before)
      return error?.message
    }
    for message in all {
      #expect(message == "the update of the kernel of layer 'dense' leads to values that are not finite")
    }
  }

  /// And so is one gradient that no update may use.
  @Test(arguments: [0, 150, 299])
  func refusedGradientsDoNotDependOnThreads(_ row: Int) throws {
    let inputs = (0..<64 * 300).map { Float($0 % 300 == row ? 1e18 : 0) }
    let all = try results {
      let network = try Network(inputs: 300, layers: [DenseLayer(units: 330, usesBias: false), DenseLayer(units: 1)])
      try network.compile(optimizer: Adam(), loss: MeanSquaredError())
      var kernel = [Float](repeating: 0, count: 300 * 330)
      kernel[row * 330 + 329] = 1e-14
      try network.layers[0].setValues(of: "kernel", kernel)
      try network.layers[1].setValues(of: "kernel", [Float](repeating: 0, count: 329) + [1])
      _ = try network.trainBatch([Float](repeating: 0, count: 300), [0])
      let before = try bits(network)
      let error = denseError { _ = try network.trainBatch(inputs, [Float](repeating: 0, count: 64)) }
      #expect(error?.code == .nonFinite)
      #expect(try bits(network) == before)
      return error?.message
    }
    for message in all {
      #expect(message?.hasPrefix("the gradient of the kernel of layer 'dense' has norm") == true)
    }
  }
}
