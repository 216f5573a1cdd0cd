import DenseCompute
import Testing

@testable import Dense

/// Prediction gives the same bits for any number of threads, whether these share rows or each product.
@Suite(.serialized)
struct SharedPredictionTests {
  /// Networks whose rows take each way through the buffers, with factors that fit a core's cache and that do not.
  static let networks: [String: @Sendable () -> [Layer]] = [
    "cached": { [DenseLayer(units: 128, activation: .relu), DenseLayer(units: 10, activation: .softmax)] },
    "normalized": {
      [
        BatchNormalizationLayer(), DenseLayer(units: 200, activation: .tanh), DenseLayer(units: 33),
        BatchNormalizationLayer(), ActivationLayer(.silu), DropoutLayer(rate: 0.5), DenseLayer(units: 3),
        ActivationLayer(.softmax),
      ]
    },
    "large": {
      [
        DenseLayer(units: 500, activation: .elu()), DenseLayer(units: 70, usesBias: false),
        DenseLayer(units: 600, activation: .sigmoid), DenseLayer(units: 7),
      ]
    },
    "one layer": { [DenseLayer(units: 300, activation: .softmax)] },
  ]
  static let inputs = 500

  @Test(arguments: networks.keys.sorted())
  func doesNotDependOnThreads(_ name: String) throws {
    let before = ThreadPool.threadCount
    defer { ThreadPool.threadCount = before }
    let layers = try #require(Self.networks[name])
    let network = try Network(inputs: Self.inputs, seed: 3, layers: layers())
    try network.build()
    var numbers = Numbers(seed: 5)
    let rows = numbers.floats(530 * Self.inputs, from: -1, to: 1)
    ThreadPool.threadCount = 1
    let whole = try network.predict(rows).map(\.bitPattern)
    #expect(whole.contains { $0 != 0 })
    let predictor = try Predictor(network, options: PredictorOptions(maximumRows: 100, workspaces: 1, threads: 0))
    for threads in [1, 2, 3, 8] {
      ThreadPool.threadCount = threads
      for count in [1, 2, 7, 9, 24, 37, 64, 100, 256, 257, 530] {
        let part = Array(rows.prefix(count * Self.inputs))
        let expected = whole.prefix(count * predictor.outputs)
        #expect(try network.predict(part).map(\.bitPattern) == Array(expected), "\(count) rows, \(threads) threads")
        #expect(try predictor.run(part).map(\.bitPattern) == Array(expected), "\(count) rows, \(threads) threads")
      }
    }
  }
}
