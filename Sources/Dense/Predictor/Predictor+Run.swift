public import DenseCompute

extension Predictor {
  /// output = the network's answer to each row of `input`. The bits of a row's answer depend on no other row.
  ///
  /// The call claims one of the predictor's workspaces. Where as many calls as there are workspaces run already, this
  /// one allocates memory of its own and frees it at the end. A network of one layer needs no workspace, and neither does
  /// a single row where its values between layers fit in a kilobyte.
  /// - Parameters:
  ///   - input: rows x `inputs`; 0 rows are no error.
  ///   - output: rows x `outputs`; does not overlap `input`.
  /// - Throws: `shapeMismatch`; `outOfMemory` where the call needs memory of its own and the system refuses.
  public func run(_ input: MatrixView, into output: MutableMatrixView) throws(DenseError) {
    try require(input, output)
    guard input.rows > 0 else { return }
    if steps.plan.needsNoMemory(rows: input.rows) {
      let state = FloatingPointState.flushDenormals()
      steps.runWithoutMemory(input, into: output, blockRows: options.maximumRows)
      state.restore()
    } else if let block = rack.claim() {
      run(input, into: output, memory: block)
      rack.giveBack(block)
    } else {
      let own = try AlignedBuffer<Float>(count: bufferFloats(rows: input.rows))
      run(input, into: output, memory: own.pointer)
    }
  }

  /// As above, in memory of the caller's: it never allocates.
  /// - Parameters:
  ///   - input: rows x `inputs`; 0 rows are no error.
  ///   - output: rows x `outputs`; does not overlap `input`.
  ///   - workspace: at least `workspaceBytes(rows: input.rows)` bytes, which nobody else uses until the call returns;
  ///     at any address. Its contents mean nothing before and after.
  /// - Throws: `shapeMismatch`.
  public func run(
    _ input: MatrixView, into output: MutableMatrixView, workspace: UnsafeMutableRawBufferPointer
  ) throws(DenseError) {
    try require(input, output)
    let needed = try workspaceBytes(rows: input.rows)
    guard workspace.count >= needed else {
      throw DenseError(
        .shapeMismatch,
        "workspace: expected at least \(needed) bytes for \(input.rows) rows, received \(workspace.count)")
    }
    guard needed > 0, let start = workspace.baseAddress else {
      run(input, into: output, memory: output.pointer)
      return
    }
    let aligned = start.alignedUp(toMultipleOf: AlignedBuffer<Float>.alignment)
    run(input, into: output, memory: aligned.assumingMemoryBound(to: Float.self))
  }

  /// Bytes of the workspace of a call with `rows` rows, at least 0; no more than those of `max_rows` rows. 0 where the
  /// call needs none.
  /// - Throws: `invalidArgument` for negative rows.
  public func workspaceBytes(rows: Int) throws(DenseError) -> Int {
    guard rows >= 0 else {
      throw DenseError(.invalidArgument, "rows: expected at least 0, received \(rows)")
    }
    let bytes = try bufferFloats(rows: rows).times(MemoryLayout<Float>.size)
    // The start is moved up to a cache line.
    return bytes == 0 ? 0 : try bytes.plus(AlignedBuffer<Float>.alignment)
  }

  /// The network's answers, row-major.
  /// - Parameter input: whole rows of `inputs` values.
  /// - Throws: `shapeMismatch` for a part of a row, and what the other `run` throws.
  public func run(_ input: [Float]) throws(DenseError) -> [Float] {
    let rows = try wholeRows(input, columns: inputs, "input")
    var output = [Float](repeating: 0, count: try rows.times(outputs))
    try input.withMatrixView(columns: inputs) { (input) throws(DenseError) in
      try output.withMutableMatrixView(columns: outputs) { (output) throws(DenseError) in
        try run(input, into: output)
      }
    }
    return output
  }

  private func bufferFloats(rows: Int) throws(DenseError) -> Int {
    try steps.plan.bufferFloats(rows: min(rows, options.maximumRows))
  }

  private func require(_ input: MatrixView, _ output: MutableMatrixView) throws(DenseError) {
    try input.require(columns: inputs, "input")
    try output.readOnly.require(rows: input.rows, columns: outputs, "output")
  }

  private func run(_ input: MatrixView, into output: MutableMatrixView, memory: UnsafeMutablePointer<Float>) {
    guard input.rows > 0 else { return }
    let state = FloatingPointState.flushDenormals()
    steps.run(input, into: output, blockRows: options.maximumRows, memory: memory)
    state.restore()
  }
}
