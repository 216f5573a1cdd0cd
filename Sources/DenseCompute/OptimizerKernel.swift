import CDenseKernels

/// The update rules of the optimizers, each one pass over `count` weights with their gradients and slots.
/// Formulas are those of Keras 3. Decoupled decay comes first: w -= decay * w. Calls on different arrays may run at once.
/// Long passes are spread over the threads of `ThreadPool`.
public enum OptimizerKernel {
  /// m = momentum * m - learningRate * g; w += m, or w += momentum * m - learningRate * g with Nesterov's rule.
  /// - Parameter momentums: m; without it, w -= learningRate * g.
  public static func sgd(
    weights: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, momentums: UnsafeMutablePointer<Float>?,
    count: Int, learningRate: Float, momentum: Float, nesterov: Bool, decay: Float
  ) {
    let update = dk_update(
      count: count, weights: weights, gradients: gradients, slot: (momentums, nil, nil), rate: learningRate,
      decay: decay,
      momentum: momentum, rho: 0, beta1: 0, beta2: 0, epsilon: 0, nesterov: nesterov ? 1 : 0)
    run(update, InstructionSet.kernels.pointee.sgd)
  }

  /// v = rho * v + (1 - rho) * g^2; increment = learningRate * g / sqrt(v + epsilon); w -= increment.
  /// - Parameters:
  ///   - velocities: v.
  ///   - momentums: m; where given, m = momentum * m + increment and w -= m.
  ///   - averages: the mean gradient; where given (the centered form), its square is subtracted from v + epsilon.
  public static func rmsprop(
    weights: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, velocities: UnsafeMutablePointer<Float>,
    momentums: UnsafeMutablePointer<Float>?, averages: UnsafeMutablePointer<Float>?,
    count: Int, learningRate: Float, rho: Float, momentum: Float, epsilon: Float, decay: Float
  ) {
    let update = dk_update(
      count: count, weights: weights, gradients: gradients, slot: (velocities, momentums, averages), rate: learningRate,
      decay: decay, momentum: momentum, rho: rho, beta1: 0, beta2: 0, epsilon: epsilon, nesterov: 0)
    run(update, InstructionSet.kernels.pointee.rmsprop)
  }

  /// m += (g - m) * (1 - beta1); v += (g^2 - v) * (1 - beta2); w -= stepSize * m / (sqrt(v) + epsilon).
  /// - Parameters:
  ///   - momentums: m.
  ///   - velocities: v.
  ///   - maximumVelocities: the largest v so far, which takes the place of v in the update (AMSGrad).
  ///   - stepSize: learningRate * sqrt(1 - beta2^t) / (1 - beta1^t) in step t, counted from 1.
  public static func adam(
    weights: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, momentums: UnsafeMutablePointer<Float>,
    velocities: UnsafeMutablePointer<Float>, maximumVelocities: UnsafeMutablePointer<Float>?,
    count: Int, stepSize: Float, beta1: Float, beta2: Float, epsilon: Float, decay: Float
  ) {
    let update = dk_update(
      count: count, weights: weights, gradients: gradients, slot: (momentums, velocities, maximumVelocities),
      rate: stepSize,
      decay: decay, momentum: 0, rho: 0, beta1: beta1, beta2: beta2, epsilon: epsilon, nesterov: 0)
    run(update, InstructionSet.kernels.pointee.adam)
  }

  /// Weights from which on a pass is shared between threads: they and their slots leave the second-level cache here.
  private static var worthSharing: Int { 1 << 17 }

  private static func run(_ update: dk_update, _ rule: @escaping @convention(c) (UnsafePointer<dk_update>) -> Void) {
    guard update.count >= worthSharing else {
      withUnsafePointer(to: update, rule)
      return
    }
    // Whole cache lines, so that no two threads write to one.
    let split = WorkSplit(update.count, unit: 16, pieces: 4 * ThreadPool.threadCount)
    ThreadPool.run(Pieces(update: update, rule: rule, split: split), tasks: split.pieces)
  }

  private struct Pieces: SharedWork {
    let update: dk_update
    let rule: @convention(c) (UnsafePointer<dk_update>) -> Void
    let split: WorkSplit

    func run(_ task: Int) {
      let range = split[task]
      var piece = update
      piece.count = range.count
      piece.weights += range.lowerBound
      piece.gradients += range.lowerBound
      piece.slot.0 = update.slot.0.map { $0 + range.lowerBound }
      piece.slot.1 = update.slot.1.map { $0 + range.lowerBound }
      piece.slot.2 = update.slot.2.map { $0 + range.lowerBound }
      rule(&piece)
    }
  }
}
