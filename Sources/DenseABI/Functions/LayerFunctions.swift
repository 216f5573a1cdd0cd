// Layers: making and settings
//
// A layer works alone, so that it can sit in somebody else's graph, or in a network that it is added to. Settings
// that shape its parameters are open until it is built; that happens in `dense_layer_build`, `dense_network_build`,
// or in the first call on a network that computes.

import Dense
import DenseCompute

/// Makes a layer with its default settings.
///
/// - Parameters:
///   - name: A registered kind: "dense", "dropout", "batch_normalization", "activation" or "flatten".
///   - layer: Takes the handle. The caller ends it with `dense_layer_destroy`.
/// - Errors: `.unknownName` for a name that `dense_names("layer", i)` does not give.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_layer_create")
public func layerCreate(name: Text?, layer: Out<LayerHandle?>?) -> Status {
  status { () throws(DenseError) in
    let place = try Arguments.required(layer, "layer")
    let made = try Layer.make(try Arguments.text(name, "name"))
    try Handles.open(made, as: .layer, into: place)
  }
}

/// Ends a handle. The layer itself lives on in the networks that it was added to, and under its other handles.
///
/// - Parameter layer: A handle, or NULL, which does nothing. A handle that is not open sets the thread's last error
///   and does nothing else.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_layer_destroy")
public func layerDestroy(layer: LayerHandle?) {
  Handles.destroy(layer, "layer", as: .layer)
}

/// Changes a setting that is a number or a flag.
///
/// - Parameters:
///   - layer: A layer.
///   - setting: Name of the setting, such as "units" or "use_bias". A dot leads into a kind that is a setting
///     itself: "kernel_initializer.stddev". Every layer has "trainable".
///   - value: The number; 0 or 1 for a flag.
/// - Errors: `.unknownName` where the layer has no such setting; the text lists those it has. `.invalidArgument`
///   where the value is out of range. `.invalidState` for a setting that shapes parameters once the layer is built.
///   Then nothing has changed.
/// - Threads: One thread at a time for each layer and its network.
/// - Since: 0.1.0
@_cdecl("dense_layer_set")
public func layerSet(layer: LayerHandle?, setting: Text?, value: Double) -> Status {
  status { () throws(DenseError) in
    try Handles.layer(layer).set(setting: setting, number: value)
  }
}

/// Changes a setting that is a name, or switches an optional setting off.
///
/// - Parameters:
///   - layer: A layer.
///   - setting: Name of the setting, such as "activation", "kernel_initializer", "kernel_regularizer", or "name",
///     which every layer has.
///   - value: The name, or NULL for none.
/// - Errors: As for `dense_layer_set`.
/// - Threads: One thread at a time for each layer and its network.
/// - Since: 0.1.0
@_cdecl("dense_layer_set_text")
public func layerSetText(layer: LayerHandle?, setting: Text?, value: Text?) -> Status {
  status { () throws(DenseError) in
    try Handles.layer(layer).set(setting: setting, text: value)
  }
}

/// Reads a setting that is a number or a flag.
///
/// - Parameters:
///   - layer: A layer.
///   - setting: Name of the setting.
///   - value: Takes the number; 0 or 1 for a flag.
/// - Errors: `.unknownName` where the layer has no such setting. `.invalidArgument` where it is a name or none.
/// - Threads: Any number of threads at once, while none changes the layer.
/// - Since: 0.1.0
@_cdecl("dense_layer_get")
public func layerGet(layer: Const<LayerHandle>?, setting: Text?, value: Out<Double>?) -> Status {
  status { () throws(DenseError) in
    try Handles.layer(layer).get(setting: setting, number: value)
  }
}

/// Reads a setting that is a name.
///
/// - Parameters:
///   - layer: A layer.
///   - setting: Name of the setting.
///   - value: Takes the name, valid until the thread reads its next setting as text; NULL where it is none.
/// - Errors: `.unknownName` where the layer has no such setting. `.invalidArgument` where it is a number or a flag.
/// - Threads: Any number of threads at once, while none changes the layer.
/// - Since: 0.1.0
@_cdecl("dense_layer_get_text")
public func layerGetText(layer: Const<LayerHandle>?, setting: Text?, value: Out<Text?>?) -> Status {
  status { () throws(DenseError) in
    try Handles.layer(layer).get(setting: setting, text: value)
  }
}

/// Writes the layer's kind and all its settings as JSON, with a NUL at the end.
///
/// - Parameters:
///   - layer: A layer.
///   - text: [capacity] Takes the text; NULL with capacity 0 asks for the length alone.
///   - capacity: Bytes that `text` has room for.
///   - length: Takes the bytes of the whole text, without the NUL, even where `text` has no room for it.
/// - Errors: `.shapeMismatch` where `capacity` is not above the length; then `text` is unchanged.
/// - Threads: Any number of threads at once, while none changes the layer.
/// - Since: 0.1.0
@_cdecl("dense_layer_describe")
public func layerDescribe(
  layer: Const<LayerHandle>?, text: TextBuffer?, capacity: Int64, length: Out<Int64>?
) -> Status {
  status { () throws(DenseError) in
    let layer = try Handles.layer(layer)
    try Arguments.write(layer.describe(), to: text, capacity: capacity, length: length)
  }
}
