// Layers: shape, parameters and files
//
// A kernel has one row for each input and one column for each unit; a bias is one row.

import Dense
import DenseCompute

/// How many values go into and come out of a row.
///
/// - Parameters:
///   - layer: A layer that is built.
///   - inputs: Takes the values of an input row.
///   - outputs: Takes the values of an output row.
/// - Errors: `.invalidState` where the layer is not built.
/// - Threads: Any number of threads at once, while none changes the layer.
/// - Since: 0.1.0
@_cdecl("dense_layer_shape")
public func layerShape(layer: Const<LayerHandle>?, inputs: Out<Int64>?, outputs: Out<Int64>?) -> Status {
  status { () throws(DenseError) in
    let layer = try Handles.layer(layer)
    let (inputs, outputs) = (try Arguments.required(inputs, "inputs"), try Arguments.required(outputs, "outputs"))
    let shape = try layer.builtShape
    (inputs.pointee, outputs.pointee) = (Int64(shape.inputs), Int64(shape.outputs))
  }
}

/// Calculates a quantity of the layer, such as its parameters or its bytes, without making anything.
///
/// - Parameters:
///   - layer: A layer, built or not.
///   - inputs: Values of an input row; ignored where the layer is built.
///   - quantity: Its name, one of `dense_names("quantity", i)`.
///   - batchSize: Rows of a batch, at least 1; matters to activations and work space.
///   - optimizer: Name of the optimizer, which matters to training; NULL for none.
///   - value: Takes the number.
/// - Errors: `.unknownName` for an unknown quantity or optimizer. `.sizeOverflow` where the number does not fit.
/// - Threads: Any number of threads at once, while none changes the layer.
/// - Since: 0.1.0
@_cdecl("dense_layer_count")
public func layerCount(
  layer: Const<LayerHandle>?, inputs: Int64, quantity: Text?, batchSize: Int64, optimizer: Text?, value: Out<Int64>?
) -> Status {
  status { () throws(DenseError) in
    let layer = try Handles.layer(layer)
    let place = try Arguments.required(value, "value")
    let request = try CountRequest(quantity: quantity, batchSize: batchSize, optimizer: optimizer)
    place.pointee = Int64(
      try layer.count(
        request.quantity, inputs: Int(inputs), batchSize: request.batchSize, optimizer: request.optimizer))
  }
}

/// How many arrays of parameters the layer has, moving statistics included.
///
/// - Parameters:
///   - layer: A layer that is built.
///   - count: Takes the number; 0 for a layer such as dropout.
/// - Errors: `.invalidState` where the layer is not built.
/// - Threads: Any number of threads at once, while none changes the layer.
/// - Since: 0.1.0
@_cdecl("dense_layer_parameter_count")
public func layerParameterCount(layer: Const<LayerHandle>?, count: Out<Int64>?) -> Status {
  status { () throws(DenseError) in
    let layer = try Handles.layer(layer)
    let place = try Arguments.required(count, "count")
    _ = try layer.builtShape
    place.pointee = Int64(layer.parameters.count)
  }
}

/// What one array of parameters is.
///
/// - Parameters:
///   - layer: A layer that is built.
///   - index: Which array, from 0.
///   - name: Takes its name, such as "kernel", which lives as long as the process.
///   - rows: Takes its rows.
///   - columns: Takes its columns.
///   - trainable: Takes 1 where training changes it by gradients, 0 for moving statistics and frozen layers.
/// - Errors: `.invalidArgument` where `index` is out of range. `.invalidState` where the layer is not built.
/// - Threads: Any number of threads at once, while none changes the layer.
/// - Since: 0.1.0
@_cdecl("dense_layer_parameter_info")
public func layerParameterInfo(
  layer: Const<LayerHandle>?, index: Int64, name: Out<Text?>?, rows: Out<Int64>?, columns: Out<Int64>?,
  trainable: Out<Int32>?
) -> Status {
  status { () throws(DenseError) in
    let layer = try Handles.layer(layer)
    let (name, trainable) = (try Arguments.required(name, "name"), try Arguments.required(trainable, "trainable"))
    let (rows, columns) = (try Arguments.required(rows, "rows"), try Arguments.required(columns, "columns"))
    _ = try layer.builtShape
    let parameters = layer.parameters
    let parameter = parameters[try Arguments.index(index, "index", below: parameters.count)]
    name.pointee = Interned.text(parameter.name)
    (rows.pointee, columns.pointee) = (Int64(parameter.rows), Int64(parameter.columns))
    trainable.pointee = parameter.isTrainable ? 1 : 0
  }
}

/// Copies an array of parameters out.
///
/// - Parameters:
///   - layer: A layer that is built.
///   - name: Name of the array, such as "kernel" or "bias".
///   - values: [count] Takes the values, row by row.
///   - count: Values that `values` has room for: exactly rows x columns.
/// - Errors: `.unknownName` where the layer has no such array; the text lists those it has. `.shapeMismatch` for
///   another count. `.invalidState` where the layer is not built.
/// - Threads: Any number of threads at once, while none changes the layer.
/// - Since: 0.1.0
@_cdecl("dense_layer_get_parameter")
public func layerGetParameter(
  layer: Const<LayerHandle>?, name: Text?, values: WritableArray<Float>?, count: Int64
) -> Status {
  status { () throws(DenseError) in
    let layer = try Handles.layer(layer)
    let source = try layer.values(of: try Arguments.text(name, "name"))
    try Arguments.write(source, to: values, "values", available: count)
  }
}

/// Replaces an array of parameters.
///
/// - Parameters:
///   - layer: A layer that is built.
///   - name: Name of the array, such as "kernel" or "bias".
///   - values: [count] The new values, row by row.
///   - count: How many they are: exactly rows x columns.
/// - Errors: As for `dense_layer_get_parameter`; then nothing has changed.
/// - Threads: One thread at a time for each layer and its network.
/// - Since: 0.1.0
@_cdecl("dense_layer_set_parameter")
public func layerSetParameter(
  layer: LayerHandle?, name: Text?, values: ReadOnlyArray<Float>?, count: Int64
) -> Status {
  status { () throws(DenseError) in
    let layer = try Handles.layer(layer)
    let name = try Arguments.text(name, "name")
    let count = try Arguments.count(count, "count")
    let values = try Arguments.array(values, "values", counts: [count])
    try layer.setValues(of: name, UnsafeBufferPointer(start: values, count: count))
  }
}

/// Copies the gradient of an array of parameters out: the sum over the backward calls since the last step.
///
/// - Parameters:
///   - layer: A layer that is built.
///   - name: Name of the array, which must be trainable.
///   - values: [count] Takes the gradient, row by row.
///   - count: Values that `values` has room for: exactly rows x columns.
/// - Errors: As for `dense_layer_get_parameter`. `.invalidState` also where there was no backward call yet.
/// - Threads: Any number of threads at once, while none changes the layer.
/// - Since: 0.1.0
@_cdecl("dense_layer_get_gradient")
public func layerGetGradient(
  layer: Const<LayerHandle>?, name: Text?, values: WritableArray<Float>?, count: Int64
) -> Status {
  status { () throws(DenseError) in
    let layer = try Handles.layer(layer)
    let source = try layer.gradient(of: try Arguments.text(name, "name"))
    try Arguments.write(source, to: values, "values", available: count)
  }
}

/// Writes the layer to a file: settings, parameters and moving statistics. The file appears whole or not at all.
///
/// - Parameters:
///   - layer: A layer that is built.
///   - path: Where to; a file that is there is replaced.
/// - Errors: `.inputOutput` where the file cannot be written. `.invalidState` where the layer is not built.
/// - Threads: Any number of threads at once, while none changes the layer.
/// - Since: 0.1.0
@_cdecl("dense_layer_save")
public func layerSave(layer: Const<LayerHandle>?, path: Text?) -> Status {
  status { () throws(DenseError) in
    let layer = try Handles.layer(layer)
    try layer.save(to: try Arguments.text(path, "path"))
  }
}

/// Reads a layer from a file that `dense_layer_save` wrote.
///
/// - Parameters:
///   - path: The file.
///   - layer: Takes the handle of a built layer. The caller ends it with `dense_layer_destroy`.
/// - Errors: `.inputOutput` where the file cannot be read. `.fileFormat` where it is torn, damaged or no such file.
///   `.fileVersion` where it needs a newer library.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_layer_load")
public func layerLoad(path: Text?, layer: Out<LayerHandle?>?) -> Status {
  status { () throws(DenseError) in
    let place = try Arguments.required(layer, "layer")
    let loaded = try Layer.load(from: try Arguments.text(path, "path"))
    try Handles.open(loaded, as: .layer, into: place)
  }
}
