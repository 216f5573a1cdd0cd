import DenseCompute
import Testing

@testable import Dense

/// Layers by themselves: parameter and input gradients of sum(c * output), against central differences.
@Suite struct LayerGradientTests {
  private static let rows = 4, inputs = 3

  @Test(arguments: ReferenceActivation.allCases)
  func ofDense(_ activation: ReferenceActivation) throws {
    var configuration = DenseConfiguration()
    configuration.units = 5
    configuration.activation = activation.kind
    configuration.kernelRegularizer = L2(0.1)
    let layer = DenseLayer(configuration)
    try layer.build(inputs: Self.inputs, seed: 4)
    let stages: [ReferenceNetwork.Stage] = [.dense(units: 5, hasBias: true), .activation(activation)]
    try Self.check(layer, stages, penalties: [(0, 0.1), (0, 0)], outputs: 5)
  }

  @Test(arguments: ReferenceActivation.allCases)
  func ofActivation(_ activation: ReferenceActivation) throws {
    var configuration = ActivationConfiguration()
    configuration.activation = activation.kind
    let layer = ActivationLayer(configuration)
    try layer.build(inputs: Self.inputs)
    try Self.check(layer, [.activation(activation)], penalties: [], outputs: Self.inputs)
  }

  @Test func ofBatchNormalization() throws {
    let layer = BatchNormalizationLayer(epsilon: 0.01)
    try layer.build(inputs: Self.inputs)
    try layer.setValues(of: "gamma", [0.5, 1.5, -2])
    try layer.setValues(of: "beta", [0.1, 0.2, 0.3])
    try Self.check(
      layer, [.batchNormalization(epsilon: 0.01)], penalties: [(0, 0), (0, 0)], outputs: Self.inputs)
  }

  @Test func ofDropoutAndFlatten() throws {
    let dropout = DropoutLayer(rate: 0.5, seed: 9)
    try dropout.build(inputs: Self.inputs, seed: 1)
    let ones = [Float](repeating: 1, count: Self.rows * Self.inputs)
    var factors = ones
    RandomStream(seed: 9, stream: RandomStreams.training(layer: 0))
      .dropout(ones, into: &factors, count: ones.count, startingAt: 0, rate: 0.5)
    #expect(Set(factors) == [0, 2])
    try Self.check(dropout, [.factors(factors.map(Double.init))], penalties: [], outputs: Self.inputs)
    let flatten = FlattenLayer()
    try flatten.build(inputs: Self.inputs)
    try Self.check(flatten, [], penalties: [], outputs: Self.inputs)
  }

  @Test func ofFrozenBatchNormalizationUseMovingStatistics() throws {
    let layer = BatchNormalizationLayer(epsilon: 0.5)
    try layer.build(inputs: 2)
    try layer.setValues(of: "gamma", [3, -2])
    try layer.setValues(of: "moving_mean", [10, 20])
    try layer.setValues(of: "moving_variance", [3.5, 15.5])
    layer.isTrainable = false
    let (output, inputGradient) = try Self.run(layer, [12, 24], [1, 1], rows: 1, outputs: 2)
    #expect(output == [3, -2])
    #expect(inputGradient == [1.5, -0.5])
    #expect(try layer.gradient(of: "gamma") == [0, 0])
    #expect(try layer.values(of: "moving_mean") == [10, 20])
  }

  @Test func addUpUntilAStep() throws {
    let layer = DenseLayer(units: 1)
    try layer.build(inputs: 1)
    try layer.setValues(of: "kernel", [2])
    for _ in 0..<2 { _ = try Self.run(layer, [3], [1], rows: 1, outputs: 1) }
    #expect(try layer.gradient(of: "kernel") == [6])
    #expect(try layer.gradient(of: "bias") == [2])
    try layer.step(SGD(learningRate: 0.5))
    #expect(try layer.values(of: "kernel") == [-1])
    #expect(try layer.values(of: "bias") == [-1])
    #expect(try layer.gradient(of: "kernel") == [0])
    let (output, _) = try Self.run(layer, [3], [1], rows: 1, outputs: 1)
    #expect(output == [-4])
    try layer.zeroGradients()
    #expect(try layer.gradient(of: "kernel") == [0])
  }

  /// Output and input gradient of one pass of training.
  private static func run(
    _ layer: Layer, _ x: [Float], _ c: [Float], rows: Int, outputs: Int
  ) throws -> (output: [Float], inputGradient: [Float]) {
    var output = [Float](repeating: .nan, count: rows * outputs)
    var gradient = [Float](repeating: .nan, count: x.count)
    try x.withMatrixView(columns: x.count / rows) { (x) throws(DenseError) in
      try output.withMutableMatrixView(columns: outputs) { (output) throws(DenseError) in
        try layer.forward(x, training: true, into: output)
      }
      try c.withMatrixView(columns: outputs) { (c) throws(DenseError) in
        try gradient.withMutableMatrixView(columns: x.columns) { (gradient) throws(DenseError) in
          try layer.backward(c, into: gradient)
        }
      }
    }
    return (output, gradient)
  }

  private static func check(
    _ layer: Layer, _ stages: [ReferenceNetwork.Stage], penalties: [(l1: Double, l2: Double)], outputs: Int
  ) throws {
    var numbers = Numbers(seed: 5)
    let x = numbers.floats(rows * inputs)
    let c = numbers.floats(rows * outputs)
    let trainable = layer.parameters.filter(\.isTrainable)
    let parameters = try trainable.map { try layer.values(of: $0.name).map(Double.init) }
    let (output, inputGradient) = try run(layer, x, c, rows: rows, outputs: outputs)

    let reference = ReferenceNetwork(inputs: inputs, stages: stages, penalties: penalties)
    func referenceOutput(_ arrays: [[Double]]) -> [Double] {
      let values = arrays[0]
      let rows = stride(from: 0, to: values.count, by: inputs).map { Array(values[$0..<$0 + inputs]) }
      return reference.forward(rows, Array(arrays.dropFirst())).flatMap { $0 }
    }
    let arrays = [x.map(Double.init)] + parameters
    let expected = centralDifferences(arrays) { arrays in
      zip(referenceOutput(arrays), c).reduce(0) { $0 + $1.0 * Double($1.1) }
        + reference.penalty(Array(arrays.dropFirst()))
    }
    #expect(zip(output, referenceOutput(arrays)).allSatisfy { abs(Double($0) - $1) < 1e-5 })
    let gradients = try trainable.map { try layer.gradient(of: $0.name) }
    #expect(worstGradientError([inputGradient] + gradients, expected) <= 1e-3)
  }
}
