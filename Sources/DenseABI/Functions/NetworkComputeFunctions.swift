// Networks: computing

import Dense
import DenseCompute

/// Predicts: the outputs of rows, as in inference.
///
/// - Parameters:
///   - network: A network that is built.
///   - x: [rows, columns] The rows, one after another.
///   - rows: How many they are, at least 1. How rows are split over calls changes no bit of the result.
///   - columns: Values of a row: the network's inputs.
///   - output: [output_count] Takes rows x outputs values, row by row. Must not overlap `x`.
///   - outputCount: Values that `output` has room for: exactly rows x outputs.
/// - Errors: `.shapeMismatch` where arrays do not fit the network. `.invalidState` where it is not built.
/// - Threads: Any number of threads at once, while none changes the network.
/// - Since: 0.1.0
@_cdecl("dense_network_predict")
public func networkPredict(
  network: Const<NetworkHandle>?, x: ReadOnlyArray<Float>?, rows: Int64, columns: Int64,
  output: WritableArray<Float>?, outputCount: Int64
) -> Status {
  status { () throws(DenseError) in
    try Handles.readNetwork(network) { (network) throws(DenseError) in
      let input = try Arguments.matrix(x, "x", rows: rows, columns: columns)
      let output = try Arguments.matrix(
        output, "output", available: outputCount, rows: input.rows, columns: try network.builtShape.outputs)
      try network.predict(input, into: output)
    }
  }
}

/// Measures loss and metrics over rows, as in inference.
///
/// - Parameters:
///   - network: A network that is compiled.
///   - x: [rows, columns] The rows, one after another.
///   - rows: How many they are, at least 1.
///   - columns: Values of a row: the network's inputs.
///   - targets: [rows, target_columns] What the outputs should be.
///   - targetColumns: Values of a target row.
///   - sampleWeights: [rows] The weight of each row in the loss; NULL for 1.
///   - batchSize: Rows that are computed at once, at least 1.
///   - results: [result_count] Takes the figures, in the order of `dense_network_result_name`.
///   - resultCount: Values that `results` has room for: exactly `dense_network_result_count`.
/// - Errors: `.shapeMismatch` where arrays do not fit the network or each other. `.invalidArgument` for a target that
///   the loss does not accept. `.invalidState` where the network is not compiled.
/// - Threads: One thread at a time for each network and its layers.
/// - Since: 0.1.0
@_cdecl("dense_network_evaluate")
public func networkEvaluate(
  network: NetworkHandle?, x: ReadOnlyArray<Float>?, rows: Int64, columns: Int64, targets: ReadOnlyArray<Float>?,
  targetColumns: Int64, sampleWeights: ReadOnlyArray<Float>?, batchSize: Int64, results: WritableArray<Double>?,
  resultCount: Int64
) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    let data = try Arguments.data(
      x, rows: rows, columns: columns, targets: targets, targetColumns: targetColumns, sampleWeights: sampleWeights)
    let batchSize = try Arguments.count(batchSize, "batch_size")
    try network.evaluate(
      data, batchSize: batchSize, results: try Arguments.results(results, count: resultCount))
  }
}

/// Computes the outputs of a batch, and keeps what `dense_network_backward` needs if it is a training batch.
/// For callers with a loss of their own.
///
/// - Parameters:
///   - network: A network that is built.
///   - x: [rows, columns] The batch, row by row. May be freed when the call returns.
///   - rows: Rows of the batch, at least 1.
///   - columns: Values of a row: the network's inputs.
///   - training: 1 in training, where dropout drops and batch normalization uses the batch; else 0.
///   - output: [output_count] Takes rows x outputs values, row by row. Must not overlap `x`.
///   - outputCount: Values that `output` has room for: exactly rows x outputs.
/// - Errors: `.shapeMismatch` where arrays do not fit the network. `.invalidState` where it is not built.
/// - Threads: One thread at a time for each network and its layers.
/// - Since: 0.1.0
@_cdecl("dense_network_forward")
public func networkForward(
  network: NetworkHandle?, x: ReadOnlyArray<Float>?, rows: Int64, columns: Int64, training: Int32,
  output: WritableArray<Float>?, outputCount: Int64
) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    let input = try Arguments.matrix(x, "x", rows: rows, columns: columns)
    let isTraining = try Arguments.flag(training, "training")
    let output = try Arguments.matrix(
      output, "output", available: outputCount, rows: input.rows, columns: try network.builtShape.outputs)
    try network.forward(input, training: isTraining, into: output)
  }
}

/// Adds the gradients of the last training batch to those that the network holds, and gives the input's gradient.
///
/// - Parameters:
///   - network: A network whose last `dense_network_forward` was a training batch.
///   - outputGradient: [rows, columns] dL/da of that batch, row by row.
///   - rows: Rows of that batch.
///   - columns: Values of a row: the network's outputs.
///   - inputGradient: [input_gradient_count] Takes dL/dx, rows x inputs values, row by row; NULL if it is not needed.
///   - inputGradientCount: Values that `input_gradient` has room for: exactly rows x inputs, or 0 where it is NULL.
/// - Errors: `.invalidState` where there was no such batch. `.shapeMismatch` where the shape is not that of the
///   batch's output.
/// - Threads: One thread at a time for each network and its layers.
/// - Since: 0.1.0
@_cdecl("dense_network_backward")
public func networkBackward(
  network: NetworkHandle?, outputGradient: ReadOnlyArray<Float>?, rows: Int64, columns: Int64,
  inputGradient: WritableArray<Float>?, inputGradientCount: Int64
) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    let gradient = try Arguments.matrix(outputGradient, "output_gradient", rows: rows, columns: columns)
    let result = try Arguments.optionalMatrix(
      inputGradient, "input_gradient", available: inputGradientCount, rows: gradient.rows, columns: network.inputs)
    try network.backward(gradient, into: result)
  }
}

/// Changes the weights by their gradients with the optimizer that the network was compiled with, and sets the
/// gradients to zero.
///
/// - Parameter network: A network that is compiled.
/// - Errors: `.invalidState` where the network is not compiled. `.nonFinite` where a gradient is NaN or infinite.
/// - Threads: One thread at a time for each network and its layers.
/// - Since: 0.1.0
@_cdecl("dense_network_step")
public func networkStep(network: NetworkHandle?) -> Status {
  status { () throws(DenseError) in
    try Handles.network(network).step()
  }
}

/// Sets all gradients to zero without a step.
///
/// - Parameter network: A network that is built.
/// - Errors: `.invalidState` where the network is not built.
/// - Threads: One thread at a time for each network and its layers.
/// - Since: 0.1.0
@_cdecl("dense_network_zero_gradients")
public func networkZeroGradients(network: NetworkHandle?) -> Status {
  status { () throws(DenseError) in
    try Handles.network(network).zeroGradients()
  }
}
