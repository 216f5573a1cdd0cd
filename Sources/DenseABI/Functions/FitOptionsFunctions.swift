// Fit options
//
// Settings, with their defaults: epochs 1, batch_size 32, shuffle 1, validation_split 0, initial_epoch 0,
// early_stopping 0, monitor "val_loss", patience 0, min_delta 0, mode "auto", start_from_epoch 0.

import Dense
import DenseCompute

/// Makes options with their defaults.
///
/// - Parameter fitOptions: Takes the handle. The caller ends it with `dense_fit_options_destroy`.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_fit_options_create")
public func fitOptionsCreate(fitOptions: Out<FitOptionsHandle?>?) -> Status {
  status { () throws(DenseError) in
    let place = try Arguments.required(fitOptions, "fit_options")
    try Handles.open(FitOptionsBox(), as: .fitOptions, into: place)
  }
}

/// Ends a handle.
///
/// - Parameter fitOptions: A handle, or NULL, which does nothing. A handle that is not open sets the thread's last
///   error and does nothing else.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_fit_options_destroy")
public func fitOptionsDestroy(fitOptions: FitOptionsHandle?) {
  Handles.destroy(fitOptions, "fit_options", as: .fitOptions)
}

/// Changes an option that is a number or a flag.
///
/// - Parameters:
///   - fitOptions: Options.
///   - setting: Name of the option, such as "epochs".
///   - value: The number; 0 or 1 for a flag.
/// - Errors: `.unknownName` where there is no such option; the text lists those there are. `.invalidArgument` where the
///   value is out of range. Then nothing has changed.
/// - Threads: One thread at a time for each handle.
/// - Since: 0.1.0
@_cdecl("dense_fit_options_set")
public func fitOptionsSet(fitOptions: FitOptionsHandle?, setting: Text?, value: Double) -> Status {
  status { () throws(DenseError) in
    try Handles.fitOptions(fitOptions).set(setting: setting, number: value)
  }
}

/// Changes an option that is a name.
///
/// - Parameters:
///   - fitOptions: Options.
///   - setting: Name of the option, such as "monitor".
///   - value: The name.
/// - Errors: As for `dense_fit_options_set`.
/// - Threads: One thread at a time for each handle.
/// - Since: 0.1.0
@_cdecl("dense_fit_options_set_text")
public func fitOptionsSetText(fitOptions: FitOptionsHandle?, setting: Text?, value: Text?) -> Status {
  status { () throws(DenseError) in
    try Handles.fitOptions(fitOptions).set(setting: setting, text: value)
  }
}

/// Reads an option that is a number or a flag.
///
/// - Parameters:
///   - fitOptions: Options.
///   - setting: Name of the option.
///   - value: Takes the number; 0 or 1 for a flag.
/// - Errors: `.unknownName` where there is no such option. `.invalidArgument` where it is a name or none.
/// - Threads: Any number of threads at once, while none changes the options.
/// - Since: 0.1.0
@_cdecl("dense_fit_options_get")
public func fitOptionsGet(fitOptions: Const<FitOptionsHandle>?, setting: Text?, value: Out<Double>?) -> Status {
  status { () throws(DenseError) in
    try Handles.fitOptions(fitOptions).get(setting: setting, number: value)
  }
}

/// Reads an option that is a name.
///
/// - Parameters:
///   - fitOptions: Options.
///   - setting: Name of the option.
///   - value: Takes the name, valid until the thread reads its next setting as text; NULL where it is none.
/// - Errors: `.unknownName` where there is no such option. `.invalidArgument` where it is a number or a flag.
/// - Threads: Any number of threads at once, while none changes the options.
/// - Since: 0.1.0
@_cdecl("dense_fit_options_get_text")
public func fitOptionsGetText(
  fitOptions: Const<FitOptionsHandle>?, setting: Text?, value: Out<Text?>?
) -> Status {
  status { () throws(DenseError) in
    try Handles.fitOptions(fitOptions).get(setting: setting, text: value)
  }
}

/// Writes all options that are numbers, flags or names as JSON, with a NUL at the end.
///
/// - Parameters:
///   - fitOptions: Options.
///   - text: [capacity] Takes the text; NULL with capacity 0 asks for the length alone.
///   - capacity: Bytes that `text` has room for.
///   - length: Takes the bytes of the whole text, without the NUL, even where `text` has no room for it.
/// - Errors: `.shapeMismatch` where `capacity` is not above the length; then `text` is unchanged.
/// - Threads: Any number of threads at once, while none changes the options.
/// - Since: 0.1.0
@_cdecl("dense_fit_options_describe")
public func fitOptionsDescribe(
  fitOptions: Const<FitOptionsHandle>?, text: TextBuffer?, capacity: Int64, length: Out<Int64>?
) -> Status {
  status { () throws(DenseError) in
    let options = try Handles.fitOptions(fitOptions)
    try Arguments.write(options.settings.json, to: text, capacity: capacity, length: length)
  }
}

/// Gives rows on which each epoch is validated. They stay the caller's, who keeps them until the last fit with these
/// options has returned.
///
/// - Parameters:
///   - fitOptions: Options.
///   - x: [rows, columns] The rows, one after another; NULL, with rows 0, for no validation data.
///   - rows: How many they are.
///   - columns: Values of a row: the network's inputs.
///   - targets: [rows, target_columns] What the outputs should be.
///   - targetColumns: Values of a target row.
///   - sampleWeights: [rows] The weight of each row in the loss; NULL for 1.
/// - Errors: `.invalidArgument` for a count below 1 with data. Whether the shapes fit the network is seen by
///   `dense_network_fit`.
/// - Threads: One thread at a time for each handle.
/// - Since: 0.1.0
@_cdecl("dense_fit_options_set_validation_data")
public func fitOptionsSetValidationData(
  fitOptions: FitOptionsHandle?, x: ReadOnlyArray<Float>?, rows: Int64, columns: Int64,
  targets: ReadOnlyArray<Float>?, targetColumns: Int64, sampleWeights: ReadOnlyArray<Float>?
) -> Status {
  status { () throws(DenseError) in
    let options = try Handles.fitOptions(fitOptions)
    guard x != nil || rows != 0 else {
      options.contents.validation = nil
      return
    }
    let data = try Arguments.data(
      x, rows: rows, columns: columns, targets: targets, targetColumns: targetColumns, sampleWeights: sampleWeights)
    options.contents.validation = data
  }
}

/// Gives the weight of each training row in the loss. The values stay the caller's, who keeps them until the last fit
/// with these options has returned.
///
/// - Parameters:
///   - fitOptions: Options.
///   - weights: [count] The weights; NULL, with count 0, for 1 each.
///   - count: How many they are; `dense_network_fit` wants one for each of its rows.
/// - Errors: `.invalidArgument` for a count below 1 with weights.
/// - Threads: One thread at a time for each handle.
/// - Since: 0.1.0
@_cdecl("dense_fit_options_set_sample_weights")
public func fitOptionsSetSampleWeights(
  fitOptions: FitOptionsHandle?, weights: ReadOnlyArray<Float>?, count: Int64
) -> Status {
  status { () throws(DenseError) in
    let options = try Handles.fitOptions(fitOptions)
    guard weights != nil || count != 0 else {
      options.contents.sampleWeights = nil
      return
    }
    let count = try Arguments.count(count, "count")
    let values = UnsafeBufferPointer(start: try Arguments.array(weights, "weights", counts: [count]), count: count)
    options.contents.sampleWeights = values
  }
}

/// Sets the function that is told how training goes, and may stop it.
///
/// - Parameters:
///   - fitOptions: Options.
///   - callback: The function; NULL for none.
///   - user: What the function gets back as its first argument. The library never touches it.
/// - Threads: One thread at a time for each handle.
/// - Since: 0.1.0
@_cdecl("dense_fit_options_set_progress")
public func fitOptionsSetProgress(
  fitOptions: FitOptionsHandle?, callback: ProgressCallback?, user: UserPointer?
) -> Status {
  status { () throws(DenseError) in
    let options = try Handles.fitOptions(fitOptions)
    (options.contents.callback, options.contents.user) = (callback, user)
  }
}
