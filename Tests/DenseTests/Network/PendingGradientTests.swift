import Foundation
import Testing

@testable import Dense

/// Kernels that are updated on the way, while their gradients are computed, end as those that are updated afterwards.
@Suite struct PendingGradientTests {
  private func makeNetwork(clipNorm: Double? = nil) throws -> Network {
    let network = try Network(
      inputs: 70, seed: 4,
      layers: [
        DenseLayer(units: 90, activation: .relu, dropout: 0.1),
        DenseLayer(units: 40, activation: .tanh, kernelRegularizer: L2(0.01)), BatchNormalizationLayer(),
        DenseLayer(units: 33, activation: .silu, usesBias: false), DenseLayer(units: 50, activation: .relu),
        DenseLayer(units: 4),
      ])
    var optimizer = Adam()
    optimizer.common.clipNorm = clipNorm
    try network.compile(optimizer: optimizer, loss: MeanSquaredError())
    network.layers[4].isTrainable = false
    return network
  }

  private func train(_ network: Network, scale: Float = 1, steps: Int = 3) throws {
    var numbers = Numbers(seed: 9)
    for _ in 0..<steps {
      let inputs = numbers.floats(48 * 70, from: -scale, to: scale)
      _ = try network.trainBatch(inputs, numbers.floats(48 * 4, from: -1, to: 1))
    }
  }

  /// A bound on gradients that nothing exceeds keeps these from being used up on the way.
  @Test(arguments: [1, 0x1p26]) func updatesOnTheWayAsAfterwards(scale: Float) throws {
    let (network, other) = (try makeNetwork(), try makeNetwork(clipNorm: 1e30))
    try train(network, scale: scale)
    try train(other, scale: scale)
    #expect(try bits(network) == bits(other))
  }

  /// In rows that `fit` gathers, too, a value that is too large for that is noticed.
  @Test(arguments: [1, 0x1p26]) func fitsOnTheWayAsAfterwards(scale: Float) throws {
    var numbers = Numbers(seed: 2)
    var inputs = numbers.floats(100 * 70, from: -1, to: 1)
    inputs[4000] = scale
    let targets = numbers.floats(100 * 4, from: -1, to: 1)
    let networks = [try makeNetwork(), try makeNetwork(clipNorm: 1e30)]
    for network in networks { try network.fit(inputs, targets, options: FitOptions(epochs: 2, batchSize: 16)) }
    #expect(try bits(networks[0]) == bits(networks[1]))
  }

  /// In `fit`, a gradient that no update may use leaves the weights of the step before.
  @Test func fitRefusesALargeInput() throws {
    let network = try Network(inputs: 70, layers: [DenseLayer(units: 90, activation: .relu), DenseLayer(units: 4)])
    try network.compile(optimizer: Adam(), loss: MeanSquaredError())
    try network.layers[0].setValues(of: "kernel", [Float](repeating: 0, count: 70 * 90))
    try network.layers[0].setValues(of: "bias", [Float](repeating: 1, count: 90))
    var inputs = [Float](repeating: 0, count: 20 * 70)
    inputs[700] = 1e30
    let before = try bits(network)
    let error = denseError {
      try network.fit(inputs, [Float](repeating: 1, count: 80), options: FitOptions(epochs: 1, batchSize: 20))
    }
    #expect(error?.message.contains("the gradient of the kernel of layer 'dense' ") == true, "\(error?.message ?? "")")
    #expect(try bits(network) == before)
  }

  /// The last layer's gradient is fit to be used, the first one's is not: neither weights nor slots may change.
  @Test func aRefusedGradientLeavesTheOptimizerAsItWas() throws {
    let make = {
      let network = try Network(inputs: 70, layers: [DenseLayer(units: 90, activation: .relu), DenseLayer(units: 4)])
      try network.compile(optimizer: Adam(), loss: MeanSquaredError())
      return network
    }
    let (network, other) = (try make(), try make())
    try train(network)
    try train(other)
    // The input's square is too large, its products are not.
    var inputs = [Float](repeating: 0, count: 70)
    inputs[0] = 1e30
    let kernel = try network.layers[0].values(of: "kernel")
    try network.layers[0].setValues(of: "kernel", [Float](repeating: 1e-30, count: 90) + kernel[90...])
    let error = denseError { _ = try network.trainBatch(inputs, [1, 2, 3, 4]) }
    #expect(error?.message.hasPrefix("the gradient of the kernel of layer 'dense' ") == true, "\(error?.message ?? "")")
    try network.layers[0].setValues(of: "kernel", kernel)
    try train(network)
    try train(other)
    #expect(try bits(network) == bits(other))
  }

  /// A file may hold any finite slot: one that leads a weight out of the finite numbers in its second step is refused there.
  @Test func slotsOfAFileAreNotTrusted() throws {
    let path = NSTemporaryDirectory() + "dense-slots-\(getpid()).safetensors"
    defer { unlink(path) }
    let made = try Network(inputs: 40, layers: [DenseLayer(units: 20)])
    try made.compile(optimizer: SGD(learningRate: 0.01, momentum: 0.9), loss: MeanSquaredError())
    made.layers[0].storage?.slots[0][5] = 3e38
    try made.save(to: path)
    let network = try Network.load(from: path)
    // No input reads the weight whose momentum it is.
    let (inputs, targets) = ([Float](repeating: 0, count: 40), [Float](repeating: 1, count: 20))
    _ = try network.trainBatch(inputs, targets)
    let values = { try ["kernel", "bias"].map { try network.layers[0].values(of: $0) } }
    let before = try values()
    let error = denseError { _ = try network.trainBatch(inputs, targets) }
    #expect(error?.message == "the update of the kernel of layer 'dense' leads to values that are not finite")
    #expect(try values() == before)
  }
}
