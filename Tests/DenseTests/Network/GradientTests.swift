import DenseCompute
import Testing

@testable import Dense

/// Every layer x activation x loss x regularizer against central differences of a double-precision reference.
@Suite struct GradientTests {
  /// What stands between the two dense layers of the network under test.
  enum Block: String, CaseIterable {
    case dense, denseWithDropout, withoutBias, dropoutLayer, batchNormalization, activationLayer, flatten
  }

  enum Penalty: String, CaseIterable {
    case none, l1, l2, l1l2

    var kind: (any Regularizer)? {
      switch self {
      case .none: nil
      case .l1: L1(0.02)
      case .l2: L2(0.03)
      case .l1l2: L1L2(l1: 0.01, l2: 0.04)
      }
    }

    var factors: (l1: Double, l2: Double) {
      switch self {
      case .none: (0, 0)
      case .l1: (0.02, 0)
      case .l2: (0, 0.03)
      case .l1l2: (0.01, 0.04)
      }
    }
  }

  static let tolerance = 1e-3
  static let inputs = 3, hidden = 4, outputs = 3, rows = 5

  @Test(arguments: Block.allCases)
  func agreeWithCentralDifferences(_ block: Block) throws {
    var worst = (error: 0.0, place: "")
    for activation in ReferenceActivation.allCases {
      for (position, loss) in ReferenceLoss.allCases.enumerated() {
        for penalty in Penalty.allCases {
          let place = "\(activation.rawValue), \(loss.rawValue), \(penalty.rawValue)"
          let error = try Self.error(block, activation, loss, penalty, seed: UInt64(position))
          #expect(error <= Self.tolerance, "\(place)")
          if error > worst.error { worst = (error, place) }
        }
      }
    }
    print("worst relative gradient error with \(block.rawValue): \(worst.error) (\(worst.place))")
  }

  /// The worst relative error of all gradients of one network, and of its loss.
  private static func error(
    _ block: Block, _ activation: ReferenceActivation, _ loss: ReferenceLoss, _ penalty: Penalty, seed: UInt64
  ) throws -> Double {
    let network = try makeNetwork(block, activation, loss, penalty, seed: seed)
    try network.compile(optimizer: SGD(), loss: loss.kind, metrics: [])
    #expect(network.isFused == (loss.output != .linear && !loss.isUnfused))
    var numbers = Numbers(seed: 100 + seed)
    // Away from the defaults: zero biases and unit gammas would hide mistakes.
    for layer in network.layers {
      for parameter in layer.parameters where parameter.isTrainable && parameter.name != "kernel" {
        try layer.setValues(of: parameter.name, numbers.floats(parameter.count, from: 0.3, to: 1.2))
      }
    }
    let x = numbers.floats(rows * inputs, from: -1, to: 1)
    let weights = numbers.floats(rows, from: 0.5, to: 2)
    let y = loss.targets(rows: rows, columns: outputs) { Double(numbers.float(from: 0, to: 1)) }

    let (value, gradients) = try engineGradients(network, x, y.flatMap { $0 }.map(Float.init), weights)
    let parameters = try trainableValues(network)
    let reference = try makeReference(network, block, activation, loss, penalty)
    let input = stride(from: 0, to: x.count, by: inputs).map { start in
      x[start..<start + inputs].map(Double.init)
    }
    let lossOf = { (parameters: [[Double]]) in
      loss(reference.forward(input, parameters), y, weights: weights.map(Double.init))
        + reference.penalty(parameters)
    }
    let expected = centralDifferences(parameters, lossOf)
    return max(abs(value - lossOf(parameters)) / abs(value), worstGradientError(gradients, expected))
  }

  private static func makeNetwork(
    _ block: Block, _ activation: ReferenceActivation, _ loss: ReferenceLoss, _ penalty: Penalty, seed: UInt64
  ) throws -> Network {
    let network = try Network(inputs: inputs, seed: seed)
    var dense = DenseConfiguration()
    dense.units = hidden
    dense.activation = block == .activationLayer ? nil : activation.kind
    dense.kernelRegularizer = penalty.kind
    dense.biasRegularizer = penalty.kind
    dense.usesBias = block != .withoutBias
    dense.dropout = block == .denseWithDropout ? 0.4 : 0
    try network.add(DenseLayer(dense))
    switch block {
    case .dense, .denseWithDropout, .withoutBias: break
    case .dropoutLayer: try network.add(DropoutLayer(rate: 0.4))
    case .batchNormalization:
      var normalization = BatchNormalizationConfiguration()
      normalization.gammaRegularizer = penalty.kind
      normalization.betaRegularizer = penalty.kind
      try network.add(BatchNormalizationLayer(normalization))
    case .activationLayer: try network.add(ActivationLayer(activation.kind))
    case .flatten: try network.add(FlattenLayer())
    }
    var last = DenseConfiguration()
    last.units = outputs
    // Half of the fused cases end in a layer of their own for the activation.
    let isApart = seed % 2 == 0 && loss.output != .linear
    last.activation = isApart ? nil : loss.output.kind
    try network.add(DenseLayer(last))
    if isApart { try network.add(ActivationLayer(loss.output.kind)) }
    // A layer behind the activation keeps the loss from taking it over.
    if loss.isUnfused { try network.add(FlattenLayer()) }
    return network
  }

  private static func makeReference(
    _ network: Network, _ block: Block, _ activation: ReferenceActivation, _ loss: ReferenceLoss, _ penalty: Penalty
  ) throws -> ReferenceNetwork {
    var stages: [ReferenceNetwork.Stage] = [
      .dense(units: hidden, hasBias: block != .withoutBias), .activation(activation),
    ]
    var penalties = [penalty.factors]
    if block != .withoutBias { penalties.append(penalty.factors) }
    switch block {
    case .denseWithDropout: stages.append(.factors(dropoutFactors(network.layers[0])))
    case .dropoutLayer: stages.append(.factors(dropoutFactors(network.layers[1])))
    case .batchNormalization:
      stages.append(.batchNormalization(epsilon: 0.001))
      penalties += [penalty.factors, penalty.factors]
    case .dense, .withoutBias, .activationLayer, .flatten: break
    }
    stages += [.dense(units: outputs, hasBias: true), .activation(loss.output)]
    penalties += [(0, 0), (0, 0)]
    return ReferenceNetwork(inputs: inputs, stages: stages, penalties: penalties)
  }

  /// What the layer multiplied each element by in its first forward pass.
  private static func dropoutFactors(_ layer: Layer) -> [Double] {
    let ones = [Float](repeating: 1, count: rows * hidden)
    var factors = ones
    layer.random.dropout(ones, into: &factors, count: ones.count, startingAt: 0, rate: 0.4)
    return factors.map(Double.init)
  }

  private static func trainableValues(_ network: Network) throws -> [[Double]] {
    var values: [[Double]] = []
    for layer in network.layers {
      for parameter in layer.parameters where parameter.isTrainable {
        values.append(try layer.values(of: parameter.name).map(Double.init))
      }
    }
    return values
  }

  private static func engineGradients(
    _ network: Network, _ x: [Float], _ y: [Float], _ weights: [Float]
  ) throws -> (Double, [[Float]]) {
    let value = try network.withData(x, y, weights) { (data) throws(DenseError) in
      let loss = try network.addGradients(data).loss
      try network.built().1.computePending()
      return loss
    }
    var gradients: [[Float]] = []
    for layer in network.layers {
      for parameter in layer.parameters where parameter.isTrainable {
        gradients.append(try layer.gradient(of: parameter.name))
      }
    }
    return (value, gradients)
  }
}
