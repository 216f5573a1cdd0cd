import DenseCompute

/// The gradient of a dense layer's kernel and bias that is still to be computed. Left to the update, it can be used up block
/// by block while it is in a core's cache.
struct PendingGradient {
  /// rows x inputs.
  let input: MatrixView
  /// The loss gradient with respect to the layer's sums, rows x units.
  let gradient: MatrixView
  let kernel: ParameterPlace
  let bias: ParameterPlace?
  /// Whether the gradient of a penalty is added to it.
  let isRegularized: Bool

  /// The product that it is, with its place among `gradients`.
  func product(_ gradients: UnsafeMutablePointer<Float>) -> PanelGradient {
    PanelGradient(
      input, gradient, kernel: gradients + kernel.offset, kernel.shape, bias: bias.map { gradients + $0.offset })
  }

  /// Whether factors alone show that no value of it is one that an update refuses: sums of up to 2^15 products below 2^48
  /// stay within `Vector.squareLimit`.
  var isSurelyFit: Bool {
    input.rows <= 1 << 15 && Vector.isWithin(input, limit: Self.limit) && Vector.isWithin(gradient, limit: Self.limit)
  }

  private static var limit: Float { 0x1p24 }
}
