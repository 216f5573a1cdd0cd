// History
//
// The figures of each epoch that a fit completed: "loss" and the metrics, then with validation the same names after
// "val_". A history does not change.

import Dense
import DenseCompute

/// Ends a handle.
///
/// - Parameter history: A handle, or NULL, which does nothing. A handle that is not open sets the thread's last error
///   and does nothing else.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_history_destroy")
public func historyDestroy(history: HistoryHandle?) {
  Handles.destroy(history, "history", as: .history)
}

/// How many epochs were completed.
///
/// - Parameters:
///   - history: A history.
///   - count: Takes the number.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_history_epochs")
public func historyEpochs(history: Const<HistoryHandle>?, count: Out<Int64>?) -> Status {
  status { () throws(DenseError) in
    let history = try Handles.history(history)
    try Arguments.required(count, "count").pointee = Int64(history.epochs)
  }
}

/// How many figures each epoch has.
///
/// - Parameters:
///   - history: A history.
///   - count: Takes the number.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_history_name_count")
public func historyNameCount(history: Const<HistoryHandle>?, count: Out<Int64>?) -> Status {
  status { () throws(DenseError) in
    let history = try Handles.history(history)
    try Arguments.required(count, "count").pointee = Int64(history.names.count)
  }
}

/// The name of a figure.
///
/// - Parameters:
///   - history: A history.
///   - index: Which figure, from 0.
///   - name: Takes the name, which lives as long as the process.
/// - Errors: `.invalidArgument` where `index` is out of range.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_history_name")
public func historyName(history: Const<HistoryHandle>?, index: Int64, name: Out<Text?>?) -> Status {
  status { () throws(DenseError) in
    let history = try Handles.history(history)
    let place = try Arguments.required(name, "name")
    place.pointee = Interned.text(history.names[try Arguments.index(index, "index", below: history.names.count)])
  }
}

/// A figure of an epoch.
///
/// - Parameters:
///   - history: A history.
///   - name: Name of the figure, such as "val_loss".
///   - epoch: Which epoch, from 0.
///   - value: Takes the figure.
/// - Errors: `.unknownName` where there is no such figure; the text lists those there are. `.invalidArgument` where
///   `epoch` is out of range.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_history_value")
public func historyValue(history: Const<HistoryHandle>?, name: Text?, epoch: Int64, value: Out<Double>?) -> Status {
  status { () throws(DenseError) in
    let history = try Handles.history(history)
    let name = try Arguments.text(name, "name")
    let place = try Arguments.required(value, "value")
    guard let values = history[name] else {
      throw DenseError(
        .unknownName, "name: expected one of: \(history.names.joined(separator: ", ")); received '\(name)'")
    }
    place.pointee = values[try Arguments.index(epoch, "epoch", below: values.count)]
  }
}

/// The epoch whose monitored figure is best. After a fit with early stopping, the network has the weights of this one;
/// without early stopping, the figure is "val_loss", or "loss" where there is no validation.
///
/// - Parameters:
///   - history: A history.
///   - epoch: Takes its position in the history, from 0; -1 where no epoch has a figure that is a number.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_history_best_epoch")
public func historyBestEpoch(history: Const<HistoryHandle>?, epoch: Out<Int64>?) -> Status {
  status { () throws(DenseError) in
    let history = try Handles.history(history)
    try Arguments.required(epoch, "epoch").pointee = history.bestEpoch.map(Int64.init) ?? -1
  }
}
