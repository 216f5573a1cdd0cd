import DenseCompute

/// The gradient of a dense layer's kernel and bias that is still to be computed. Left to the update, it can be used up block
/// by block while it is in a core's cache.
struct PendingGradient {
  /// rows x inputs.
  let input: RowSelection
  /// Whether it is known that no value of the input exceeds `factorLimit`.
  let isInputModest: Bool
  /// The loss gradient with respect to the layer's sums, rows x units.
  let gradient: MatrixView
  let kernel: ParameterPlace
  let bias: ParameterPlace?
  /// Whether the gradient of a penalty is added to it.
  let isRegularized: Bool
  /// Whether threads share it, and the update.
  let isShared: Bool

  /// The product that it is, with its place among `gradients`.
  func product(_ gradients: UnsafeMutablePointer<Float>) -> PanelGradient {
    PanelGradient(
      input, gradient, kernel: gradients + kernel.offset, kernel.shape, bias: bias.map { gradients + $0.offset })
  }

  /// Sums of up to `mostRows` products of factors with magnitudes up to this one stay within `Vector.squareLimit`.
  static var factorLimit: Float { 0x1p24 }
  private static var mostRows: Int { 1 << 15 }

  /// Whether a part of the rows alone does not show that the gradient has no value which an update refuses.
  func mayBeUnfit(part: Int, of parts: Int) -> Bool {
    let rows = input.rows * part / parts..<input.rows * (part + 1) / parts
    return input.rows > Self.mostRows || !Vector.isWithin(gradient.rows(rows), limit: Self.factorLimit)
      || (!isInputModest && !input[rows].isWithin(limit: Self.factorLimit))
  }

  /// Values that it takes to find that out.
  var unknownValues: Int { input.rows * (gradient.columns + (isInputModest ? 0 : input.columns)) }
}

/// Looks for pending gradients whose factors do not show that an update may use them. It holds addresses alone, as
/// `UpdatePass` does.
struct FactorCheck: SharedWork {
  let pending: UnsafeBufferPointer<PendingGradient>
  let tasks: Int
  let bell: Alarm.Bell

  func run(_ task: Int) {
    for gradient in pending where gradient.mayBeUnfit(part: task, of: tasks) { bell.ring() }
  }
}
