/// The mean over columns of e^2 / 2 where |e| <= delta, else delta * (|e| - delta / 2), where e = prediction - target.
/// Source: Huber 1964, "Robust estimation of a location parameter".
public struct Huber: ElementwiseLoss {
  public static let name = "huber"
  public static let aliases = ["huber_loss"]
  public static let settings: [Setting<Self>] = [.number("delta", \.delta, in: .positive), reductionSetting]

  /// The error at which the loss goes from quadratic to linear.
  public var delta = 1.0
  /// How the losses of a batch's rows become one number.
  public var reduction = LossReduction.sumOverBatchSize

  public init() {}
  /// - Parameter delta: the error at which the loss goes from quadratic to linear; above 0.
  public init(delta: Double) { self.delta = delta }

  public func value(_ error: Float) -> Float {
    let delta = Float(self.delta)
    return abs(error) <= delta ? 0.5 * error * error : delta * (abs(error) - 0.5 * delta)
  }

  public func derivative(_ error: Float) -> Float {
    let delta = Float(self.delta)
    return error > delta ? delta : error < -delta ? -delta : error
  }
}

extension Loss where Self == Huber {
  /// Quadratic for errors up to `delta`, linear beyond.
  public static func huber(delta: Double = 1) -> Huber { Huber(delta: delta) }
}
