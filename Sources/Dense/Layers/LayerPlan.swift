import DenseCompute

/// What a layer of given inputs needs, computed from shapes alone. The calculator counts from it and the engine
/// allocates from it, so the two cannot differ.
struct LayerPlan: Sendable {
  /// Columns of an input row.
  var inputs: Int
  /// Columns of an output row.
  var outputs: Int
  var parameters: [ParameterSpecification] = []
  /// Floats of each row that stay from forward to backward, apart from input and output.
  var keptPerRow = 0
  /// Floats of a whole batch that stay from forward to backward, such as batch statistics.
  var keptPerBatch = 0
  /// Whether outputs may take the place of inputs: there are as many of them, and each depends on no later input.
  var worksInPlace = true
  /// Whether prediction leaves rows as they are.
  var isIdentity = false
  /// False where the layer hands its input on unchanged, so that it needs no memory for outputs.
  var writesOutput = true
  /// Bytes that the layer prepares from its parameters for prediction.
  var preparedBytes = 0
  /// Of these, what the forward pass of training and of evaluation needs, too.
  var forwardBytes = 0
  /// Bytes that the layer prepares from its parameters for the input gradient.
  var transposedBytes = 0
  /// Floating-point operations that one row takes in prediction: 2 for each weight, 1 for each bias and 1 for each
  /// element of a non-linear activation.
  var flopsPerRow = 0

  /// Floats that stay from forward to backward for `rows` rows.
  func kept(rows: Int) throws(DenseError) -> Int {
    try rows.times(keptPerRow).roundedUpToLine().plus(keptPerBatch.roundedUpToLine())
  }

  /// Floats of the output of `rows` rows.
  func output(rows: Int) throws(DenseError) -> Int {
    writesOutput ? try MutableMatrixView.spacedFloats(rows: rows, columns: outputs) : 0
  }
}

/// One parameter array of a layer.
struct ParameterSpecification: Sendable {
  /// What the values are to the layer.
  enum Role: Sendable {
    /// Multiplies: a kernel or gamma.
    case weight
    /// Adds: a bias or beta.
    case bias
    /// Follows the data instead of the gradient: a moving mean or variance.
    case statistic
  }

  var name: String
  var rows: Int
  var columns: Int
  /// A vector's fans are both its length, whatever its rows.
  var isVector = true
  var role: Role
  var initializer: any Initializer
  var regularizer: (any Regularizer)?

  func count() throws(DenseError) -> Int { try rows.times(columns) }

  /// How the values lie in storage.
  var shape: PanelShape { PanelShape(rows: rows, columns: columns) }
}
