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
  pending()
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
  pending()
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
  pending()
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
  pending()
}

/// The epoch whose weights the network has after a fit with early stopping; without it the last one.
///
/// - Parameters:
///   - history: A history.
///   - epoch: Takes the number of the epoch, from 0; -1 where no epoch was completed.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_history_best_epoch")
public func historyBestEpoch(history: Const<HistoryHandle>?, epoch: Out<Int64>?) -> Status {
  pending()
}
