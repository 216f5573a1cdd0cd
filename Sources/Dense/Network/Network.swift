public import DenseCompute
import Synchronization

/// A row of layers that are trained together and predict.
///
/// Add layers, compile with an optimizer and a loss, fit, predict:
/// ```swift
/// let network = try Network(inputs: 784, layers: [
///   DenseLayer(units: 128, activation: .relu), DenseLayer(units: 10, activation: .softmax),
/// ])
/// try network.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy, metrics: [Accuracy()])
/// try network.fit(images, labels, options: FitOptions(epochs: 20))
/// ```
///
/// Threads: any number may call `predict` at once while nobody changes the network. Everything else needs the network
/// for itself.
public final class Network: @unchecked Sendable {
  /// Columns of an input row.
  public let inputs: Int
  /// The layers in the order in which rows pass through them.
  public internal(set) var layers: [Layer] = []
  /// The seed of first values, dropout and the order of rows. Set it before the network is built: later it changes
  /// the order of rows alone.
  public var seed: UInt64

  /// Texts of the caller's own that are kept in the network's files, such as the names of its classes. The engine does
  /// not read them.
  public var notes: [String: String] = [:]

  /// Epochs that `fit` has trained, in this process and before the network was saved.
  public internal(set) var epochs = 0

  /// The optimizer with its present settings; none before the network was compiled.
  public internal(set) var optimizer: (any Optimizer)?
  /// The loss; none before the network was compiled.
  public internal(set) var loss: (any Loss)?
  /// The metrics that are reported beside the loss.
  public internal(set) var metrics: [any Metric] = []

  var plan: NetworkPlan?
  var storage: ParameterStorage?

  // What a training step reads, made once.
  var accumulators: [any MetricAccumulator] = []
  /// Whether the loss takes over the last activation.
  var isFused = false
  /// The arrays that the optimizer changes.
  var arrays = TrainableArrays()
  var workspace: TrainingWorkspace?
  /// Whether `backward` has added gradients that no step has used.
  var hasGradients = false
  /// Whether `fit` is running, so that its progress callback must leave alone what it relies on.
  var isFitting = false

  // What prediction reads.
  var inference: InferenceSteps?
  var predicting: PredictionReferences?
  /// The version of the parameters that the steps are prepared for.
  let preparedVersion = Atomic<Int>(0)
  /// Held while the steps are prepared.
  let preparation = Mutex<Void>(())
  let predictionWorkspaces = PredictionWorkspacePool()

  /// A network without layers for rows of `inputs` columns, at least 1.
  public init(inputs: Int, seed: UInt64 = 0) throws(DenseError) {
    guard inputs >= 1 else {
      throw DenseError(.invalidArgument, "inputs of the network: expected at least 1, received \(inputs)")
    }
    self.inputs = inputs
    self.seed = seed
  }

  /// A network of `layers` for rows of `inputs` columns.
  public convenience init(inputs: Int, seed: UInt64 = 0, layers: [Layer]) throws(DenseError) {
    try self.init(inputs: inputs, seed: seed)
    for layer in layers { try add(layer) }
  }

  /// Columns of an output row; none before the network was built.
  public var outputs: Int? { plan?.outputs }
  /// Whether the layers have their parameters.
  public var isBuilt: Bool { plan != nil }
  /// Whether the network has an optimizer and a loss.
  public var isCompiled: Bool { loss != nil }
  /// Steps that the optimizer has made.
  public var iterations: Int { storage?.iterations ?? 0 }

  /// The plan and the storage, or `invalidState` before the network was built.
  func built() throws(DenseError) -> (NetworkPlan, ParameterStorage) {
    guard let plan, let storage else { throw notBuilt() }
    return (plan, storage)
  }

  func notBuilt() -> DenseError {
    DenseError(.invalidState, "expected the network to be built, received a call before that")
  }

  /// The optimizer and the loss, or `invalidState` before the network was compiled.
  func compiled() throws(DenseError) -> (any Optimizer, any Loss) {
    guard let optimizer, let loss else {
      throw DenseError(.invalidState, "expected the network to be compiled, received a call before that")
    }
    return (optimizer, loss)
  }
}
