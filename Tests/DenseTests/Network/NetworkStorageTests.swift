import Foundation
import Testing

@testable import Dense

/// Files whose description and tensors do not agree, or ask for what cannot be.
@Suite struct NetworkStorageTests {
  private let path = NSTemporaryDirectory() + "dense-storage-\(UUID().uuidString).safetensors"

  /// The error of loading a network of one dense layer after `change` to its description, given as JSON text.
  private func loadError(
    replacing old: String, with new: String, tensors: [(name: String, shape: [Int])] = [("dense/kernel", [2, 3])]
  ) throws -> DenseError? {
    defer { unlink(path) }
    let network = try Network(inputs: 2, layers: [DenseLayer(units: 3, usesBias: false)])
    try network.build()
    let text = network.describe()
    #expect(text.contains(old))
    let description = try JSONParser.parse(text.replacingOccurrences(of: old, with: new), what: "test")
    let values = [Float](repeating: 1, count: 64)
    try values.withUnsafeBufferPointer { values in
      try ModelFile.write(
        path: path, kind: .network, description: description.members("test"),
        tensors: tensors.map { tensor in
          TensorFile.Source(
            name: tensor.name, shape: tensor.shape,
            values: UnsafeBufferPointer(rebasing: values[..<tensor.shape.reduce(1, *)]))
        })
    }
    return denseError { _ = try Network.load(from: path) }
  }

  @Test func loadsWhatItWrote() throws {
    #expect(try loadError(replacing: "\"units\":3", with: "\"units\":3") == nil)
  }

  @Test(arguments: [
    ("\"units\":3", "\"units\":4", "expected the shape [2, 4], received [2, 3]"),
    ("\"units\":3", "\"units\":1e15", "expected the shape [2, 1000000000000000]"),
    ("\"units\":3", "\"units\":9223372036854775807", "expected a matrix that fits in memory"),
    ("\"units\":3", "\"units\":-1", "units: expected a whole number"),
    ("\"units\":3", "\"units\":\"many\"", "units: expected a whole number"),
    ("\"units\":3", "\"width\":3", "dense has no setting 'width'"),
    ("\"inputs\":2", "\"inputs\":0", "inputs of the network: expected at least 1, received 0"),
    ("\"kind\":\"dense\"", "\"kind\":\"lambda\"", "unknown layer 'lambda'"),
    ("\"seed\":\"0\"", "\"seed\":\"x\"", "seed: expected the digits of a 64-bit number"),
    ("\"draws\":\"0\"", "\"drawn\":\"0\"", "expected a member 'draws'"),
    ("\"name\":\"dense\"", "\"name\":\"other\"", "expected a tensor 'other/kernel'"),
    ("\"use_bias\":false", "\"use_bias\":true", "expected a tensor 'dense/bias'"),
    ("\"training\":null", "\"training\":{}", "expected a member 'optimizer'"),
    ("\"layers\":[", "\"other\":[", "expected a member 'layers'"),
    ("\"epochs\":0", "\"epochs\":-1", "epochs: expected a whole number from 0"),
    ("\"epochs\":0", "\"epochs\":0,\"notes\":[]", "notes: expected an object, received an array"),
    ("\"epochs\":0", "\"epochs\":0,\"notes\":{\"a\":1}", "notes: a: expected a text"),
  ])
  func namesTheFault(_ old: String, _ new: String, _ message: String) throws {
    let error = try #require(try loadError(replacing: old, with: new))
    #expect(error.code == .fileFormat)
    #expect(error.message.contains(message), "\(error.message)")
  }

  @Test func keepsWhatIsNotTrained() throws {
    defer { unlink(path) }
    let network = try makeStatefulNetwork()
    network.layers[0].isTrainable = false
    network.notes = ["b": "", "a": "\u{1}\"é"]
    try network.set("optimizer.learning_rate", .number(0.25))
    let rows = makeRows(20)
    try network.fit(rows.inputs, rows.targets)
    try network.save(to: path)
    let loaded = try Network.load(from: path)
    #expect(loaded.layers.map(\.isTrainable) == [false, true, true, true, true])
    #expect(loaded.notes == network.notes)
    #expect(try loaded.setting("optimizer.learning_rate") == .number(0.25))
    #expect(try loaded.predict(rows.inputs) == network.predict(rows.inputs))
    #expect(try loaded.summary() == network.summary())
    #expect(try loaded.summary().contains("Optimizer: adam; loss: sparse_categorical_crossentropy"))
    // A file of the one kind is none of the other.
    #expect(denseError { _ = try Layer.load(from: path) }?.code == .fileFormat)
    try network.layers[1].save(to: path)
    #expect(denseError { _ = try Network.load(from: path) }?.code == .fileFormat)
    let layer = try Layer.load(from: path)
    #expect(try layer.values(of: "moving_mean") == network.layers[1].values(of: "moving_mean"))
    #expect(denseError { _ = try Network.load(from: path + ".none") }?.code == .inputOutput)
  }
}
