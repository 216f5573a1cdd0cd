import DenseCompute
import Testing

@testable import Dense

@Suite struct LayerTests {
  @Test func areMadeByNameWithKerasNamesAndDefaults() throws {
    #expect(
      Catalogues.layers.names == ["dense", "dropout", "batch_normalization", "activation", "flatten"])
    let dense = try Layer.make("dense")
    try dense.set("units", .number(4))
    try dense.set("activation", .text("leaky_relu"))
    try dense.set("activation.negative_slope", .number(0.1))
    #expect(try dense.setting("activation.negative_slope") == .number(0.1))
    #expect(try dense.setting("kernel_initializer") == .object(name: "glorot_uniform", settings: [("seed", .none)]))
    #expect(try dense.setting("bias_initializer") == .object(name: "zeros", settings: []))
    let normalization = try Layer.make("batch_normalization")
    #expect(try normalization.setting("momentum") == .number(0.99))
    #expect(try normalization.setting("epsilon") == .number(0.001))
    #expect(denseError { _ = try Layer.make("conv") }?.code == .unknownName)
    let copy = try Layer.make(dense.settings)
    #expect(copy.settings == dense.settings)
  }

  @Test func namesThemselvesAsKerasDoes() throws {
    let network = try Network(inputs: 3)
    let named = DenseLayer(units: 2)
    try named.set("name", .text("dense_1"))
    for layer in [DenseLayer(units: 2), named, DenseLayer(units: 2), DropoutLayer(rate: 0.1)] {
      try network.add(layer)
    }
    #expect(network.layers.map(\.name) == ["dense", "dense_1", "dense_2", "dropout"])
    #expect(denseError { try named.set("name", .text("dense")) }?.code == .invalidArgument)
  }

  @Test func readAndWriteParameters() throws {
    let layer = BatchNormalizationLayer()
    #expect(layer.parameters.isEmpty)
    #expect(denseError { _ = try layer.values(of: "gamma") }?.code == .invalidState)
    try layer.build(inputs: 2)
    #expect(layer.parameters.map(\.name) == ["gamma", "beta", "moving_mean", "moving_variance"])
    #expect(layer.parameters.map(\.isTrainable) == [true, true, false, false])
    try layer.setValues(of: "moving_variance", [4, 9])
    #expect(try layer.values(of: "moving_variance") == [4, 9])
    #expect(denseError { try layer.setValues(of: "beta", [1]) }?.code == .shapeMismatch)
    #expect(denseError { _ = try layer.values(of: "kernel") }?.code == .unknownName)
    #expect(denseError { _ = try layer.gradient(of: "moving_mean") }?.code == .invalidArgument)
    let dense = DenseLayer(units: 3)
    try dense.build(inputs: 2)
    #expect(dense.parameters.map { [$0.rows, $0.columns] } == [[2, 3], [1, 3]])
  }

  @Test func drawKerasLaws() throws {
    let layer = DenseLayer(units: 1)
    try layer.build(inputs: 1)
    // Fans of one: glorot_uniform reaches sqrt(3).
    #expect(abs(try layer.values(of: "kernel")[0]) <= 1.7320509)
    let tall = DenseLayer(units: 1, kernelInitializer: .heNormal)
    try tall.build(inputs: 20_000, seed: 1)
    let values = try tall.values(of: "kernel").map(Double.init)
    let deviation = (values.reduce(0) { $0 + $1 * $1 } / 20_000).squareRoot()
    #expect(abs(deviation - 0.01) < 0.0002)
    let again = DenseLayer(units: 1, kernelInitializer: .heNormal)
    try again.build(inputs: 20_000, seed: 2)
    #expect(try again.values(of: "kernel") != tall.values(of: "kernel"))
  }

  @Test func bringTheirParametersIntoANetwork() throws {
    let layer = DenseLayer(units: 2)
    try layer.build(inputs: 3)
    try layer.setValues(of: "kernel", [1, 2, 3, 4, 5, 6])
    let network = try Network(inputs: 3, layers: [DropoutLayer(rate: 0.5), layer])
    try network.build()
    #expect(try layer.values(of: "kernel") == [1, 2, 3, 4, 5, 6])
    try layer.setValues(of: "bias", [10, 20])
    #expect(try network.predict([1, 0, 0]) == [11, 22])
    try layer.setValues(of: "bias", [0, 0])
    #expect(try network.predict([1, 0, 0]) == [1, 2])
  }

  @Test func outliveTheirNetwork() throws {
    let layer = DenseLayer(units: 1)
    do {
      let network = try Network(inputs: 2, layers: [layer])
      try network.build()
      try layer.setValues(of: "kernel", [3, 4])
    }
    #expect(try layer.values(of: "kernel") == [3, 4])
    let second = try Network(inputs: 2, layers: [layer])
    try second.build()
    #expect(try second.predict([1, 1]) == [7])
  }

  @Test func takeNoRows() throws {
    let layer = DenseLayer(units: 1)
    try layer.build(inputs: 2)
    var nothing: [Float] = []
    try [Float]().withMatrixView(columns: 2) { (x) throws(DenseError) in
      try nothing.withMutableMatrixView(columns: 1) { (y) throws(DenseError) in
        try layer.forward(x, training: false, into: y)
        try layer.forward(x, training: true, into: y)
      }
    }
    #expect(denseError { try layer.build(inputs: 2) }?.code == .invalidState)
    #expect(denseError { try DenseLayer(units: 1).build(inputs: 0) }?.code == .invalidArgument)
  }

  @Test func dropAsManyAsTheRateSays() throws {
    let layer = DropoutLayer(rate: 0.3)
    try layer.build(inputs: 1000, seed: 5)
    var output = [Float](repeating: 0, count: 20_000)
    func pass() throws -> [Float] {
      try [Float](repeating: 1, count: 20_000).withMatrixView(columns: 1000) { (x) throws(DenseError) in
        try output.withMutableMatrixView(columns: 1000) { (y) throws(DenseError) in
          try layer.forward(x, training: true, into: y)
        }
      }
      return output
    }
    let first = try pass()
    let share = Double(first.count { $0 == 0 }) / 20_000
    #expect(abs(share - 0.3) < 0.02)
    #expect(Set(first) == [0, 1 / (1 - Float(0.3))])
    #expect(try pass() != first)
    try layer.set("rate", .number(0))
    #expect(Set(try pass()) == [1])
  }
}
