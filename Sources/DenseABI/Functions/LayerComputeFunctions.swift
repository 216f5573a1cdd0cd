// Layers: computing
//
// For a layer that stands alone. One that belongs to a network can be run by itself too, with the network's parameters;
// steps are the network's. Up to 256 KB of the calling thread's stack are used.

import Dense
import DenseCompute

/// Makes the layer's parameters and draws their first values.
///
/// - Parameters:
///   - layer: A layer that was not built before.
///   - inputs: Values of an input row, at least 1.
///   - seed: Fixes the values that are drawn, and those that dropout will draw.
/// - Errors: `.invalidState` where the layer is built or belongs to a network. `.invalidArgument` where it has no
///   "units" yet. `.sizeOverflow` and `.outOfMemory` where the parameters do not fit. Then the layer is as before.
/// - Threads: One thread at a time for each layer.
/// - Since: 0.1.0
@_cdecl("dense_layer_build")
public func layerBuild(layer: LayerHandle?, inputs: Int64, seed: UInt64) -> Status {
  status { () throws(DenseError) in
    let layer = try Handles.layer(layer)
    try layer.build(inputs: try Arguments.count(inputs, "inputs"), seed: seed)
  }
}

/// Computes the outputs of a batch, and keeps what `dense_layer_backward` needs if it is a training batch.
///
/// - Parameters:
///   - layer: A layer that is built.
///   - input: [rows, columns] The batch, row by row. May be freed when the call returns.
///   - rows: Rows of the batch, at least 1.
///   - columns: Values of a row: the layer's inputs.
///   - training: 1 in training, where dropout drops and batch normalization uses the batch; else 0.
///   - output: [output_count] Takes rows x outputs values, row by row. Must not overlap `input`.
///   - outputCount: Values that `output` has room for: exactly rows x outputs.
/// - Errors: `.invalidState` where the layer is not built. `.shapeMismatch` where `columns` or `output_count` do not fit
///   the layer.
/// - Threads: One thread at a time for each layer.
/// - Since: 0.1.0
@_cdecl("dense_layer_forward")
public func layerForward(
  layer: LayerHandle?, input: ReadOnlyArray<Float>?, rows: Int64, columns: Int64, training: Int32,
  output: WritableArray<Float>?, outputCount: Int64
) -> Status {
  status { () throws(DenseError) in
    let layer = try Handles.layer(layer)
    let input = try Arguments.matrix(input, "input", rows: rows, columns: columns)
    let isTraining = try Arguments.flag(training, "training")
    let output = try Arguments.matrix(
      output, "output", available: outputCount, rows: input.rows, columns: try layer.builtShape.outputs)
    try layer.forward(input, training: isTraining, into: output)
  }
}

/// Adds the gradients of the last training batch to those that the layer holds, and gives the input's gradient.
///
/// - Parameters:
///   - layer: A layer whose last `dense_layer_forward` was a training batch.
///   - outputGradient: [rows, columns] dL/da of that batch, row by row.
///   - rows: Rows of that batch.
///   - columns: Values of a row: the layer's outputs.
///   - inputGradient: [input_gradient_count] Takes dL/dx, rows x inputs values, row by row; NULL if it is not needed.
///   - inputGradientCount: Values that `input_gradient` has room for: exactly rows x inputs, or 0 where it is NULL.
/// - Errors: `.invalidState` where there was no such batch. `.shapeMismatch` where the shape is not that of the
///   batch's output.
/// - Threads: One thread at a time for each layer.
/// - Since: 0.1.0
@_cdecl("dense_layer_backward")
public func layerBackward(
  layer: LayerHandle?, outputGradient: ReadOnlyArray<Float>?, rows: Int64, columns: Int64,
  inputGradient: WritableArray<Float>?, inputGradientCount: Int64
) -> Status {
  status { () throws(DenseError) in
    let layer = try Handles.layer(layer)
    let gradient = try Arguments.matrix(outputGradient, "output_gradient", rows: rows, columns: columns)
    let result = try Arguments.optionalMatrix(
      inputGradient, "input_gradient", available: inputGradientCount, rows: gradient.rows,
      columns: try layer.builtShape.inputs)
    try layer.backward(gradient, into: result)
  }
}

/// Changes the parameters by their gradients, and sets the gradients to zero.
///
/// - Parameters:
///   - layer: A layer that is built and stands alone.
///   - optimizer: The rule. The layer keeps its state, such as momentum, between steps; a step with another kind of
///     rule starts anew.
/// - Errors: `.invalidState` where the layer is not built or belongs to a network. `.nonFinite` where a gradient is NaN
///   or infinite; then nothing has changed.
/// - Threads: One thread at a time for each layer.
/// - Since: 0.1.0
@_cdecl("dense_layer_step")
public func layerStep(layer: LayerHandle?, optimizer: Const<OptimizerHandle>?) -> Status {
  status { () throws(DenseError) in
    let layer = try Handles.layer(layer)
    try layer.step(try Handles.kind(optimizer, .optimizer, (any Optimizer).self))
  }
}

/// Sets the gradients to zero without a step.
///
/// - Parameter layer: A layer that is built. The gradients of its network are zeroed with its own.
/// - Errors: `.invalidState` where the layer is not built.
/// - Threads: One thread at a time for each layer.
/// - Since: 0.1.0
@_cdecl("dense_layer_zero_gradients")
public func layerZeroGradients(layer: LayerHandle?) -> Status {
  status { () throws(DenseError) in
    try Handles.layer(layer).zeroGradients()
  }
}
