import Foundation
import Testing

@testable import Dense

/// Training 2k epochs gives the same bits as k, save, load, k.
@Suite struct ResumeTests {
  static let optimizers: [any Optimizer] = [
    Adam(learningRate: 0.01), AdamW(), SGD(learningRate: 0.05, momentum: 0.9), RMSprop(learningRate: 0.001),
  ]

  @Test(arguments: optimizers.indices, [true, false])
  func continuesToTheSameBits(_ index: Int, _ shuffles: Bool) throws {
    let path = NSTemporaryDirectory() + "dense-resume-\(index)-\(shuffles)-\(getpid()).safetensors"
    defer { unlink(path) }
    let rows = makeRows(70)
    let options = { FitOptions(epochs: $0, batchSize: 16, shuffles: shuffles, validationSplit: 0.1) }
    let whole = try makeStatefulNetwork(optimizer: Self.optimizers[index])
    let history = try whole.fit(rows.inputs, rows.targets, options: options(4))

    let half = try makeStatefulNetwork(optimizer: Self.optimizers[index])
    try half.fit(rows.inputs, rows.targets, options: options(2))
    try half.save(to: path)
    let resumed = try Network.load(from: path)
    #expect(try bits(resumed) == bits(half))
    #expect(resumed.iterations == half.iterations)
    #expect(resumed.epochs == 2)
    #expect(resumed.describe() == half.describe())
    let rest = try resumed.fit(rows.inputs, rows.targets, options: options(2))

    #expect(try bits(resumed) == bits(whole))
    #expect(history["val_loss"]?.suffix(2) == rest["val_loss"]?[...])
    #expect(try bits(half) != bits(whole))
  }

  @Test func changesWithTheSeed() throws {
    let rows = makeRows(40)
    let runs = try [UInt64(7), 7, 8].map { seed in
      let network = try makeStatefulNetwork(seed: seed)
      try network.fit(rows.inputs, rows.targets, options: FitOptions(epochs: 2, batchSize: 8))
      return try bits(network)
    }
    #expect(runs[0] == runs[1])
    #expect(runs[0] != runs[2])
  }

  @Test func continuesALayerByItself() throws {
    let path = NSTemporaryDirectory() + "dense-layer-\(getpid()).safetensors"
    defer { unlink(path) }
    let layer = DenseLayer(units: 3, activation: .tanh, dropout: 0.5)
    try layer.build(inputs: 4, seed: 2)
    try train(layer, steps: 3)
    try layer.save(to: path)
    let loaded = try Layer.load(from: path)
    try train(layer, steps: 3)
    try train(loaded, steps: 3)
    #expect(try loaded.values(of: "kernel") == layer.values(of: "kernel"))
    #expect(try loaded.values(of: "bias") == layer.values(of: "bias"))
    #expect(loaded.describe() == layer.describe())
  }

  private func train(_ layer: Layer, steps: Int) throws {
    var numbers = Numbers(seed: 3)
    for _ in 0..<steps {
      let x = numbers.floats(8)
      var y = [Float](repeating: 0, count: 6)
      try x.withMatrixView(columns: 4) { (x) throws(DenseError) in
        try y.withMutableMatrixView(columns: 3) { (y) throws(DenseError) in
          try layer.forward(x, training: true, into: y)
          try layer.backward(y.readOnly, into: nil)
        }
      }
      try layer.step(Adam())
    }
  }
}
