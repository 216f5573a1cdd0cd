import DenseCompute

/// Batch normalization: y = gamma * (x - mean) / sqrt(variance + epsilon) + beta, by columns.
///
/// Training takes mean and biased variance from the batch, and lets the moving statistics follow:
/// moving = momentum * moving + (1 - momentum) * batch. Prediction, and a frozen layer, take the moving statistics.
/// Source: Ioffe and Szegedy 2015, "Batch normalization: accelerating deep network training by reducing internal
/// covariate shift"; biased moving variance as in Keras.
public final class BatchNormalizationLayer: ConfiguredLayer<BatchNormalizationConfiguration> {
  /// gamma / sqrt(moving variance + epsilon), then beta - moving mean * that; made from one version of the parameters.
  var folded: FoldedNormalization?

  // Places of the parameters; gamma and beta only where the settings ask for them.
  var gamma: UnsafeMutablePointer<Float>?
  var beta: UnsafeMutablePointer<Float>?
  var movingMean: UnsafeMutablePointer<Float>?
  var movingVariance: UnsafeMutablePointer<Float>?

  public override init(_ configuration: BatchNormalizationConfiguration) { super.init(configuration) }

  override func plan(inputs: Int, keepsLogits: Bool) throws(DenseError) -> LayerPlan {
    func vector(
      _ name: String, _ role: ParameterSpecification.Role, _ initializer: any Initializer,
      _ regularizer: (any Regularizer)? = nil
    ) -> ParameterSpecification {
      ParameterSpecification(
        name: name, rows: 1, columns: inputs, role: role, initializer: initializer, regularizer: regularizer)
    }
    var plan = LayerPlan(inputs: inputs, outputs: inputs)
    if configuration.scales {
      plan.parameters.append(vector("gamma", .weight, configuration.gammaInitializer, configuration.gammaRegularizer))
    }
    if configuration.centers {
      plan.parameters.append(vector("beta", .bias, configuration.betaInitializer, configuration.betaRegularizer))
    }
    plan.parameters.append(vector("moving_mean", .statistic, configuration.movingMeanInitializer))
    plan.parameters.append(vector("moving_variance", .statistic, configuration.movingVarianceInitializer))
    // Mean and inverse deviation stay for the backward pass; scale and shift are room for the forward pass.
    plan.keptPerBatch = try inputs.roundedUpToLine().times(4)
    plan.preparedBytes = try FoldedNormalization.byteCount(columns: inputs)
    plan.forwardBytes = plan.preparedBytes
    plan.flopsPerRow = try inputs.times(2)
    return plan
  }

  override func bind() {
    folded = nil
    (gamma, beta, movingMean, movingVariance) = (nil, nil, nil, nil)
    guard let plan, let storage else { return }
    for (parameter, offset) in zip(plan.parameters, offsets) {
      let place = storage.parameters + offset
      switch parameter.name {
      case "gamma": gamma = place
      case "beta": beta = place
      case "moving_mean": movingMean = place
      default: movingVariance = place
      }
    }
  }

  override func inferenceStep() throws(DenseError) -> InferenceStep? {
    let folded = try foldedNormalization()
    return InferenceStep(work: .scaling(folded.scaling), outputs: folded.columns)
  }

  // x, output: rows x columns; kept: mean, inverse deviation, scale, shift (columns each).
  override func forward(_ record: inout ForwardRecord, training: Bool) throws(DenseError) -> MatrixView {
    record.isTraining = training && isTrainable
    guard record.isTraining, let movingMean, let movingVariance, let storage else {
      let folded = try foldedNormalization()
      Vector.scaleColumns(record.input, by: folded.scaling, into: record.output)
      return record.output.readOnly
    }
    let kept = Kept(record)
    Vector.columnMoments(record.input, mean: kept.mean, variance: kept.inverseDeviation)
    let epsilon = Float(configuration.epsilon)
    let share = Float(1 - configuration.momentum)
    for j in 0..<record.input.columns {
      let variance = kept.inverseDeviation[j]
      // A batch that is not finite is about to be reported, and must not stay in the statistics.
      if variance.isFinite {
        movingMean[j] += (kept.mean[j] - movingMean[j]) * share
        movingVariance[j] += (variance - movingVariance[j]) * share
      }
      kept.inverseDeviation[j] = 1 / (variance + epsilon).squareRoot()
      fold(j, mean: kept.mean[j], inverseDeviation: kept.inverseDeviation[j], into: kept.scale, kept.shift)
    }
    storage.touch()
    Vector.scaleColumns(record.input, by: ColumnScaling(scale: kept.scale, shift: kept.shift), into: record.output)
    return record.output.readOnly
  }

  override func backward(
    _ record: ForwardRecord, gradient: MutableMatrixView, isOfLogits: Bool, into inputGradient: InputGradient?
  ) throws(DenseError) {
    guard record.isTraining else {
      // Fixed statistics: the layer is one multiplication and one addition, and frozen unless this is no training.
      let folded = try foldedNormalization()
      for row in 0..<gradient.rows {
        for j in 0..<gradient.columns { gradient.row(row)[j] *= folded.scale[j] }
      }
      return
    }
    let kept = Kept(record)
    // gamma, where it is there, is the first parameter, and beta the next.
    Vector.batchNormalizationBackward(
      record.input, outputGradient: gradient.readOnly, mean: kept.mean, inverseDeviation: kept.inverseDeviation,
      scale: gamma, scaleGradient: try gamma.map { (_) throws(DenseError) in try gradientSums(0) },
      shiftGradient: try beta.map { (_) throws(DenseError) in try gradientSums(gamma == nil ? 0 : 1) },
      into: inputGradient?.place)
  }

  /// Where to add the gradient of a parameter.
  private func gradientSums(_ parameter: Int) throws(DenseError) -> UnsafeMutablePointer<Float> {
    let (plan, storage) = try built()
    let sums = try storage.makeGradients() + offsets[parameter]
    if !storage.accumulates { sums.update(repeating: 0, count: plan.inputs) }
    return sums
  }
}
