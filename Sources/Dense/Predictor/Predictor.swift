public import DenseCompute

/// A network made ready to predict, and nothing else: a copy of its weights as the kernels read them, which nobody
/// changes any more.
///
/// ```swift
/// let predictor = try Predictor(network, options: PredictorOptions(maximumRows: 1))
/// let probabilities = try predictor.run(pixels)
/// ```
///
/// It shares nothing with the network, which may be trained on or go. Results have the bits of `Network.predict` at
/// the time when the predictor was made. All of its memory is taken when it is made. Rows with many zeros take less
/// time.
///
/// Threads: any number at once, without waiting for each other. With the option `num_threads` 1, a call allocates
/// nothing, takes no lock and makes no system call, as long as it finds a workspace: see `run`.
public final class Predictor: @unchecked Sendable {
  /// How the predictor was prepared.
  public let options: PredictorOptions
  let steps: InferenceSteps
  private let weights: AlignedBuffer<Float>
  let rack: WorkspaceRack

  /// A copy of `network` as it is now.
  ///
  /// Threads: any number may make predictors of one network at once while nobody changes it.
  /// - Throws: `invalidState` before the network was built, `invalidArgument` for options out of range, `sizeOverflow`,
  ///   `outOfMemory`.
  public init(_ network: Network, options: PredictorOptions = PredictorOptions()) throws(DenseError) {
    try options.validate()
    let source = try network.preparedSteps()
    let weights = try AlignedBuffer<Float>(count: source.copyFloats())
    let steps = InferenceSteps(source.plan, staysOnThread: options.threads == 1)
    try steps.copy(source, to: weights.pointer)
    rack = try WorkspaceRack(
      count: source.plan.needsBuffers ? options.workspaces : 0,
      floats: source.plan.bufferFloats(rows: options.maximumRows))
    self.options = options
    self.steps = steps
    self.weights = weights
  }

  /// Columns of an input row.
  public var inputs: Int { steps.plan.inputs }
  /// Columns of an output row.
  public var outputs: Int { steps.plan.outputs }
}
