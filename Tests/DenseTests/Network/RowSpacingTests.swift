import DenseCompute
import Testing

@testable import Dense

/// Rows of a power of two are kept with gaps between them, which no result may show.
@Suite struct RowSpacingTests {
  /// Networks whose only random layer is the first one, as that of a layer by itself is.
  private static let networks: [@Sendable () -> [Layer]] = [
    {
      [
        DropoutLayer(rate: 0.3, seed: 9), DenseLayer(units: 512, activation: .relu), BatchNormalizationLayer(),
        DenseLayer(units: 1024, activation: .gelu()), ActivationLayer(.tanh), FlattenLayer(),
        DenseLayer(units: 512, activation: .softmax),
      ]
    },
    { [DenseLayer(units: 512, activation: .silu, dropout: 0.2, seed: 9), DenseLayer(units: 3)] },
  ]

  /// A layer by itself has no gaps.
  @Test(arguments: networks.indices) func networksEqualTheirLayersOneByOne(index: Int) throws {
    let (rows, inputs) = (37, 512)
    let network = try Network(inputs: inputs, seed: 3, layers: Self.networks[index]())
    try network.build()
    let layers = Self.networks[index]()
    var numbers = Numbers(seed: 5)
    let input = numbers.floats(rows * inputs)
    let outputs = try #require(network.outputs)
    let outputGradient = numbers.floats(rows * outputs)

    var values = input
    for (layer, twin) in zip(layers, network.layers) {
      try layer.build(inputs: twin.inputs ?? 0)
      for parameter in twin.parameters {
        try layer.setValues(of: parameter.name, try twin.values(of: parameter.name))
      }
      values = try apply(values, columns: twin.inputs ?? 0, to: twin.outputs ?? 0) { (from, into) throws(DenseError) in
        try layer.forward(from, training: true, into: into)
      }
    }
    let output = try apply(input, columns: inputs, to: outputs) { (input, output) throws(DenseError) in
      try network.forward(input, training: true, into: output)
    }
    expectSameBits(output, values, "output")

    let inputGradient = try apply(outputGradient, columns: outputs, to: inputs) { (from, into) throws(DenseError) in
      try network.backward(from, into: into)
    }
    values = outputGradient
    for (layer, twin) in zip(layers, network.layers).reversed() {
      values = try apply(values, columns: twin.outputs ?? 0, to: twin.inputs ?? 0) { (from, into) throws(DenseError) in
        try layer.backward(from, into: into)
      }
      for parameter in twin.parameters where parameter.isTrainable {
        expectSameBits(
          try layer.gradient(of: parameter.name), try twin.gradient(of: parameter.name),
          "\(parameter.name) of \(twin.name)")
      }
    }
    expectSameBits(inputGradient, values, "input gradient")
  }

  /// Where they differ, no message lists all values.
  private func expectSameBits(_ one: [Float], _ other: [Float], _ what: String) {
    let areSame = one.map(\.bitPattern) == other.map(\.bitPattern)
    #expect(areSame, "\(what)")
  }

  private func apply(
    _ values: [Float], columns: Int, to outputs: Int,
    _ body: (MatrixView, MutableMatrixView) throws(DenseError) -> Void
  ) throws -> [Float] {
    var result = [Float](repeating: .nan, count: values.count / columns * outputs)
    try values.withMatrixView(columns: columns) { (from) throws(DenseError) in
      try result.withMutableMatrixView(columns: outputs) { (into) throws(DenseError) in try body(from, into) }
    }
    return result
  }

  /// The caller's rows lie a power of two apart, of which the step makes a copy with gaps, or otherwise, where it makes none.
  @Test(arguments: [1, 0x1p26]) func aStepOnSuchRowsEqualsOneOnOthers(scale: Float) throws {
    let (rows, columns) = (300, 1024)
    var numbers = Numbers(seed: 6)
    let inputs = numbers.floats(rows * columns, from: -scale, to: scale)
    let targets = numbers.floats(rows * 2)
    var results: [[UInt32]] = []
    for stride in [columns, columns + 7] {
      let network = try Network(
        inputs: columns, seed: 3, layers: [DenseLayer(units: 40, activation: .relu), DenseLayer(units: 2)])
      try network.compile(optimizer: Adam(), loss: MeanSquaredError())
      var spaced = [Float](repeating: .nan, count: rows * stride)
      for row in 0..<rows {
        spaced.replaceSubrange(row * stride..<row * stride + columns, with: inputs[row * columns..<(row + 1) * columns])
      }
      for _ in 0..<2 {
        try spaced.withUnsafeBufferPointer { buffer in
          let view = MatrixView(try #require(buffer.baseAddress), rows: rows, columns: columns, stride: stride)
          try targets.withMatrixView(columns: 2) { (targets) throws(DenseError) in
            _ = try network.trainBatch(TrainingData(inputs: view, targets: targets))
          }
        }
      }
      results.append(try bits(network))
    }
    let areSame = results[0] == results[1]
    #expect(areSame)
  }
}
