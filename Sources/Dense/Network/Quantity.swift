public import DenseCompute

/// What the calculator counts. Raw values are the names in C, Python and on the command line.
public enum Quantity: String, CaseIterable, Sendable {
  /// Trainable numbers that multiply: kernels and gammas.
  case weights
  /// Trainable numbers that are added: biases and betas.
  case biases
  /// Parameters that training changes by gradients; those of frozen layers do not count.
  case trainable
  /// Parameters that it does not: moving statistics and frozen layers.
  case nonTrainable = "non_trainable"
  /// All parameters.
  case parameters
  /// Memory of all parameters. Arrays start on cache lines, so it can exceed 4 bytes for each by a little.
  case parameterBytes = "parameter_bytes"
  /// Memory of the gradients.
  case gradientBytes = "gradient_bytes"
  /// Memory of the optimizer's slots.
  case optimizerBytes = "optimizer_bytes"
  /// Memory of what a training step keeps from forward to backward.
  case activationBytes = "activation_bytes"
  /// Memory that a training step takes besides: passing gradients, the gathered batch, packed kernels of at
  /// most 8 columns.
  case workspaceBytes = "workspace_bytes"
  /// All memory of prediction: parameters, packed kernels, and the rows between layers.
  case predictionBytes = "prediction_bytes"
  /// All memory of training. `fit` takes 4 bytes for each row of the data besides when it shuffles, and a copy of the
  /// parameters when it stops early; a network that also predicts keeps packed kernels for that.
  case trainingBytes = "training_bytes"
  /// Floating-point operations of the prediction of one row: 2 for each weight of a kernel, 1 for each bias, 1 for each
  /// element of a non-linear activation, 2 for each element of batch normalization.
  case flopsPerRow = "flops_per_row"

  /// The quantity of this name. Throws `unknownName` with the valid names.
  public static func named(_ name: String) throws(DenseError) -> Quantity {
    guard let quantity = Quantity(rawValue: name) else {
      let valid = allCases.map(\.rawValue).joined(separator: ", ")
      throw DenseError(.unknownName, "unknown quantity '\(name)'; expected one of: \(valid)")
    }
    return quantity
  }
}
