// The vocabulary of the C signatures. The binding generator reads exactly these names in the `@_cdecl` functions,
// so the spelling says what C sees and what Python does with a parameter.

/// 0 for success, else a `DenseError.Code`. In C: `dense_status`.
public typealias Status = Int32

/// NUL-terminated UTF-8 that the function only reads. In C: `const char *`.
public typealias Text = UnsafePointer<CChar>

/// Memory of the caller that takes text. In C: `char *`, always followed by `capacity` and `length`.
public typealias TextBuffer = UnsafeMutablePointer<CChar>

/// Values of the caller that the function only reads. In C: `const T *`. Its documentation begins with its shape.
public typealias ReadOnlyArray<Element> = UnsafePointer<Element>

/// Memory of the caller that takes values. In C: `T *`. Its documentation begins with its shape.
public typealias WritableArray<Element> = UnsafeMutablePointer<Element>

/// Memory of the caller's to work in. In C: `void *`. Its documentation begins with its size in bytes.
public typealias WritableBytes = UnsafeMutableRawPointer

/// The place of one result. In C: `T *`. Bindings return it instead of taking it.
public typealias Out<Element> = UnsafeMutablePointer<Element>

/// A handle whose object the function does not change. In C: `const dense_x *`.
public typealias Const<Handle> = Handle

/// Whatever the caller wants to get back in his callback. In C: `void *`.
public typealias UserPointer = UnsafeMutableRawPointer

/// A layer, alone or as part of a network.
public typealias LayerHandle = OpaquePointer

/// A chain of layers with an optimizer, a loss and metrics.
public typealias NetworkHandle = OpaquePointer

/// The settings of an optimizer.
public typealias OptimizerHandle = OpaquePointer

/// The settings of a loss.
public typealias LossHandle = OpaquePointer

/// The settings of a metric.
public typealias MetricHandle = OpaquePointer

/// How `dense_network_fit` is to run.
public typealias FitOptionsHandle = OpaquePointer

/// What `dense_network_fit` saw, epoch by epoch.
public typealias HistoryHandle = OpaquePointer

/// A network made ready to predict, and nothing else.
public typealias PredictorHandle = OpaquePointer

/// How `dense_predictor_create` is to prepare a predictor.
public typealias PredictorOptionsHandle = OpaquePointer

/// Called by `dense_network_fit` on the thread that called it. It may use functions on the network itself, to predict, to
/// read or change parameters, to change live settings and to save; those that would take away what the fit relies on
/// (`dense_network_compile`, `dense_network_add_metric` and another fit) return `.invalidState`.
///
/// - Parameters:
///   - user: What `dense_fit_options_set_progress` was given.
///   - event: One of `dense_event`.
///   - epoch: Number of the epoch, from 0.
///   - step: Batches of this epoch that are done.
///   - steps: Batches of an epoch.
///   - values: [value_count] The figures so far, in the order of `dense_history_name`; batches have those of
///     training alone. NULL when an epoch begins.
///   - valueCount: How many values there are.
/// - Returns: 0 to go on, anything else to stop the run after this event.
public typealias ProgressCallback =
  @convention(c) (
    _ user: UserPointer?, _ event: Int32, _ epoch: Int64, _ step: Int64, _ steps: Int64,
    _ values: ReadOnlyArray<Double>?, _ valueCount: Int64
  ) -> Int32

/// What a progress callback is told about. In C: `dense_event`.
public enum ProgressEvent: Int32, CaseIterable, Sendable {
  /// An epoch is about to begin.
  case epochBegin = 0
  /// A batch was trained.
  case batchEnd = 1
  /// An epoch is done, and validated where there are validation data.
  case epochEnd = 2
}
