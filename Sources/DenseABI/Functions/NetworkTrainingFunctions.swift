// Networks: training
//
// Targets have the columns that the loss wants: those of the output, or a single one of class numbers. Training takes up to
// 256 KB of the calling thread's stack.

import Dense
import DenseCompute

/// Sets optimizer and loss, and removes the metrics. Builds the network if it is not built; the optimizer's state
/// starts anew.
///
/// - Parameters:
///   - network: A network with at least one layer.
///   - optimizer: The rule; its settings are copied.
///   - loss: The loss; its settings are copied.
/// - Errors: As for `dense_network_build`; `.shapeMismatch` also where the loss does not fit the output.
/// - Threads: One thread at a time for each network and its layers.
/// - Since: 0.1.0
@_cdecl("dense_network_compile")
public func networkCompile(
  network: NetworkHandle?, optimizer: Const<OptimizerHandle>?, loss: Const<LossHandle>?
) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    let optimizer: any Optimizer = try Handles.kind(optimizer, .optimizer)
    let loss: any Loss = try Handles.kind(loss, .loss)
    try network.compile(optimizer: optimizer, loss: loss)
  }
}

/// Adds a metric to those that training and evaluation report.
///
/// - Parameters:
///   - network: A network that is compiled.
///   - metric: The metric; its settings are copied.
/// - Errors: `.invalidState` where the network is not compiled. `.shapeMismatch` where the metric does not fit the
///   output.
/// - Threads: One thread at a time for each network and its layers.
/// - Since: 0.1.0
@_cdecl("dense_network_add_metric")
public func networkAddMetric(network: NetworkHandle?, metric: Const<MetricHandle>?) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    try network.add(try Handles.kind(metric, .metric, (any Metric).self))
  }
}

/// Changes a setting of the network's own copy of the optimizer, between two batches if need be.
///
/// - Parameters:
///   - network: A network that is compiled.
///   - setting: "optimizer." and the name of a setting, such as "optimizer.learning_rate".
///   - value: The number; 0 or 1 for a flag.
/// - Errors: `.unknownName` where there is no such setting. `.invalidArgument` where the value is out of range.
///   `.invalidState` where the network is not compiled.
/// - Threads: One thread at a time for each network and its layers.
/// - Since: 0.1.0
@_cdecl("dense_network_set")
public func networkSet(network: NetworkHandle?, setting: Text?, value: Double) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    try network.set(try Arguments.text(setting, "setting"), .number(value))
  }
}

/// Reads a setting of the network's own copy of the optimizer, or what the network counts.
///
/// - Parameters:
///   - network: A network that is compiled.
///   - setting: "optimizer." and the name of a setting, "iterations" for the steps made, "epochs" for the epochs
///     trained, or "seed".
///   - value: Takes the number; 0 or 1 for a flag.
/// - Errors: `.unknownName` where there is no such setting. `.invalidArgument` where it is a name or none.
///   `.invalidState` where the network is not compiled.
/// - Threads: Any number of threads at once, while none changes the network.
/// - Since: 0.1.0
@_cdecl("dense_network_get")
public func networkGet(network: Const<NetworkHandle>?, setting: Text?, value: Out<Double>?) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    let name = try Arguments.text(setting, "setting")
    try Arguments.required(value, "value").pointee = try network.setting(name).number(name)
  }
}

/// How many figures training and evaluation report: the loss and each metric.
///
/// - Parameters:
///   - network: A network that is compiled.
///   - count: Takes the number.
/// - Errors: `.invalidState` where the network is not compiled.
/// - Threads: Any number of threads at once, while none changes the network.
/// - Since: 0.1.0
@_cdecl("dense_network_result_count")
public func networkResultCount(network: Const<NetworkHandle>?, count: Out<Int64>?) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    try Arguments.required(count, "count").pointee = Int64(try network.compiledResultNames.count)
  }
}

/// The name of a figure that training and evaluation report.
///
/// - Parameters:
///   - network: A network that is compiled.
///   - index: Which figure, from 0; 0 is "loss".
///   - name: Takes the name, which lives as long as the process.
/// - Errors: `.invalidArgument` where `index` is out of range. `.invalidState` where the network is not compiled.
/// - Threads: Any number of threads at once, while none changes the network.
/// - Since: 0.1.0
@_cdecl("dense_network_result_name")
public func networkResultName(network: Const<NetworkHandle>?, index: Int64, name: Out<Text?>?) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    let place = try Arguments.required(name, "name")
    let names = try network.compiledResultNames
    place.pointee = Interned.text(names[try Arguments.index(index, "index", below: names.count)])
  }
}

/// Trains on one batch: forward, backward and a step. The loss includes the penalties of regularizers.
///
/// - Parameters:
///   - network: A network that is compiled.
///   - x: [rows, columns] The batch, row by row.
///   - rows: Rows of the batch, at least 1.
///   - columns: Values of a row: the network's inputs.
///   - targets: [rows, target_columns] What the outputs should be, row by row.
///   - targetColumns: Values of a target row.
///   - sampleWeights: [rows] The weight of each row in the loss; NULL for 1.
///   - results: [result_count] Takes the figures of this batch, before the step.
///   - resultCount: Values that `results` has room for: exactly `dense_network_result_count`.
/// - Errors: `.shapeMismatch` where arrays do not fit the network or each other. `.invalidArgument` for a target that
///   the loss does not accept. `.nonFinite` where loss, gradient or weight is NaN or infinite; the text says where,
///   and the weights are as before. `.invalidState` where the network is not compiled.
/// - Threads: One thread at a time for each network and its layers.
/// - Since: 0.1.0
@_cdecl("dense_network_train_batch")
public func networkTrainBatch(
  network: NetworkHandle?, x: ReadOnlyArray<Float>?, rows: Int64, columns: Int64, targets: ReadOnlyArray<Float>?,
  targetColumns: Int64, sampleWeights: ReadOnlyArray<Float>?, results: WritableArray<Double>?, resultCount: Int64
) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    let data = try Arguments.data(
      x, rows: rows, columns: columns, targets: targets, targetColumns: targetColumns, sampleWeights: sampleWeights)
    try network.trainBatch(data, results: try Arguments.results(results, count: resultCount))
  }
}

/// Trains for a number of epochs.
///
/// - Parameters:
///   - network: A network that is compiled.
///   - x: [rows, columns] All training rows.
///   - rows: How many they are, at least 1.
///   - columns: Values of a row: the network's inputs.
///   - targets: [rows, target_columns] What the outputs should be.
///   - targetColumns: Values of a target row.
///   - options: Epochs, batch size, validation, early stopping and progress; NULL for the default of each.
///   - history: Takes a handle of the figures of each epoch, which the caller ends with `dense_history_destroy`;
///     NULL if they are not needed.
/// - Errors: As for `dense_network_train_batch`; `.nonFinite` names epoch, step and layer, and the weights are those
///   of the last step that was made, or with early stopping of the best epoch. `.unknownName` where "monitor" is no
///   figure of the history. `.invalidArgument` where options contradict each other or the data.
/// - Threads: One thread at a time for each network and its layers.
/// - Since: 0.1.0
@_cdecl("dense_network_fit")
public func networkFit(
  network: NetworkHandle?, x: ReadOnlyArray<Float>?, rows: Int64, columns: Int64, targets: ReadOnlyArray<Float>?,
  targetColumns: Int64, options: Const<FitOptionsHandle>?, history: Out<HistoryHandle?>?
) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    let data = try Arguments.data(
      x, rows: rows, columns: columns, targets: targets, targetColumns: targetColumns, sampleWeights: nil)
    let contents = options == nil ? FitOptionsBox.Contents() : try Handles.fitOptions(options, "options").contents
    let seen = try network.fit(
      try contents.weighted(data), validation: contents.validation, options: contents.options,
      progress: contents.progress)
    if let history { try Handles.open(seen, as: .history, into: history) }
  }
}
