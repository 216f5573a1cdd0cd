import DenseCompute

/// One call of `fit`: what it trains on and what it has found so far.
struct FitRun {
  private let network: Network
  private let storage: ParameterStorage
  private let training: TrainingData
  private let validation: TrainingData?
  private let options: FitOptions
  private let progress: ((FitProgress) -> FitDecision)?

  private let batchSize: Int
  private let steps: Int
  private let names: [String]
  /// The rows in the order of the present epoch; none where they come as they are.
  private let order: RowOrder?
  /// Whether the network reads the rows of a batch where they stand in the data.
  private let readsInPlace: Bool
  /// Whether no input that was met so far exceeds `PendingGradient.factorLimit`, and whether these were all: an epoch meets
  /// each row, so that later ones need not look again.
  private var (areModest, areAllRead) = (true, false)
  private var stopping: EarlyStopping
  private var values: [[Double]] = []

  /// Takes data that was checked.
  init(
    network: Network, training: TrainingData, validation: TrainingData?, options: FitOptions,
    progress: ((FitProgress) -> FitDecision)?
  ) throws(DenseError) {
    self.network = network
    self.training = training
    self.validation = validation
    self.options = options
    self.progress = progress
    storage = try network.built().1
    batchSize = min(options.batchSize, training.rows)
    steps = (training.rows - 1) / batchSize + 1
    let results = network.resultNames
    names = results + (validation == nil ? [] : results.map { "val_" + $0 })
    let upward = [false] + network.metrics.map(\.improvesUpward)
    stopping = try EarlyStopping(
      options, names: names, improvesUpward: upward + (validation == nil ? [] : upward))
    order = options.shuffles ? try RowOrder(rows: training.rows) : nil
    readsInPlace = order != nil && (network.layers.first?.readsSelectedRows ?? false) && Self.isSparse(training.inputs)
  }

  mutating func run() throws(DenseError) -> History {
    var reason = History.StopReason.finished
    var failure: DenseError?
    do {
      for epoch in min(options.initialEpoch, options.epochs)..<options.epochs {
        if let stop = try trainEpoch(epoch) {
          reason = stop
          break
        }
      }
    } catch {
      failure = error
    }
    stopping.restore(storage)
    if let failure { throw failure }
    return History(
      names: names, firstEpoch: options.initialEpoch, values: values, bestEpoch: stopping.bestEpoch,
      stopReason: reason)
  }

  /// Returns why training is to end after this epoch, if so.
  private mutating func trainEpoch(_ epoch: Int) throws(DenseError) -> History.StopReason? {
    if report(.epochBegin, epoch: epoch, step: 0, values: []) == .stop { return .callback }
    order?.shuffle(seed: network.seed, epoch: network.epochs)
    network.resetMetrics()
    var lossSum = 0.0
    var rows = 0
    for step in 0..<steps {
      let range = step * batchSize..<min((step + 1) * batchSize, training.rows)
      let loss: Double
      do {
        loss = try network.trainStep(try batch(range), updatesMetrics: true)
      } catch {
        guard error.code == .nonFinite else { throw error }
        throw DenseError(.nonFinite, "epoch \(epoch + 1), step \(step + 1): \(error.message)")
      }
      lossSum += loss * Double(range.count)
      rows += range.count
      guard progress != nil else { continue }
      let results = network.results(loss: lossSum / Double(rows))
      if report(.batchEnd, epoch: epoch, step: step + 1, values: results) == .stop { return .callback }
    }
    network.epochs += 1
    areAllRead = readsInPlace
    return try finishEpoch(epoch, results: network.results(loss: lossSum / Double(rows)))
  }

  /// Evaluates the validation rows and takes note of the epoch.
  private mutating func finishEpoch(
    _ epoch: Int, results: [Double]
  ) throws(DenseError) -> History.StopReason? {
    var results = results
    if let validation {
      let loss = try network.evaluateRows(validation, batchSize: options.batchSize)
      results += network.results(loss: loss)
    }
    values.append(results)
    let isExhausted = try stopping.observe(
      results[stopping.index], position: values.count - 1, epoch: epoch, storage: storage)
    if report(.epochEnd, epoch: epoch, step: steps, values: results) == .stop { return .callback }
    return isExhausted ? .noImprovement : nil
  }

  /// The rows of a step: a part of the data where it comes in order, else a copy, or a selection of rows.
  private mutating func batch(_ range: Range<Int>) throws(DenseError) -> TrainingData {
    guard let order else { return training.rows(range) }
    let workspace = try network.makeWorkspace(rows: range.count)
    let copy = try workspace.makeBatch(targetColumns: training.targets.columns)
    storage.beginStep(rows: range.count)
    let rows = order.rows(from: range.lowerBound)
    var inputs = copy.inputs.readOnly
    let isInPlace = readsInPlace && storage.isFinite
    if isInPlace {
      inputs = training.inputs.rows(0..<range.count)
      if !areAllRead {
        areModest = RowSelection(inputs, at: rows).isWithin(limit: PendingGradient.factorLimit) && areModest
      }
    } else {
      storage.alarm.reset()
      RowGathering.gather(
        training.inputs, rows, into: copy.inputs, staysOnThread: !storage.sharesStep, alarm: storage.alarm,
        limit: PendingGradient.factorLimit)
      areModest = areModest && !storage.alarm.rang
    }
    RowGathering.gather(training.targets, rows, into: copy.targets, staysOnThread: !storage.sharesStep)
    if let weights = training.sampleWeights {
      for row in 0..<range.count { copy.weights[row] = weights[Int(rows[row])] }
    }
    var batch = TrainingData(
      inputs: inputs, targets: copy.targets.readOnly,
      sampleWeights: training.sampleWeights == nil ? nil : UnsafePointer(copy.weights))
    batch.positions = isInPlace ? rows : nil
    batch.hasModestInputs = isInPlace ? areModest : !storage.alarm.rang
    return batch
  }

  private func report(_ event: FitProgress.Event, epoch: Int, step: Int, values: [Double]) -> FitDecision {
    progress?(FitProgress(event: event, epoch: epoch, step: step, steps: steps, values: values)) ?? .proceed
  }
}

extension FitRun {
  /// Whether it pays to leave out zeros in batches of these rows, as far as some that lie far apart show.
  private static func isSparse(_ inputs: MatrixView) -> Bool {
    let (samples, rows) = (8, 4)
    guard inputs.rows >= samples * rows else { return false }
    let sparse = (0..<samples).count { sample in
      let positions = (0..<rows).map { Int32(($0 * samples + sample) * inputs.rows / (samples * rows)) }
      return positions.withUnsafeBufferPointer { buffer in
        buffer.baseAddress.map { Product.isWorthSkipping(RowSelection(inputs.rows(0..<rows), at: $0)) } ?? false
      }
    }
    return 2 * sparse > samples
  }
}
