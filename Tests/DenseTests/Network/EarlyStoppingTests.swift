import Testing

@testable import Dense

/// Whatever ends a fit with early stopping, the weights are those of the best epoch.
@Suite struct EarlyStoppingTests {
  enum End: CaseIterable {
    case patience, epochs, callbackAtEpochEnd, callbackAtEpochBegin, callbackAtBatchEnd, divergence
  }

  @Test(arguments: End.allCases, ["val_loss", "val_accuracy", "loss"])
  func returnsTheBestWeights(_ end: End, _ monitor: String) throws {
    for seed in UInt64(0)..<5 {
      let network = try makeStatefulNetwork(seed: seed, optimizer: SGD(learningRate: 0.3, momentum: 0.9))
      let rows = makeRows(48, seed: seed)
      let validation = makeRows(40, seed: 100 + seed)
      var options = FitOptions(epochs: 12, batchSize: 16)
      options.stopsEarly = true
      options.monitor = monitor
      options.patience = end == .patience ? 2 : 100
      // What the weights were after each epoch, and what the monitored value was.
      var weights: [[UInt32]] = []
      var values: [Double] = []
      let error = denseError {
        try network.fit(
          rows.inputs, rows.targets, validation: validation, options: options,
          progress: { progress in
            if progress.event == .epochEnd {
              weights.append((try? parameterBits(network)) ?? [])
              let position = ["loss", "accuracy", "val_loss", "val_accuracy"].firstIndex(of: monitor) ?? 0
              values.append(progress.values[position])
              if end == .callbackAtEpochEnd && progress.epoch == 6 { return .stop }
              if end == .divergence && progress.epoch == 6 {
                try? network.set("optimizer.learning_rate", .number(1e38))
              }
            }
            if end == .callbackAtEpochBegin && progress.event == .epochBegin && progress.epoch == 6 { return .stop }
            if end == .callbackAtBatchEnd && progress.event == .batchEnd && progress.epoch == 6 && progress.step == 2 {
              return .stop
            }
            return .proceed
          })
      }
      #expect((error?.code == .nonFinite) == (end == .divergence))
      let best = try #require(monitor == "val_accuracy" ? values.max() : values.min())
      let epoch = try #require(values.firstIndex(of: best))
      #expect(try parameterBits(network) == weights[epoch])
      #expect(weights.filter { $0 == weights[epoch] }.count == 1)
    }
  }

  private func parameterBits(_ network: Network) throws -> [UInt32] {
    try network.layers.flatMap { layer in
      try layer.parameters.flatMap { try layer.values(of: $0.name).map(\.bitPattern) }
    }
  }

  /// A run of values, and what Keras makes of it: the epochs that it trains and which of them is best.
  struct Run: Sendable {
    var values: [Double]
    var patience: Int
    var delta = 0.0
    var start = 0
    var isUpward = false
    var seen: Int
    var best: Int?
  }

  static let runs = [
    Run(values: [3, 2, 1, 2, 3, 4], patience: 2, seen: 5, best: 2),
    Run(values: [3, 4, 1], patience: 0, seen: 2, best: 0),
    Run(values: [3, 2.9, 2.8, 2.7], patience: 2, delta: 0.5, seen: 3, best: 2),
    Run(values: [1, 5, 4, 3, 2], patience: 1, start: 1, seen: 5, best: 4),
    Run(values: [1, 5, 4, 6, 7], patience: 2, isUpward: true, seen: 5, best: 4),
    Run(values: [.nan, .nan, 2, 3, .nan], patience: 2, seen: 2, best: nil),
    Run(values: [2, .nan, 1, .nan, .nan], patience: 2, seen: 5, best: 2),
  ]

  @Test(arguments: runs)
  func followsKeras(_ run: Run) throws {
    var options = FitOptions()
    options.stopsEarly = true
    options.monitor = "loss"
    options.patience = run.patience
    options.minimumDelta = run.delta
    options.startFromEpoch = run.start
    options.mode = run.isUpward ? .max : .auto
    var stopping = try EarlyStopping(options, names: ["loss"], improvesUpward: [false])
    let storage = try ParameterStorage(ParameterLayout([]))
    var seen = 0
    for (epoch, value) in run.values.enumerated() {
      seen += 1
      if try stopping.observe(value, position: epoch, epoch: epoch, storage: storage) { break }
    }
    #expect(seen == run.seen)
    #expect(stopping.bestEpoch == run.best)
  }

  @Test func knowsWhichWayAValueImproves() throws {
    let upward = Catalogues.metrics.names.filter { name in
      (try? Catalogues.metrics.make(name))?.improvesUpward ?? false
    }
    #expect(Set(Catalogues.metrics.names).subtracting(upward) == ["mean_absolute_error", "mean_squared_error"])
  }

  @Test func refusesAValueThatIsNotReported() throws {
    let network = try makeStatefulNetwork()
    let rows = makeRows(10)
    var options = FitOptions()
    options.stopsEarly = true
    let error = denseError { try network.fit(rows.inputs, rows.targets, options: options) }
    #expect(error?.code == .unknownName)
    #expect(error?.message == "monitor: expected one of: loss, accuracy; received 'val_loss'")
  }
}
