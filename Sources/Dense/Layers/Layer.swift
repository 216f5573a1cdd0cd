import DenseCompute

/// One layer of a network, which also works by itself: build, forward, backward, step, save.
///
/// Rows go in with `inputs` columns and come out with `outputs` columns. A layer that was added to a network shares the
/// network's storage and stays usable through this object.
///
/// Threads: one at a time, except where a method says otherwise.
public class Layer {
  /// The registered name of the kind, such as "dense".
  public final let kind: String
  /// The layer's name in its network. Empty until it is set or the layer is added, which gives Keras's default name.
  public final internal(set) var name = ""
  /// Whether training changes the parameters. A frozen batch normalization also uses its moving statistics.
  public final var isTrainable = true {
    didSet {
      // A frozen layer overwrites no gradients of its own.
      storage?.settleGradients()
      network?.refreshArrays()
    }
  }

  /// What the layer needs, once it was built.
  final var plan: LayerPlan?
  /// Where the parameters lie. A layer by itself has a storage of its own.
  final var storage: ParameterStorage?
  /// The start of each parameter of the plan in the storage.
  final var offsets: [Int] = []
  /// The network that the layer was added to.
  final weak var network: Network?

  /// The seed and the stream from which the layer draws during training, and the draws that it has made.
  final var random = RandomStream(seed: 0, stream: 0)
  final var randomPosition: UInt64 = 0

  /// What a layer by itself keeps from forward to backward.
  final var workspace: LayerWorkspace?

  init(kind: String) { self.kind = kind }

  /// Columns of an input row; none before the layer was built.
  public final var inputs: Int? { plan?.inputs }
  /// Columns of an output row; none before the layer was built.
  public final var outputs: Int? { plan?.outputs }
  /// Whether the layer has its parameters.
  public final var isBuilt: Bool { plan != nil }

  // What a kind of layer is made of. The layer as it stands here hands its input on.

  var anyConfiguration: any LayerConfiguration { FlattenConfiguration() }

  func setConfiguration(_ setting: String, _ value: SettingValue) throws(DenseError) {
    throw DenseError(.unknownName, "\(kind) has no setting '\(setting)'; it has none")
  }

  /// What the layer needs for rows of `inputs` columns.
  /// - Parameter keepsLogits: whether the loss may want the pre-activation of this layer.
  func plan(inputs: Int, keepsLogits: Bool) throws(DenseError) -> LayerPlan {
    var plan = LayerPlan(inputs: inputs, outputs: inputs)
    (plan.isIdentity, plan.writesOutput) = (true, false)
    return plan
  }

  /// Takes note that `storage` and `offsets` have changed.
  func bind() {}

  /// The activation that ends the layer, where the loss may take it over.
  var finalActivation: (any Activation)? { nil }

  /// The seed of the layer's own settings, in place of the network's.
  var explicitSeed: Int? { nil }

  /// What the layer does in prediction, with the present parameters; none where it leaves rows as they are. The step
  /// borrows the layer's memory, and is right until the parameters change.
  func inferenceStep() throws(DenseError) -> InferenceStep? { nil }

  /// Whether the rows of its input may be read where they stand in a larger matrix.
  var readsSelectedRows: Bool { false }

  /// The forward pass of `record.rows` rows, which keeps in `record` what `backward` needs. Returns the output.
  func forward(_ record: inout ForwardRecord, training: Bool) throws(DenseError) -> MatrixView { record.input }

  /// The pre-activation behind the output of the last `forward`.
  func logits(_ record: ForwardRecord) -> MatrixView? { nil }

  /// The derivative of the activation with which `backward` begins, where whoever makes the gradient of the output may
  /// apply it: then `backward` is handed the gradient of `logits`.
  func derivative(_ record: ForwardRecord) -> ActivationDerivative? { nil }

  /// The backward pass: adds to the gradients of the parameters, and writes the input gradient where it is wanted.
  /// - Parameters:
  ///   - gradient: rows x outputs, used up.
  ///   - isOfLogits: whether `gradient` belongs to `logits` instead of the output.
  ///   - inputGradient: the same memory as `gradient` for a layer that works in place.
  func backward(
    _ record: ForwardRecord, gradient: MutableMatrixView, isOfLogits: Bool, into inputGradient: InputGradient?
  ) throws(DenseError) {}
}

/// Where a layer writes its input gradient.
struct InputGradient {
  /// rows x inputs.
  let place: MutableMatrixView
  /// What the gradient is multiplied by; only layers that do not work in place are given one.
  var derivative: ActivationDerivative?
}

/// What one layer keeps from the forward to the backward pass of one batch.
struct ForwardRecord {
  /// rows x inputs.
  var input: MatrixView
  /// Which rows of the matrix that starts at `input` the batch's are, for a layer that `readsSelectedRows`; otherwise none.
  var positions: UnsafePointer<Int32>?
  /// Whether it is known that no value of the input exceeds `PendingGradient.factorLimit`.
  var isInputModest = false
  /// rows x outputs, for the layer to write; any memory where the plan says that it writes none.
  var output: MutableMatrixView
  /// Memory of the layer's own, as large as `LayerPlan.kept(rows:)` says.
  var kept: UnsafeMutablePointer<Float>
  /// The first random draw of this batch.
  var randomStart: UInt64 = 0
  /// Whether the forward pass was one of training.
  var isTraining = false

  var rows: Int { input.rows }
  /// The rows of the batch, wherever they are.
  var inputRows: RowSelection { RowSelection(input, at: positions) }
}
