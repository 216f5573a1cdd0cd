import Testing

@testable import Dense

/// Gradients that count as zero are zero for everybody who looks, although other values stand in their place.
@Suite struct StaleGradientTests {
  private let rows: [Float] = [1, 2, 3, 4]

  private func makeNetwork() throws -> Network {
    let network = try Network(
      inputs: 2, layers: [DenseLayer(units: 3), BatchNormalizationLayer(), DenseLayer(units: 1)])
    try network.compile(optimizer: SGD(learningRate: 0.1), loss: MeanSquaredError())
    return network
  }

  private func backward(_ network: Network) throws {
    var output: [Float] = [0, 0]
    try rows.withMatrixView(columns: 2) { (input) throws(DenseError) in
      try output.withMutableMatrixView(columns: 1) { (output) throws(DenseError) in
        try network.forward(input, training: true, into: output)
        try network.backward(output.readOnly, into: nil)
      }
    }
  }

  private func gradients(_ network: Network) throws -> [[Float]] {
    try network.layers.flatMap { layer in
      try layer.parameters.filter { !$0.name.hasPrefix("moving") }.map { try layer.gradient(of: $0.name) }
    }
  }

  private func areZero(_ gradients: [[Float]]) -> Bool { gradients.allSatisfy { $0.allSatisfy { $0 == 0 } } }

  @Test func aStepAndZeroingLeaveZeros() throws {
    let network = try makeNetwork()
    #expect(areZero(try gradients(network)))
    try backward(network)
    #expect(!areZero(try gradients(network)))
    try network.step()
    #expect(areZero(try gradients(network)))
    try backward(network)
    try network.zeroGradients()
    #expect(areZero(try gradients(network)))
    try backward(network)
    try network.zeroGradients()
    let before = try bits(network)
    try network.step()
    #expect(try bits(network) == before)
  }

  @Test func backwardAddsUpAfterTheFirst() throws {
    let network = try makeNetwork()
    try backward(network)
    try network.zeroGradients()
    try backward(network)
    let once = try gradients(network)
    try backward(network)
    for (two, one) in zip(try gradients(network), once) { #expect(two == one.map { 2 * $0 }) }
  }

  /// Whatever a step left in the place of a frozen layer's gradients must not come to light when it thaws.
  @Test(arguments: [0, 1, 2])
  func frozenLayersHaveNoGradients(_ index: Int) throws {
    let network = try makeNetwork()
    try backward(network)
    try network.step()
    network.layers[index].isTrainable = false
    try backward(network)
    for parameter in network.layers[index].parameters where !parameter.name.hasPrefix("moving") {
      #expect(try network.layers[index].gradient(of: parameter.name).allSatisfy { $0 == 0 })
    }
    try network.step()
    try backward(network)
    let before = try network.layers[index].values(of: network.layers[index].parameters[0].name)
    network.layers[index].isTrainable = true
    try network.step()
    #expect(try network.layers[index].values(of: network.layers[index].parameters[0].name) == before)
  }
}
