import DenseCompute
import Testing

@testable import Dense

@Suite struct FitTests {
  private func makeLinear(_ optimizer: any Optimizer = SGD(learningRate: 0)) throws -> Network {
    let network = try Network(inputs: 1, layers: [DenseLayer(units: 1, kernelRegularizer: L2(0.5))])
    try network.compile(optimizer: optimizer, loss: MeanSquaredError(), metrics: [MeanAbsoluteErrorMetric()])
    try network.layers[0].setValues(of: "kernel", [2])
    return network
  }

  @Test func learnsExclusiveOr() throws {
    let network = try Network(
      inputs: 2, seed: 3, layers: [DenseLayer(units: 8, activation: .tanh), DenseLayer(units: 1, activation: .sigmoid)])
    try network.compile(optimizer: .adam(learningRate: 0.05), loss: .binaryCrossentropy(), metrics: [Accuracy()])
    let inputs: [Float] = [0, 0, 0, 1, 1, 0, 1, 1]
    let history = try network.fit(inputs, [0, 1, 1, 0], options: FitOptions(epochs: 300, batchSize: 4))
    #expect(history["accuracy"]?.last == 1)
    #expect(try network.predict(inputs).map { $0.rounded() } == [0, 1, 1, 0])
  }

  /// Batches of 2 rows and 1: losses are means over rows and include the penalty 0.5 * 2^2.
  @Test func reportsKerasFigures() throws {
    let network = try makeLinear()
    let inputs: [Float] = [1, 2, 3, 4, 5]
    let targets: [Float] = [1, 1, 1, 1, 1]
    let history = try network.fit(
      inputs, targets, options: FitOptions(epochs: 1, batchSize: 2, shuffles: false, validationSplit: 0.4))
    #expect(history.names == ["loss", "mean_absolute_error", "val_loss", "val_mean_absolute_error"])
    #expect(history["loss"] == [35.0 / 3 + 2])
    #expect(history["mean_absolute_error"] == [3])
    #expect(history["val_loss"] == [67])
    #expect(history["val_mean_absolute_error"] == [8])
    #expect(history.stopReason == .finished && history.bestEpoch == 0 && history.epochs == 1)
    // Sample weights multiply, and do not change the divisor.
    let weighted = try network.evaluate(inputs, targets, sampleWeights: [1, 0, 0, 2, 0])
    #expect(weighted[0] == 99.0 / 5 + 2)
    let batch = try network.trainBatch(inputs, targets)
    #expect(batch == [35, 5])
  }

  @Test func seesEveryRowOnceInEachEpoch() throws {
    for shuffles in [true, false] {
      let network = try Network(inputs: 1, layers: [DenseLayer(units: 1)])
      try network.compile(optimizer: SGD(learningRate: 0), loss: MeanSquaredError(), metrics: [])
      try network.layers[0].setValues(of: "kernel", [1])
      // The loss of a batch of one row is a power of 4, so the losses of an epoch tell rows and order.
      var orders: [[Double]] = []
      var sum = 0.0
      try network.fit(
        (0..<7).map { Float(1 << $0) }, [Float](repeating: 0, count: 7),
        options: FitOptions(epochs: 3, batchSize: 1, shuffles: shuffles),
        progress: { progress in
          switch progress.event {
          case .epochBegin:
            orders.append([])
            sum = 0
          case .batchEnd:
            let total = progress.values[0] * Double(progress.step)
            orders[progress.epoch].append((total - sum).rounded())
            sum = total
          case .epochEnd: break
          }
          return .proceed
        })
      let expected = (0..<7).map { Double(1 << (2 * $0)) }
      #expect(orders.count == 3)
      for order in orders { #expect(order.sorted() == expected) }
      #expect((orders[0] == expected) == !shuffles)
      #expect((orders[0] == orders[1]) == !shuffles)
    }
  }

  @Test func holdsBackTheLastRows() throws {
    let network = try makeLinear(SGD(learningRate: 0.01))
    let inputs: [Float] = [1, 2, 3, 4]
    let whole = try makeLinear(SGD(learningRate: 0.01))
    var options = FitOptions(epochs: 3, batchSize: 2)
    try whole.fit([1, 2], [1, 1], validation: ([3, 4], [1, 1]), options: options)
    options.validationSplit = 0.5
    try network.fit(inputs, [1, 1, 1, 1], options: options)
    #expect(try network.layers[0].values(of: "kernel") == whole.layers[0].values(of: "kernel"))
  }

  @Test func tellsProgressAndStops() throws {
    let network = try makeLinear()
    var events: [String] = []
    let history = try network.fit(
      [1, 2, 3], [1, 1, 1], options: FitOptions(epochs: 5, batchSize: 2, initialEpoch: 2),
      progress: { progress in
        events.append("\(progress.event) \(progress.epoch) \(progress.step)/\(progress.steps) \(progress.values.count)")
        return progress.epoch == 3 && progress.event == .batchEnd ? .stop : .proceed
      })
    #expect(
      events == [
        "epochBegin 2 0/2 0", "batchEnd 2 1/2 2", "batchEnd 2 2/2 2", "epochEnd 2 2/2 2", "epochBegin 3 0/2 0",
        "batchEnd 3 1/2 2",
      ])
    #expect(history.stopReason == .callback && history.epochs == 1 && history.firstEpoch == 2)
    #expect(network.epochs == 1)
  }

  @Test func boundsGradients() throws {
    // One weight of each of two layers; gradients of the first batch are worked out by hand below.
    func weights(_ change: (inout OptimizerSettings) -> Void) throws -> [Float] {
      let layers = [DenseLayer(units: 1, usesBias: false), DenseLayer(units: 1, usesBias: false)]
      let network = try Network(inputs: 1, layers: layers)
      var optimizer = SGD(learningRate: 1)
      change(&optimizer.common)
      try network.compile(optimizer: optimizer, loss: MeanSquaredError())
      try network.layers[0].setValues(of: "kernel", [3])
      try network.layers[1].setValues(of: "kernel", [4])
      // Output 12, gradient 2 * 12.5 = 25: 100 for the first weight and 75 for the second.
      _ = try network.trainBatch([1], [-0.5])
      return [try network.layers[0].values(of: "kernel")[0], try network.layers[1].values(of: "kernel")[0]]
    }
    let free = try weights { _ in }
    #expect(free == [-97, -71])
    let byValue = try weights { $0.clipValue = 80 }
    #expect(byValue == [-77, -71])
    let byNorm = try weights { $0.clipNorm = 80 }
    #expect(byNorm == [-77, -71])
    let byGlobalNorm = try weights { $0.globalClipNorm = 12.5 }
    #expect(byGlobalNorm == [-7, -3.5])
    #expect(denseError { _ = try weights { ($0.clipNorm, $0.clipValue) = (1, 1) } }?.code == .invalidArgument)
  }

  @Test func keepsFrozenLayers() throws {
    let network = try makeStatefulNetwork()
    network.layers[0].isTrainable = false
    network.layers[1].isTrainable = false
    let before = try network.layers.map { layer in try layer.parameters.map { try layer.values(of: $0.name) } }
    let rows = makeRows(32)
    try network.fit(rows.inputs, rows.targets, options: FitOptions(epochs: 2))
    let after = try network.layers.map { layer in try layer.parameters.map { try layer.values(of: $0.name) } }
    #expect(before[0] == after[0] && before[1] == after[1])
    #expect(before[3] != after[3] && before[4] != after[4])
    network.layers[0].isTrainable = true
    try network.fit(rows.inputs, rows.targets)
    #expect(try network.layers[0].values(of: "kernel") != after[0][0])
  }

  private func makeWide() throws -> Network {
    let network = try Network(
      inputs: 300, seed: 3, layers: [DenseLayer(units: 70, activation: .relu), DenseLayer(units: 3)])
    try network.compile(optimizer: Adam(), loss: MeanSquaredError())
    return network
  }

  /// Rows of which most values are zeros in all, and targets.
  private func makeSparseRows(_ count: Int) -> (inputs: [Float], targets: [Float]) {
    var numbers = Numbers(seed: 8)
    let values = numbers.floats(count * 300, from: -1, to: 1)
    return (values.enumerated().map { $0 % 300 % 7 < 2 ? $1 : 0 }, numbers.floats(count * 3, from: -1, to: 1))
  }

  /// The order in which `network`'s fit takes `count` rows in an epoch.
  private func order(_ network: Network, epoch: Int, count: Int) throws -> [Int] {
    let order = try RowOrder(rows: count)
    order.shuffle(seed: network.seed, epoch: epoch)
    return (0..<count).map { Int(order.rows(from: 0)[$0]) }
  }

  /// Rows with many zeros are read where they stand, which no bit shows.
  @Test func readsSparseRowsInPlace() throws {
    let count = 100
    let (inputs, targets) = makeSparseRows(count)
    let (fitted, stepped) = (try makeWide(), try makeWide())
    try fitted.fit(inputs, targets, options: FitOptions(epochs: 3, batchSize: 16))
    for epoch in 0..<3 {
      let order = try order(stepped, epoch: epoch, count: count)
      for start in stride(from: 0, to: count, by: 16) {
        let rows = order[start..<min(start + 16, count)]
        _ = try stepped.trainBatch(
          rows.flatMap { inputs[$0 * 300..<($0 + 1) * 300] }, rows.flatMap { targets[$0 * 3..<($0 + 1) * 3] })
      }
    }
    #expect(try bits(fitted) == bits(stepped))
  }

  /// A value that no update may square is noticed in such a row, too, and named where it is not finite.
  @Test(arguments: [1e30, Float.infinity]) func refusesALargeValueInPlace(value: Float) throws {
    let (inputs, targets) = makeSparseRows(64)
    let network = try makeWide()
    // Nothing else is in that column, whose weights stay zero.
    var kernel = try network.layers[0].values(of: "kernel")
    for unit in 0..<70 { kernel[3 * 70 + unit] = 0 }
    try network.layers[0].setValues(of: "kernel", kernel)
    var changed = inputs
    let row = try order(network, epoch: 0, count: 64)[40]
    changed[row * 300 + 3] = value
    let error = denseError {
      try network.fit(changed, targets, options: FitOptions(epochs: 2, batchSize: 16))
    }
    let place =
      value.isFinite ? "the gradient of the kernel of layer 'dense' " : "the input in row 8, column 3 of the batch"
    #expect(error?.code == .nonFinite && error?.message.hasPrefix("epoch 1, step 3: ") == true)
    #expect(error?.message.contains(place) == true, "\(error?.message ?? "")")
  }

  /// A large value whose gradient is zero at first is known in later epochs, wherever it was met.
  @Test(arguments: [3, 20]) func remembersLargeValuesOfTheFirstEpoch(position: Int) throws {
    let network = try Network(
      inputs: 300, seed: 3,
      layers: [
        DenseLayer(units: 16, activation: .relu, usesBias: false), DenseLayer(units: 1, usesBias: false),
      ])
    try network.compile(optimizer: SGD(learningRate: 0.001), loss: MeanSquaredError())
    // All rows but one have -1 in column 0, whose weights rise through zero in the second epoch. Only then the last row
    // has a gradient.
    let kernel = (0..<300 * 16).map { $0 < 16 ? -0.012 as Float : 0 }
    try network.layers[0].setValues(of: "kernel", kernel)
    try network.layers[1].setValues(of: "kernel", [Float](repeating: 1, count: 16))
    var inputs = (0..<64 * 300).map { $0 % 300 == 0 ? -1 as Float : 0 }
    let row = try order(network, epoch: 0, count: 64)[position]
    (inputs[row * 300], inputs[row * 300 + 3]) = (1, 1e30)
    let error = denseError {
      try network.fit(inputs, [Float](repeating: -1, count: 64), options: FitOptions(epochs: 4, batchSize: 16))
    }
    let message = error?.message ?? ""
    #expect(message.contains("the gradient of the kernel of layer 'dense'"), "\(message)")
    #expect(!message.hasPrefix("epoch 1"), "\(message)")
  }

  @Test func trainsByItsVerbsAsByItsSteps() throws {
    // The loss sum((y - t)^2) / rows, differentiated by hand, through forward, backward and step.
    let whole = try makeLinear(Adam(learningRate: 0.1))
    let parts = try makeLinear(Adam(learningRate: 0.1))
    let x: [Float] = [1, 2]
    for _ in 0..<5 {
      _ = try whole.trainBatch(x, [3, -1])
      var y: [Float] = [0, 0]
      var dx: [Float] = [0, 0]
      try x.withMatrixView(columns: 1) { (x) throws(DenseError) in
        try y.withMutableMatrixView(columns: 1) { (y) throws(DenseError) in
          try parts.forward(x, training: true, into: y)
        }
        y = [y[0] - 3, y[1] + 1]
        try y.withMatrixView(columns: 1) { (dy) throws(DenseError) in
          try dx.withMutableMatrixView(columns: 1) { (dx) throws(DenseError) in try parts.backward(dy, into: dx) }
        }
      }
      let kernel = try parts.layers[0].values(of: "kernel")[0]
      #expect(dx == [y[0] * kernel, y[1] * kernel])
      try parts.step()
    }
    #expect(try bits(parts) == bits(whole))
    #expect(parts.iterations == 5)
  }
}
