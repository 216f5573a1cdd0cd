// Predictors
//
// A predictor is a network made ready to predict, and nothing else: a copy of its weights that nobody changes any more.
// Any number of threads may run one at once, without waiting for each other. As long as the option "num_threads" is 1
// and a call finds a workspace, running one allocates nothing, takes no lock and makes no system call.

import Dense
import DenseCompute

/// Makes a predictor from a network as it is now. It shares nothing with the network, which may be trained on or
/// destroyed. All of the predictor's memory is taken here.
///
/// - Parameters:
///   - network: A network that is built.
///   - options: How to prepare it; NULL for the defaults.
///   - predictor: Takes the handle. The caller ends it with `dense_predictor_destroy`.
/// - Errors: `.invalidState` where the network is not built. `.sizeOverflow` and `.outOfMemory` where the predictor does
///   not fit into memory.
/// - Threads: Any number of threads at once, while none changes the network.
/// - Since: 0.1.0
@_cdecl("dense_predictor_create")
public func predictorCreate(
  network: Const<NetworkHandle>?, options: Const<PredictorOptionsHandle>?, predictor: Out<PredictorHandle?>?
) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    let place = try Arguments.required(predictor, "predictor")
    var chosen = PredictorOptions()
    if options != nil { chosen = try Handles.kind(options, .predictorOptions) }
    try Handles.open(try Predictor(network, options: chosen), as: .predictor, into: place)
  }
}

/// Ends a handle, and the predictor with it. Waits for calls that run the predictor on other threads.
///
/// - Parameter predictor: A handle, or NULL, which does nothing. A handle that is not open sets the thread's last error
///   and does nothing else.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_predictor_destroy")
public func predictorDestroy(predictor: PredictorHandle?) {
  Handles.destroy(predictor, "predictor", as: .predictor)
}

/// Predicts: the outputs of rows, with the bits that `dense_network_predict` gave when the predictor was made.
///
/// The call claims one of the predictor's workspaces. Where as many calls as there are workspaces run already, this one
/// allocates memory of its own and frees it at the end. A network of one layer needs no workspace, and neither does a
/// single row whose values between layers fit in a kilobyte.
///
/// - Parameters:
///   - predictor: A predictor.
///   - input: [rows, columns] The rows, one after another.
///   - rows: How many they are, at least 1; more than "max_rows" are worked on in blocks. How rows are split over calls
///     changes no bit of the result.
///   - columns: Values of a row: the predictor's inputs.
///   - output: [output_count] Takes rows x outputs values, row by row. Must not overlap `input`.
///   - outputCount: Values that `output` has room for: exactly rows x outputs.
/// - Errors: `.shapeMismatch` where arrays do not fit the predictor. `.outOfMemory` where the call needs memory of its
///   own and the system refuses.
/// - Threads: Any number of threads at once.
/// - Since: 0.1.0
@_cdecl("dense_predictor_run")
public func predictorRun(
  predictor: Const<PredictorHandle>?, input: ReadOnlyArray<Float>?, rows: Int64, columns: Int64,
  output: WritableArray<Float>?, outputCount: Int64
) -> Status {
  status { () throws(DenseError) in
    try Handles.readPredictor(predictor) { (predictor) throws(DenseError) in
      let input = try Arguments.matrix(input, "input", rows: rows, columns: columns)
      let output = try Arguments.matrix(
        output, "output", available: outputCount, rows: input.rows, columns: predictor.outputs)
      try predictor.run(input, into: output)
    }
  }
}

/// Predicts as `dense_predictor_run` does, in memory of the caller's: it never allocates.
///
/// - Parameters:
///   - predictor: A predictor.
///   - input: [rows, columns] The rows, one after another.
///   - rows: How many they are, at least 1.
///   - columns: Values of a row: the predictor's inputs.
///   - output: [output_count] Takes rows x outputs values, row by row. Must not overlap `input`.
///   - outputCount: Values that `output` has room for: exactly rows x outputs.
///   - workspace: [workspace_bytes] Memory at any address, which nobody else uses until the call returns. Its contents
///     mean nothing before and after. NULL with 0 bytes where none are needed.
///   - workspaceBytes: Bytes of `workspace`: at least what `dense_predictor_workspace_bytes` says.
/// - Errors: `.shapeMismatch` where arrays do not fit the predictor, or the workspace is too small.
/// - Threads: Any number of threads at once, each with a workspace of its own.
/// - Since: 0.1.0
@_cdecl("dense_predictor_run_with_workspace")
public func predictorRunWithWorkspace(
  predictor: Const<PredictorHandle>?, input: ReadOnlyArray<Float>?, rows: Int64, columns: Int64,
  output: WritableArray<Float>?, outputCount: Int64, workspace: WritableBytes?, workspaceBytes: Int64
) -> Status {
  status { () throws(DenseError) in
    try Handles.readPredictor(predictor) { (predictor) throws(DenseError) in
      let input = try Arguments.matrix(input, "input", rows: rows, columns: columns)
      let output = try Arguments.matrix(
        output, "output", available: outputCount, rows: input.rows, columns: predictor.outputs)
      let workspace = try Arguments.bytes(workspace, "workspace", count: workspaceBytes)
      try predictor.run(input, into: output, workspace: workspace)
    }
  }
}

/// Tells how large a workspace has to be.
///
/// - Parameters:
///   - predictor: A predictor.
///   - rows: Rows of a call, at least 1. More than "max_rows" need no more than these.
///   - bytes: Takes the bytes; 0 where the call needs no workspace.
/// - Errors: `.invalidArgument` where `rows` is below 1.
/// - Threads: Any number of threads at once.
/// - Since: 0.1.0
@_cdecl("dense_predictor_workspace_bytes")
public func predictorWorkspaceBytes(
  predictor: Const<PredictorHandle>?, rows: Int64, bytes: Out<Int64>?
) -> Status {
  status { () throws(DenseError) in
    let predictor = try Handles.predictor(predictor)
    let place = try Arguments.required(bytes, "bytes")
    place.pointee = Int64(try predictor.workspaceBytes(rows: try Arguments.count(rows, "rows")))
  }
}

/// How many values go into and come out of a row.
///
/// - Parameters:
///   - predictor: A predictor.
///   - inputs: Takes the values of an input row.
///   - outputs: Takes the values of an output row.
/// - Threads: Any number of threads at once.
/// - Since: 0.1.0
@_cdecl("dense_predictor_shape")
public func predictorShape(
  predictor: Const<PredictorHandle>?, inputs: Out<Int64>?, outputs: Out<Int64>?
) -> Status {
  status { () throws(DenseError) in
    let predictor = try Handles.predictor(predictor)
    let (inputs, outputs) = (try Arguments.required(inputs, "inputs"), try Arguments.required(outputs, "outputs"))
    (inputs.pointee, outputs.pointee) = (Int64(predictor.inputs), Int64(predictor.outputs))
  }
}
