import DenseCompute
import Foundation
import Testing

@testable import Dense

@Suite struct PredictTests {
  /// Odd sizes, one unit, more rows than a block: every layer kind against the double-precision reference.
  @Test(arguments: [1, 2, 7, 255, 256, 257, 600])
  func agreesWithTheReference(_ rows: Int) throws {
    for units in [1, 3, 16, 33] {
      let network = try Network(
        inputs: 5, seed: 3,
        layers: [
          FlattenLayer(), DenseLayer(units: units, activation: .silu), DropoutLayer(rate: 0.5),
          DenseLayer(units: 9), ActivationLayer(.tanh), DenseLayer(units: units, activation: .softmax),
        ])
      try network.build()
      var numbers = Numbers(seed: UInt64(rows))
      let x = numbers.floats(rows * 5)
      let output = try network.predict(x)
      let reference = ReferenceNetwork(
        inputs: 5,
        stages: [
          .dense(units: units, hasBias: true), .activation(.silu), .dense(units: 9, hasBias: true), .activation(.tanh),
          .dense(units: units, hasBias: true), .activation(.softmax),
        ], penalties: [])
      let parameters = try network.layers.flatMap { layer in
        try layer.parameters.map { try layer.values(of: $0.name).map(Double.init) }
      }
      let expected = reference.forward((0..<rows).map { row in x[row * 5..<row * 5 + 5].map(Double.init) }, parameters)
      #expect(zip(output, expected.flatMap { $0 }).allSatisfy { abs(Double($0) - $1) < 1e-6 })
    }
  }

  @Test func givesTheSameBitsForAnySplit() throws {
    let network = try makeStatefulNetwork()
    let rows = makeRows(530)
    try network.fit(rows.inputs, rows.targets, options: FitOptions(epochs: 2))
    let whole = try network.predict(rows.inputs).map(\.bitPattern)
    for size in [1, 2, 5, 17, 256, 300] {
      var parts: [UInt32] = []
      for start in stride(from: 0, to: 530, by: size) {
        let end = min(start + size, 530)
        parts += try network.predict(Array(rows.inputs[start * 6..<end * 6])).map(\.bitPattern)
      }
      #expect(parts == whole, "batches of \(size)")
    }
  }

  @Test func takesRowsWithGapsAndNoRows() throws {
    let network = try makeStatefulNetwork()
    #expect(try network.predict([]).isEmpty)
    let rows = makeRows(4)
    let expected = try network.predict(rows.inputs)
    let gap: [Float] = [.nan, .nan]
    let spread = stride(from: 0, to: 24, by: 6).flatMap { Array(rows.inputs[$0..<$0 + 6]) + gap }
    var output = [Float](repeating: -1, count: 4 * 5)
    spread.withUnsafeBufferPointer { x in
      output.withUnsafeMutableBufferPointer { y in
        guard let x = x.baseAddress, let y = y.baseAddress else { return }
        let error = denseError {
          try network.predict(
            MatrixView(x, rows: 4, columns: 6, stride: 8), into: MutableMatrixView(y, rows: 4, columns: 3, stride: 5))
        }
        #expect(error == nil)
      }
    }
    let untouched: [Float] = [-1, -1]
    let wanted = stride(from: 0, to: 12, by: 3).flatMap { Array(expected[$0..<$0 + 3]) + untouched }
    #expect(output == wanted)
  }

  @Test func servesManyThreadsAtOnce() throws {
    let network = try makeStatefulNetwork()
    let rows = makeRows(300)
    let expected = try network.predict(rows.inputs).map(\.bitPattern)
    // Stale again, so that the threads meet while the layers are prepared.
    for round in 0..<5 {
      try network.layers[0].setValues(of: "bias", try network.layers[0].values(of: "bias"))
      nonisolated(unsafe) var failures = 0
      let lock = NSLock()
      DispatchQueue.concurrentPerform(iterations: 8) { thread in
        for call in 0..<20 {
          let count = 1 + (thread * 37 + call * 11 + round) % 300
          let output = try? network.predict(Array(rows.inputs.prefix(count * 6)))
          if output?.map(\.bitPattern) != Array(expected.prefix(count * 3)) { lock.withLock { failures += 1 } }
        }
      }
      #expect(failures == 0)
    }
  }

  @Test func passesOnWhatIsNotFiniteAndHuge() throws {
    let network = try makeStatefulNetwork()
    let rows = makeRows(3)
    let expected = try network.predict(rows.inputs)
    var inputs = rows.inputs
    inputs[7] = .nan
    let output = try network.predict(inputs)
    #expect(output[3..<6].filter(\.isNaN).count == 3)
    #expect(output[..<3] == expected[..<3] && output[6...] == expected[6...])
    let huge = try network.predict([Float](repeating: .greatestFiniteMagnitude, count: 6))
    #expect(huge.count == 3)
  }

  /// A product takes the batch normalization and the activation behind it along, and the bits stay those of the layers
  /// one after the other.
  @Test func takesLayersTogether() throws {
    let layers = [
      DenseLayer(units: 40), BatchNormalizationLayer(momentum: 0.5), ActivationLayer(.tanh),
      DenseLayer(units: 7), ActivationLayer(.elu(alpha: 1)), BatchNormalizationLayer(momentum: 0.5),
      DenseLayer(units: 3), DropoutLayer(rate: 0.5), BatchNormalizationLayer(), ActivationLayer(.softmax),
    ]
    let network = try Network(inputs: 6, seed: 5, layers: layers)
    try network.compile(optimizer: Adam(), loss: SparseCategoricalCrossentropy())
    let rows = makeRows(300)
    try network.fit(rows.inputs, rows.targets, options: FitOptions(epochs: 2))
    #expect(try network.preparedSteps().count == 4)

    var expected = rows.inputs
    for layer in layers {
      let (plan, _) = try layer.built()
      var output = [Float](repeating: 0, count: 300 * plan.outputs)
      try expected.withMatrixView(columns: plan.inputs) { (x) throws(DenseError) in
        try output.withMutableMatrixView(columns: plan.outputs) { (y) throws(DenseError) in
          try layer.forward(x, training: false, into: y)
        }
      }
      expected = output
    }
    #expect(try network.predict(rows.inputs).map(\.bitPattern) == expected.map(\.bitPattern))
    #expect(try Predictor(network).run(rows.inputs).map(\.bitPattern) == expected.map(\.bitPattern))
  }

  @Test func isTheForwardPassWithoutTraining() throws {
    let network = try makeStatefulNetwork()
    let rows = makeRows(9)
    let expected = try network.predict(rows.inputs)
    var output = [Float](repeating: 0, count: 27)
    try rows.inputs.withMatrixView(columns: 6) { (x) throws(DenseError) in
      try output.withMutableMatrixView(columns: 3) { (y) throws(DenseError) in
        try network.forward(x, training: false, into: y)
      }
    }
    #expect(output == expected)
  }
}
