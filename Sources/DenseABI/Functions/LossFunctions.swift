// Losses
//
// A loss handle holds settings alone. `dense_network_compile` copies them.

import Dense
import DenseCompute

/// Makes a loss with its default settings.
///
/// - Parameters:
///   - name: A registered kind, such as "categorical_crossentropy", or a usual short name, such as "mse".
///   - loss: Takes the handle. The caller ends it with `dense_loss_destroy`.
/// - Errors: `.unknownName` for a name that `dense_names("loss", i)` does not give.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_loss_create")
public func lossCreate(name: Text?, loss: Out<LossHandle?>?) -> Status {
  status { () throws(DenseError) in
    try Handles.create(name, of: Catalogues.losses, as: .loss, into: loss)
  }
}

/// Ends a handle. Networks that were compiled with it keep their copy.
///
/// - Parameter loss: A handle, or NULL, which does nothing. A handle that is not open sets the thread's last error
///   and does nothing else.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_loss_destroy")
public func lossDestroy(loss: LossHandle?) {
  Handles.destroy(loss, "loss", as: .loss)
}

/// Changes a setting that is a number or a flag.
///
/// - Parameters:
///   - loss: A loss.
///   - setting: Name of the setting, such as "from_logits".
///   - value: The number; 0 or 1 for a flag.
/// - Errors: `.unknownName` where the loss has no such setting; the text lists those it has. `.invalidArgument`
///   where the value is out of range. Then nothing has changed.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_loss_set")
public func lossSet(loss: LossHandle?, setting: Text?, value: Double) -> Status {
  status { () throws(DenseError) in
    try Handles.settings(loss, .loss).set(setting: setting, number: value)
  }
}

/// Changes a setting that is a name, or switches an optional setting off.
///
/// - Parameters:
///   - loss: A loss.
///   - setting: Name of the setting.
///   - value: The name, or NULL for none.
/// - Errors: `.unknownName` where the loss has no such setting, or the setting has no such value; the text lists
///   the valid ones. `.invalidArgument` where the setting takes no text or cannot be none. Then nothing has changed.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_loss_set_text")
public func lossSetText(loss: LossHandle?, setting: Text?, value: Text?) -> Status {
  status { () throws(DenseError) in
    try Handles.settings(loss, .loss).set(setting: setting, text: value)
  }
}

/// Reads a setting that is a number or a flag.
///
/// - Parameters:
///   - loss: A loss.
///   - setting: Name of the setting.
///   - value: Takes the number; 0 or 1 for a flag.
/// - Errors: `.unknownName` where the loss has no such setting. `.invalidArgument` where it is a name or none.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_loss_get")
public func lossGet(loss: Const<LossHandle>?, setting: Text?, value: Out<Double>?) -> Status {
  status { () throws(DenseError) in
    try Handles.settings(loss, .loss).get(setting: setting, number: value)
  }
}

/// Reads a setting that is a name.
///
/// - Parameters:
///   - loss: A loss.
///   - setting: Name of the setting.
///   - value: Takes the name, valid until the thread reads its next setting as text; NULL where it is none.
/// - Errors: `.unknownName` where the loss has no such setting. `.invalidArgument` where it is a number or a flag.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_loss_get_text")
public func lossGetText(loss: Const<LossHandle>?, setting: Text?, value: Out<Text?>?) -> Status {
  status { () throws(DenseError) in
    try Handles.settings(loss, .loss).get(setting: setting, text: value)
  }
}

/// Writes the loss's name and all its settings as JSON, with a NUL at the end.
///
/// - Parameters:
///   - loss: A loss.
///   - text: [capacity] Takes the text; NULL with capacity 0 asks for the length alone.
///   - capacity: Bytes that `text` has room for.
///   - length: Takes the bytes of the whole text, without the NUL, even where `text` has no room for it.
/// - Errors: `.shapeMismatch` where `capacity` is not above the length; then `text` is unchanged.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_loss_describe")
public func lossDescribe(
  loss: Const<LossHandle>?, text: TextBuffer?, capacity: Int64, length: Out<Int64>?
) -> Status {
  status { () throws(DenseError) in
    let loss = try Handles.settings(loss, .loss)
    try Arguments.write(loss.settings.json, to: text, capacity: capacity, length: length)
  }
}
