/// The mean over columns of e^2, where e = prediction - target.
public struct MeanSquaredError: ElementwiseLoss {
  public static let name = "mean_squared_error"
  public static let aliases = ["mse"]
  public static let settings: [Setting<Self>] = [reductionSetting]

  /// How the losses of a batch's rows become one number.
  public var reduction = LossReduction.sumOverBatchSize

  public init() {}

  public func value(_ error: Float) -> Float { error * error }
  public func derivative(_ error: Float) -> Float { 2 * error }
}

extension Loss where Self == MeanSquaredError {
  /// The mean over columns of e^2, where e = prediction - target.
  public static var meanSquaredError: MeanSquaredError { MeanSquaredError() }
}
