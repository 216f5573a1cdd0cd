// Optimizers
//
// An optimizer handle holds settings alone. `dense_network_compile` copies them; `dense_layer_step` reads them and
// keeps its own state in the layer. So one handle may serve many networks and layers.

import Dense
import DenseCompute

/// Makes an optimizer with its default settings.
///
/// - Parameters:
///   - name: A registered kind, such as "adam". Case does not matter.
///   - optimizer: Takes the handle. The caller ends it with `dense_optimizer_destroy`.
/// - Errors: `.unknownName` for a name that `dense_names("optimizer", i)` does not give.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_optimizer_create")
public func optimizerCreate(name: Text?, optimizer: Out<OptimizerHandle?>?) -> Status {
  status { () throws(DenseError) in
    try Handles.create(name, of: Catalogues.optimizers, as: .optimizer, into: optimizer)
  }
}

/// Ends a handle. Networks that were compiled with it keep their copy.
///
/// - Parameter optimizer: A handle, or NULL, which does nothing. A handle that is not open sets the thread's last error
///   and does nothing else.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_optimizer_destroy")
public func optimizerDestroy(optimizer: OptimizerHandle?) {
  Handles.destroy(optimizer, "optimizer", as: .optimizer)
}

/// Changes a setting that is a number or a flag.
///
/// - Parameters:
///   - optimizer: An optimizer.
///   - setting: Name of the setting, such as "learning_rate".
///   - value: The number; 0 or 1 for a flag.
/// - Errors: `.unknownName` where the optimizer has no such setting; the text lists those it has. `.invalidArgument`
///   where the value is out of range. Then nothing has changed.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_optimizer_set")
public func optimizerSet(optimizer: OptimizerHandle?, setting: Text?, value: Double) -> Status {
  status { () throws(DenseError) in
    try Handles.settings(optimizer, .optimizer).set(setting: setting, number: value)
  }
}

/// Changes a setting that is a name, or switches an optional setting off.
///
/// - Parameters:
///   - optimizer: An optimizer.
///   - setting: Name of the setting, such as "weight_decay" to switch it off.
///   - value: The name, or NULL for none.
/// - Errors: `.unknownName` where the optimizer has no such setting, or the setting has no such value; the text lists
///   the valid ones. `.invalidArgument` where the setting takes no text or cannot be none. Then nothing has changed.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_optimizer_set_text")
public func optimizerSetText(optimizer: OptimizerHandle?, setting: Text?, value: Text?) -> Status {
  status { () throws(DenseError) in
    try Handles.settings(optimizer, .optimizer).set(setting: setting, text: value)
  }
}

/// Reads a setting that is a number or a flag.
///
/// - Parameters:
///   - optimizer: An optimizer.
///   - setting: Name of the setting.
///   - value: Takes the number; 0 or 1 for a flag.
/// - Errors: `.unknownName` where the optimizer has no such setting. `.invalidArgument` where it is a name or none.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_optimizer_get")
public func optimizerGet(optimizer: Const<OptimizerHandle>?, setting: Text?, value: Out<Double>?) -> Status {
  status { () throws(DenseError) in
    try Handles.settings(optimizer, .optimizer).get(setting: setting, number: value)
  }
}

/// Reads a setting that is a name.
///
/// - Parameters:
///   - optimizer: An optimizer.
///   - setting: Name of the setting.
///   - value: Takes the name, valid until the thread reads its next setting as text; NULL where it is none.
/// - Errors: `.unknownName` where the optimizer has no such setting. `.invalidArgument` where it is a number or a flag.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_optimizer_get_text")
public func optimizerGetText(optimizer: Const<OptimizerHandle>?, setting: Text?, value: Out<Text?>?) -> Status {
  status { () throws(DenseError) in
    try Handles.settings(optimizer, .optimizer).get(setting: setting, text: value)
  }
}

/// Writes the optimizer's name and all its settings as JSON, with a NUL at the end.
///
/// - Parameters:
///   - optimizer: An optimizer.
///   - text: [capacity] Takes the text; NULL with capacity 0 asks for the length alone.
///   - capacity: Bytes that `text` has room for.
///   - length: Takes the bytes of the whole text, without the NUL, even where `text` has no room for it.
/// - Errors: `.shapeMismatch` where `capacity` is not above the length; then `text` is unchanged.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_optimizer_describe")
public func optimizerDescribe(
  optimizer: Const<OptimizerHandle>?, text: TextBuffer?, capacity: Int64, length: Out<Int64>?
) -> Status {
  status { () throws(DenseError) in
    let optimizer = try Handles.settings(optimizer, .optimizer)
    try Arguments.write(optimizer.settings.json, to: text, capacity: capacity, length: length)
  }
}
