import DenseCompute

@testable import Dense

/// A small classifier with everything that has a state of its own: dropout, batch normalization, Adam.
func makeStatefulNetwork(seed: UInt64 = 7, optimizer: any Optimizer = Adam(learningRate: 0.01)) throws -> Network {
  let network = try Network(
    inputs: 6, seed: seed,
    layers: [
      DenseLayer(units: 17, activation: .relu, kernelRegularizer: L2(0.001), dropout: 0.2),
      BatchNormalizationLayer(momentum: 0.9),
      DropoutLayer(rate: 0.3),
      DenseLayer(units: 5, activation: .gelu()),
      DenseLayer(units: 3, activation: .softmax),
    ])
  try network.compile(optimizer: optimizer, loss: SparseCategoricalCrossentropy(), metrics: [Accuracy()])
  return network
}

/// Rows of 6 inputs whose class, 0 to 2, can be learned.
func makeRows(_ count: Int, seed: UInt64 = 1) -> (inputs: [Float], targets: [Float]) {
  var numbers = Numbers(seed: seed)
  var inputs: [Float] = []
  var targets: [Float] = []
  for _ in 0..<count {
    let row = numbers.floats(6)
    inputs += row
    targets.append(row[0] + row[1] > 0.3 ? 0 : row[2] > row[3] ? 1 : 2)
  }
  return (inputs, targets)
}

/// The bits of all parameters and of the optimizer's state.
func bits(_ network: Network) throws -> [UInt32] {
  let (_, storage) = try network.built()
  var values = Array(UnsafeBufferPointer(start: storage.parameters, count: storage.layout.totalCount))
  for slot in storage.slots {
    values += UnsafeBufferPointer(start: slot, count: storage.layout.trainableCount)
  }
  return values.map(\.bitPattern)
}

/// The error that `body` throws, if it does.
func denseError(_ body: () throws -> Void) -> DenseError? {
  do {
    try body()
    return nil
  } catch {
    return error as? DenseError
  }
}
