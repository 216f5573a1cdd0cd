// Metrics
//
// A metric handle holds settings alone. `dense_network_add_metric` copies them.

import Dense
import DenseCompute

/// Makes a metric with its default settings.
///
/// - Parameters:
///   - name: A registered kind, such as "accuracy".
///   - metric: Takes the handle. The caller ends it with `dense_metric_destroy`.
/// - Errors: `.unknownName` for a name that `dense_names("metric", i)` does not give.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_metric_create")
public func metricCreate(name: Text?, metric: Out<MetricHandle?>?) -> Status {
  status { () throws(DenseError) in
    try Handles.create(name, of: Catalogues.metrics, as: .metric, into: metric)
  }
}

/// Ends a handle. Networks that it was added to keep their copy.
///
/// - Parameter metric: A handle, or NULL, which does nothing. A handle that is not open sets the thread's last error
///   and does nothing else.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_metric_destroy")
public func metricDestroy(metric: MetricHandle?) {
  Handles.destroy(metric, "metric", as: .metric)
}

/// Changes a setting that is a number or a flag.
///
/// - Parameters:
///   - metric: A metric.
///   - setting: Name of the setting, such as "threshold".
///   - value: The number; 0 or 1 for a flag.
/// - Errors: `.unknownName` where the metric has no such setting; the text lists those it has. `.invalidArgument`
///   where the value is out of range. Then nothing has changed.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_metric_set")
public func metricSet(metric: MetricHandle?, setting: Text?, value: Double) -> Status {
  status { () throws(DenseError) in
    try Handles.settings(metric, .metric).set(setting: setting, number: value)
  }
}

/// Changes a setting that is a name, or switches an optional setting off.
///
/// - Parameters:
///   - metric: A metric.
///   - setting: Name of the setting, such as "name".
///   - value: The name, or NULL for none.
/// - Errors: `.unknownName` where the metric has no such setting, or the setting has no such value; the text lists
///   the valid ones. `.invalidArgument` where the setting takes no text or cannot be none. Then nothing has changed.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_metric_set_text")
public func metricSetText(metric: MetricHandle?, setting: Text?, value: Text?) -> Status {
  status { () throws(DenseError) in
    try Handles.settings(metric, .metric).set(setting: setting, text: value)
  }
}

/// Reads a setting that is a number or a flag.
///
/// - Parameters:
///   - metric: A metric.
///   - setting: Name of the setting.
///   - value: Takes the number; 0 or 1 for a flag.
/// - Errors: `.unknownName` where the metric has no such setting. `.invalidArgument` where it is a name or none.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_metric_get")
public func metricGet(metric: Const<MetricHandle>?, setting: Text?, value: Out<Double>?) -> Status {
  status { () throws(DenseError) in
    try Handles.settings(metric, .metric).get(setting: setting, number: value)
  }
}

/// Reads a setting that is a name.
///
/// - Parameters:
///   - metric: A metric.
///   - setting: Name of the setting.
///   - value: Takes the name, valid until the thread reads its next setting as text; NULL where it is none.
/// - Errors: `.unknownName` where the metric has no such setting. `.invalidArgument` where it is a number or a flag.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_metric_get_text")
public func metricGetText(metric: Const<MetricHandle>?, setting: Text?, value: Out<Text?>?) -> Status {
  status { () throws(DenseError) in
    try Handles.settings(metric, .metric).get(setting: setting, text: value)
  }
}

/// Writes the metric's name and all its settings as JSON, with a NUL at the end.
///
/// - Parameters:
///   - metric: A metric.
///   - text: [capacity] Takes the text; NULL with capacity 0 asks for the length alone.
///   - capacity: Bytes that `text` has room for.
///   - length: Takes the bytes of the whole text, without the NUL, even where `text` has no room for it.
/// - Errors: `.shapeMismatch` where `capacity` is not above the length; then `text` is unchanged.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_metric_describe")
public func metricDescribe(
  metric: Const<MetricHandle>?, text: TextBuffer?, capacity: Int64, length: Out<Int64>?
) -> Status {
  status { () throws(DenseError) in
    let metric = try Handles.settings(metric, .metric)
    try Arguments.write(metric.settings.json, to: text, capacity: capacity, length: length)
  }
}
