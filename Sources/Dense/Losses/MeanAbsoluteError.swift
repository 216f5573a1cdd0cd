/// The mean over columns of |e|, where e = prediction - target. Its derivative at zero counts as zero.
public struct MeanAbsoluteError: ElementwiseLoss {
  public static let name = "mean_absolute_error"
  public static let aliases = ["mae"]
  public static let settings: [Setting<Self>] = [reductionSetting]

  /// How the losses of a batch's rows become one number.
  public var reduction = LossReduction.sumOverBatchSize

  public init() {}

  public func value(_ error: Float) -> Float { abs(error) }

  public func derivative(_ error: Float) -> Float {
    // The last branch is 0 at zero and NaN at NaN.
    error > 0 ? 1 : error < 0 ? -1 : error
  }
}

extension Loss where Self == MeanAbsoluteError {
  /// The mean over columns of |e|, where e = prediction - target.
  public static var meanAbsoluteError: MeanAbsoluteError { MeanAbsoluteError() }
}
