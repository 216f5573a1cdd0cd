import DenseCompute
import Foundation
import XCTest

@testable import Dense

/// Twenty steps of training on handwritten digits against the same steps by Keras and by PyTorch.
final class GoldenTrainingTests: XCTestCase {
  /// What the weights may differ by, as a share of the largest weight.
  private let tolerance = 1e-5

  func testWeightsAndLossesAfterTwentySteps() throws {
    for golden in try goldenCases("training") {
      let (network, losses) = try train(golden)
      let title = try title(golden)
      for framework in ["keras", "torch"] {
        let expected = try golden.content.member(framework, of: "case")
        let members = try expected.member("weights", of: framework).members("weights")
        let wanted = try members.map { (name: $0.name, values: try GoldenCase.doubles($0.value)) }
        let largest = wanted.flatMap(\.values).reduce(0) { max($0, abs($1)) }
        for (name, values) in wanted {
          let found = try weights(name, of: network)
          XCTAssertEqual(found.count, values.count)
          let worst = zip(found, values).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
          XCTAssertLessThanOrEqual(worst / largest, tolerance, "\(title) \(framework) \(name)")
        }
        let wantedLosses = try GoldenCase.doubles(expected.member("losses", of: framework))
        XCTAssertLessThan(worstError(losses, wantedLosses), 1e-5, "\(title) \(framework)")
      }
    }
  }

  func testMovingStatisticsAfterTwentySteps() throws {
    for golden in try goldenCases("training") {
      let expected = try golden.content.member("keras", of: "case")
      guard expected["moving_mean"] != nil else { continue }
      let (network, _) = try train(golden)
      let title = try title(golden)
      for name in ["moving_mean", "moving_variance"] {
        let wanted = try GoldenCase.doubles(expected.member(name, of: "keras"))
        let found = try weights("batch_normalization/\(name)", of: network)
        XCTAssertLessThan(worstError(found, wanted), tolerance, "\(title) \(name)")
      }
    }
  }

  /// The network of a case after its steps, and the loss of each step.
  private func train(_ golden: GoldenCase) throws -> (network: Network, losses: [Float]) {
    let isNormalized = try golden.content.member("batch_normalization", of: "case") == .flag(true)
    let network = try Network(inputs: 64)
    if isNormalized {
      try network.add(DenseLayer(units: 32, usesBias: false))
      try network.add(BatchNormalizationLayer())
      try network.add(ActivationLayer(.relu))
    } else {
      try network.add(DenseLayer(units: 32, activation: .relu))
    }
    try network.add(DenseLayer(units: 10, activation: .softmax))
    try network.compile(
      optimizer: try makeOptimizer(golden), loss: SparseCategoricalCrossentropy() as any Loss)
    for member in try golden.content.member("initial_weights", of: "case").members("weights") {
      let (layer, parameter) = try place(member.name, in: network)
      try layer.setValues(of: parameter, try GoldenCase.doubles(member.value).map { Float($0) })
    }
    let batchSize = try golden.count("batch_size")
    let (pixels, digits) = try readDigits(rows: try golden.count("steps") * batchSize)
    var losses: [Float] = []
    for row in stride(from: 0, to: digits.count, by: batchSize) {
      let results = try network.trainBatch(
        Array(pixels[row * 64..<(row + batchSize) * 64]), Array(digits[row..<row + batchSize]))
      losses.append(Float(results[0]))
    }
    return (network, losses)
  }

  private func makeOptimizer(_ golden: GoldenCase) throws -> any Optimizer {
    var optimizer = try Catalogues.optimizers.make(golden.content.member("optimizer", of: "case").text("optimizer"))
    for member in try golden.settings { try optimizer.set(member.name, try member.value.settingValue(member.name)) }
    return optimizer
  }

  /// The layer and the parameter that a name such as "dense/kernel" stands for.
  private func place(_ name: String, in network: Network) throws -> (layer: Layer, parameter: String) {
    let parts = name.split(separator: "/").map(String.init)
    let layer = try XCTUnwrap(network.layers.first { $0.name == parts[0] }, "no layer \(parts[0])")
    return (layer, parts[1])
  }

  private func weights(_ name: String, of network: Network) throws -> [Float] {
    let (layer, parameter) = try place(name, in: network)
    return try layer.values(of: parameter)
  }

  private func title(_ golden: GoldenCase) throws -> String {
    let optimizer = try golden.content.member("optimizer", of: "case").text("optimizer")
    return "\(optimizer), batch normalization \(golden.content["batch_normalization"] == .flag(true)):"
  }

  /// The first rows of Examples/data/digits.csv.
  private func readDigits(rows: Int) throws -> (pixels: [Float], digits: [Float]) {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../Examples/data/digits.csv").standardized
    let lines = try String(contentsOf: path, encoding: .utf8).split(separator: "\n").dropFirst().prefix(rows)
    let table = lines.map { line in line.split(separator: ",").map { Float($0) ?? .nan } }
    return (table.flatMap { row in row.prefix(64).map { $0 / 16 } }, table.map { $0[64] })
  }
}
