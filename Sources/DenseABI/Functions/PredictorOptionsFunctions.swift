// Predictor options
//
// Options: max_rows 256, the rows that pass through the network at a time; workspaces 4, how many calls may run at once
// without memory of their own; num_threads 1, where 0 lets large work be shared with the pool's threads.
// `dense_predictor_create` copies them.

import Dense
import DenseCompute

/// Makes options with their defaults.
///
/// - Parameter predictorOptions: Takes the handle. The caller ends it with `dense_predictor_options_destroy`.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_predictor_options_create")
public func predictorOptionsCreate(predictorOptions: Out<PredictorOptionsHandle?>?) -> Status {
  status { () throws(DenseError) in
    let place = try Arguments.required(predictorOptions, "predictor_options")
    try Handles.open(SettingsBox(PredictorOptions()), as: .predictorOptions, into: place)
  }
}

/// Ends a handle. Predictors that were made with it keep their copy.
///
/// - Parameter predictorOptions: A handle, or NULL, which does nothing. A handle that is not open sets the thread's
///   last error and does nothing else.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_predictor_options_destroy")
public func predictorOptionsDestroy(predictorOptions: PredictorOptionsHandle?) {
  Handles.destroy(predictorOptions, "predictor_options", as: .predictorOptions)
}

/// Changes an option that is a number or a flag.
///
/// - Parameters:
///   - predictorOptions: Options.
///   - setting: Name of the option, such as "max_rows".
///   - value: The number.
/// - Errors: `.unknownName` where there is no such option; the text lists those there are. `.invalidArgument` where the
///   value is out of range. Then nothing has changed.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_predictor_options_set")
public func predictorOptionsSet(predictorOptions: PredictorOptionsHandle?, setting: Text?, value: Double) -> Status {
  status { () throws(DenseError) in
    try Handles.settings(predictorOptions, .predictorOptions).set(setting: setting, number: value)
  }
}

/// Changes an option that is a name. At present there is none, so every call is refused.
///
/// - Parameters:
///   - predictorOptions: Options.
///   - setting: Name of the option.
///   - value: The name.
/// - Errors: As for `dense_predictor_options_set`.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_predictor_options_set_text")
public func predictorOptionsSetText(
  predictorOptions: PredictorOptionsHandle?, setting: Text?, value: Text?
) -> Status {
  status { () throws(DenseError) in
    try Handles.settings(predictorOptions, .predictorOptions).set(setting: setting, text: value)
  }
}

/// Reads an option that is a number or a flag.
///
/// - Parameters:
///   - predictorOptions: Options.
///   - setting: Name of the option.
///   - value: Takes the number.
/// - Errors: `.unknownName` where there is no such option.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_predictor_options_get")
public func predictorOptionsGet(
  predictorOptions: Const<PredictorOptionsHandle>?, setting: Text?, value: Out<Double>?
) -> Status {
  status { () throws(DenseError) in
    try Handles.settings(predictorOptions, .predictorOptions).get(setting: setting, number: value)
  }
}

/// Reads an option that is a name. At present there is none, so every call is refused.
///
/// - Parameters:
///   - predictorOptions: Options.
///   - setting: Name of the option.
///   - value: Takes the name.
/// - Errors: `.unknownName` where there is no such option. `.invalidArgument` where it is a number.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_predictor_options_get_text")
public func predictorOptionsGetText(
  predictorOptions: Const<PredictorOptionsHandle>?, setting: Text?, value: Out<Text?>?
) -> Status {
  status { () throws(DenseError) in
    try Handles.settings(predictorOptions, .predictorOptions).get(setting: setting, text: value)
  }
}

/// Writes all options as JSON, with a NUL at the end.
///
/// - Parameters:
///   - predictorOptions: Options.
///   - text: [capacity] Takes the text; NULL with capacity 0 asks for the length alone.
///   - capacity: Bytes that `text` has room for.
///   - length: Takes the bytes of the whole text, without the NUL, even where `text` has no room for it.
/// - Errors: `.shapeMismatch` where `capacity` is not above the length; then `text` is unchanged.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_predictor_options_describe")
public func predictorOptionsDescribe(
  predictorOptions: Const<PredictorOptionsHandle>?, text: TextBuffer?, capacity: Int64, length: Out<Int64>?
) -> Status {
  status { () throws(DenseError) in
    let options = try Handles.settings(predictorOptions, .predictorOptions)
    try Arguments.write(options.settings.json, to: text, capacity: capacity, length: length)
  }
}
