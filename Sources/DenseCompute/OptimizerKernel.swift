import CDenseKernels

/// The rule of an optimizer in one step, with numbers for settings: one pass over weights.
/// Formulas are those of Keras 3. Decoupled decay comes first: w -= decay * w.
public struct OptimizerKernel: Sendable {
  private enum Rule {
    case sgd
    case rmsprop
    case adam
  }

  private let rule: Rule
  private var settings = dk_rule()
  /// Which of the optimizer's slots, if any, is each of the rule's.
  private var slots: (Int?, Int?, Int?)

  /// m = momentum * m - learningRate * g; w += m, or w += momentum * m - learningRate * g with Nesterov's rule.
  /// The slot is m; without momentum there is none, and w -= learningRate * g.
  public static func sgd(learningRate: Double, momentum: Double, nesterov: Bool, decay: Double) -> OptimizerKernel {
    var kernel = OptimizerKernel(rule: .sgd, slots: (momentum > 0 ? 0 : nil, nil, nil))
    kernel.settings.rate = Float(learningRate)
    kernel.settings.momentum = Float(momentum)
    kernel.settings.nesterov = nesterov ? 1 : 0
    kernel.settings.decay = Float(decay)
    return kernel
  }

  /// v = rho * v + (1 - rho) * g^2; increment = learningRate * g / sqrt(v + epsilon); w -= increment.
  ///
  /// Slots are v; then, with momentum, m = momentum * m + increment, and w -= m; then, in the centered form, the mean
  /// gradient, whose square is subtracted from v + epsilon.
  public static func rmsprop(
    learningRate: Double, rho: Double, momentum: Double, epsilon: Double, centered: Bool, decay: Double
  ) -> OptimizerKernel {
    let momentums = momentum > 0 ? 1 : nil
    var kernel = OptimizerKernel(rule: .rmsprop, slots: (0, momentums, centered ? (momentums ?? 0) + 1 : nil))
    kernel.settings.rate = Float(learningRate)
    kernel.settings.rho = Float(rho)
    kernel.settings.share1 = Float(1 - rho)
    kernel.settings.momentum = Float(momentum)
    kernel.settings.epsilon = Float(epsilon)
    kernel.settings.decay = Float(decay)
    return kernel
  }

  /// m += (g - m) * (1 - beta1); v += (g^2 - v) * (1 - beta2); w -= stepSize * m / (sqrt(v) + epsilon).
  ///
  /// Slots are m and v; then, with AMSGrad, the largest v so far, which takes the place of v in the update.
  /// - Parameter stepSize: learningRate * sqrt(1 - beta2^t) / (1 - beta1^t) in step t, counted from 1.
  public static func adam(
    stepSize: Double, beta1: Double, beta2: Double, epsilon: Double, amsgrad: Bool, decay: Double
  ) -> OptimizerKernel {
    var kernel = OptimizerKernel(rule: .adam, slots: (0, 1, amsgrad ? 2 : nil))
    kernel.settings.rate = Float(stepSize)
    // In single precision, 1 - 0.999 would be off by 5e-5 of its value.
    kernel.settings.share1 = Float(1 - beta1)
    kernel.settings.share2 = Float(1 - beta2)
    kernel.settings.epsilon = Float(epsilon)
    kernel.settings.decay = Float(decay)
    return kernel
  }

  private init(rule: Rule, slots: (Int?, Int?, Int?)) {
    (self.rule, self.slots) = (rule, slots)
  }

  /// Whether no update can turn finite weights into others, where gradients are within `Vector.squareLimit`, below 2^64, and
  /// the slots come from zeros by tame updates alone.
  ///
  /// A step below 2^103, half of the last place of the largest float, leads no weight away from the finite numbers, and decay
  /// by a part of it does not either. Means of gradients stay below 2^65, their sums with momentum below 2^10 times the
  /// largest, and means of squares are finite and not negative.
  public var isTame: Bool {
    let share: ClosedRange<Float> = 0...1
    guard share.contains(settings.decay), share.contains(settings.rho), share.contains(settings.share1),
      share.contains(settings.share2), (0...1 - 0x1p-10).contains(settings.momentum)
    else { return false }
    return switch rule {
    // 2^20 * 2^64 * 2^10
    case .sgd: settings.rate.magnitude <= 0x1p20
    // 2^8 * 2^64 / 2^-15 * 2^10. Rounding may take the root's argument below zero where the square of a mean is subtracted.
    case .rmsprop: settings.rate.magnitude <= 0x1p8 && settings.epsilon >= 0x1p-30 && slots.2 == nil
    // 2^4 * 2^65 / 2^-30
    case .adam: settings.rate.magnitude <= 0x1p4 && settings.epsilon >= 0x1p-30
    }
  }

  /// Updates the weights and their slots, and leaves in the place of their gradients the weights as they were.
  /// Calls on different weights may run at once.
  /// - Returns: whether all new weights are finite.
  public func update(_ arrays: OptimizerArrays) -> Bool {
    withUnsafePointer(to: pass(arrays)) { function(InstructionSet.kernels)($0) != 0 }
  }

  /// What the pass over `arrays` works on.
  func pass(_ arrays: OptimizerArrays) -> dk_update {
    dk_update(
      count: arrays.count, weights: arrays.weights, gradients: arrays.gradients,
      slot: (slots.0.map(arrays.slot), slots.1.map(arrays.slot), slots.2.map(arrays.slot)), rule: settings)
  }

  func function(_ kernels: Kernels) -> UpdateFunction {
    switch rule {
    case .sgd: kernels.pointee.sgd
    case .rmsprop: kernels.pointee.rmsprop
    case .adam: kernels.pointee.adam
    }
  }

  typealias UpdateFunction = @convention(c) (UnsafePointer<dk_update>) -> Int32
}

/// Neighbouring weights with their gradients and an optimizer's slots.
public struct OptimizerArrays {
  let weights: UnsafeMutablePointer<Float>
  let gradients: UnsafeMutablePointer<Float>
  let count: Int
  private let slots: UnsafeMutablePointer<Float>
  private let slotDistance: Int

  /// - Parameters:
  ///   - slots: the first slot; any address where the rule has none.
  ///   - slotDistance: floats from a slot to the next.
  public init(
    weights: UnsafeMutablePointer<Float>, gradients: UnsafeMutablePointer<Float>, slots: UnsafeMutablePointer<Float>,
    slotDistance: Int, count: Int
  ) {
    self.weights = weights
    self.gradients = gradients
    self.slots = slots
    self.slotDistance = slotDistance
    self.count = count
  }

  /// A part of them.
  public subscript(range: Range<Int>) -> OptimizerArrays {
    OptimizerArrays(
      weights: weights + range.lowerBound, gradients: gradients + range.lowerBound, slots: slots + range.lowerBound,
      slotDistance: slotDistance, count: range.count)
  }

  func slot(_ index: Int) -> UnsafeMutablePointer<Float> { slots + index * slotDistance }
}
