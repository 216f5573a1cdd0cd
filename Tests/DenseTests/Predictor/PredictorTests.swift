import DenseCompute
import Testing

@testable import Dense

@Suite struct PredictorTests {
  /// Networks whose rows take every way through the buffers.
  static let networks: [String: @Sendable () -> [Layer]] = [
    "one layer": { [DenseLayer(units: 10, activation: .softmax)] },
    "two layers": { [DenseLayer(units: 33, activation: .relu), DenseLayer(units: 3)] },
    "narrow": {
      [DenseLayer(units: 64, activation: .tanh), DenseLayer(units: 8, activation: .gelu()), DenseLayer(units: 1)]
    },
    "long": { (0..<6).map { DenseLayer(units: 40 - 5 * $0, activation: .silu) } },
    "no bias": { [DenseLayer(units: 20, activation: .elu(alpha: 0.5), usesBias: false), DenseLayer(units: 12)] },
    "normalized": {
      [
        BatchNormalizationLayer(), DenseLayer(units: 50), BatchNormalizationLayer(), ActivationLayer(.relu),
        DropoutLayer(rate: 0.5), DenseLayer(units: 9, activation: .sigmoid),
      ]
    },
    "ends in place": {
      [
        DenseLayer(units: 18), DenseLayer(units: 30), BatchNormalizationLayer(), FlattenLayer(),
        ActivationLayer(.softmax),
      ]
    },
    "in place alone": { [BatchNormalizationLayer(), ActivationLayer(.softplus)] },
    "identity": { [FlattenLayer(), DropoutLayer(rate: 0.1), ActivationLayer(.linear)] },
    "deep sum": { [DenseLayer(units: 700, activation: .leakyReLU()), DenseLayer(units: 21, activation: .softmax)] },
  ]

  /// A built network of these layers whose moving statistics are not those that it began with.
  static func network(_ name: String, inputs: Int = 23) throws -> Network {
    let layers = try #require(networks[name])
    let network = try Network(inputs: inputs, seed: 3, layers: layers())
    try network.compile(optimizer: Adam(learningRate: 0.01), loss: MeanSquaredError())
    try train(network)
    return network
  }

  static func train(_ network: Network) throws {
    var numbers = Numbers(seed: 11)
    let outputs = try network.makePlan().outputs
    try network.fit(numbers.floats(40 * network.inputs), numbers.floats(40 * outputs), options: FitOptions(epochs: 2))
  }

  static func rows(_ count: Int, of network: Network) -> [Float] {
    var numbers = Numbers(seed: UInt64(count))
    return numbers.floats(count * network.inputs)
  }

  @Test(arguments: networks.keys.sorted())
  func hasTheBitsOfTheNetwork(_ name: String) throws {
    let network = try Self.network(name)
    for maximumRows in [1, 7, 256] {
      // The network shares large work with the pool; a predictor does where the block is the large one.
      let options = PredictorOptions(maximumRows: maximumRows, workspaces: 1, threads: maximumRows == 256 ? 0 : 1)
      let predictor = try Predictor(network, options: options)
      for count in [1, 2, 5, 13, 64, 300] {
        let rows = Self.rows(count, of: network)
        let expected = try network.predict(rows)
        #expect(try predictor.run(rows).map(\.bitPattern) == expected.map(\.bitPattern), "\(count) by \(maximumRows)")
        #expect(expected.contains { $0 != 0 })
      }
    }
  }

  @Test func staysWhenTheNetworkIsTrainedOnOrGone() throws {
    var network: Network? = try Self.network("normalized")
    let rows = Self.rows(30, of: try #require(network))
    let before = try #require(network).predict(rows)
    let predictor = try Predictor(try #require(network))
    try Self.train(try #require(network))
    #expect(try #require(network).predict(rows) != before)
    #expect(try predictor.run(rows) == before)
    network = nil
    #expect(try predictor.run(rows) == before)
  }

  @Test func runsInMemoryOfTheCaller() throws {
    let network = try Self.network("normalized")
    let predictor = try Predictor(network, options: PredictorOptions(maximumRows: 16, workspaces: 0))
    for count in [1, 3, 16, 50] {
      let rows = Self.rows(count, of: network)
      let expected = try network.predict(rows)
      let bytes = try predictor.workspaceBytes(rows: count)
      for shift in [0, 1, 17, 63] {
        // The bytes around the workspace must stay as they are.
        var memory = [UInt8](repeating: 0xA5, count: bytes + shift + 64)
        var output = [Float](repeating: 0, count: expected.count)
        try memory.withUnsafeMutableBytes { memory in
          let workspace = UnsafeMutableRawBufferPointer(rebasing: memory[shift..<shift + bytes])
          try rows.withMatrixView(columns: predictor.inputs) { (rows) throws(DenseError) in
            try output.withMutableMatrixView(columns: predictor.outputs) { (output) throws(DenseError) in
              try predictor.run(rows, into: output, workspace: workspace)
            }
          }
        }
        #expect(output == expected)
        #expect(memory[..<shift].allSatisfy { $0 == 0xA5 } && memory[(shift + bytes)...].allSatisfy { $0 == 0xA5 })
      }
    }
  }

  /// In a process of its own, where nothing else takes memory.
  @Test func takesMemoryWhenItIsMadeAndNoneLater() async {
    await #expect(processExitsWith: .success) {
      let network = try PredictorTests.network("normalized")
      let rows = PredictorTests.rows(100, of: network)
      _ = try network.predict(rows)
      let before = AlignedBuffer<Float>.bytesInUse
      do {
        let predictor = try Predictor(network, options: PredictorOptions(maximumRows: 32, workspaces: 2))
        let made = AlignedBuffer<Float>.bytesInUse
        #expect(made > before)
        for _ in 0..<3 { _ = try predictor.run(rows) }
        #expect(AlignedBuffer<Float>.bytesInUse == made)
      }
      #expect(AlignedBuffer<Float>.bytesInUse == before)
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    let network = try Network(inputs: 4, layers: [DenseLayer(units: 6), DenseLayer(units: 2)])
    #expect(denseError { _ = try Predictor(network) }?.code == .invalidState)
    try network.build()
    #expect(
      denseError { _ = try Predictor(network, options: PredictorOptions(maximumRows: 0)) }?.code == .invalidArgument)
    #expect(
      denseError { _ = try Predictor(network, options: PredictorOptions(workspaces: -1)) }?.code == .invalidArgument)
    #expect(denseError { _ = try Predictor(network, options: PredictorOptions(threads: 2)) }?.code == .invalidArgument)

    let predictor = try Predictor(network)
    #expect(denseError { _ = try predictor.run([1, 2, 3]) }?.code == .shapeMismatch)
    #expect(denseError { _ = try predictor.workspaceBytes(rows: -1) }?.code == .invalidArgument)
    #expect(try predictor.workspaceBytes(rows: 0) == 0)
    #expect(try predictor.run([]) == [])
    let huge = try predictor.workspaceBytes(rows: .max)
    #expect(try huge == predictor.workspaceBytes(rows: predictor.options.maximumRows))

    var values: [Float] = [1, 2, 3, 4, 0, 0]
    let needed = try predictor.workspaceBytes(rows: 1)
    var memory = [UInt8](repeating: 0, count: needed)
    values.withUnsafeMutableBufferPointer { values in
      memory.withUnsafeMutableBytes { memory in
        guard let start = values.baseAddress else { return }
        let short = UnsafeMutableRawBufferPointer(rebasing: memory.dropLast())
        let (row, output) = (
          MatrixView(start, rows: 1, columns: 4), MutableMatrixView(start + 4, rows: 1, columns: 2)
        )
        let error = denseError { try predictor.run(row, into: output, workspace: short) }
        #expect(error?.message == "workspace: expected at least \(needed) bytes for 1 rows, received \(needed - 1)")
        #expect(denseError { try predictor.run(output.readOnly, into: output) }?.code == .shapeMismatch)
      }
    }
  }
}
