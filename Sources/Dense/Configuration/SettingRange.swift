/// The real numbers that a setting accepts. All settings are used in float32, so "finite" means finite there.
public struct SettingRange: Sendable, CustomStringConvertible {
  let lower: Double
  let upper: Double
  let includesLower: Bool
  let includesUpper: Bool

  private static let largest = Double(Float.greatestFiniteMagnitude)

  /// Any finite number.
  static let finite = SettingRange(lower: -largest, upper: largest, includesLower: true, includesUpper: true)
  /// A finite number that is not negative.
  static let nonNegative = SettingRange(lower: 0, upper: largest, includesLower: true, includesUpper: true)
  /// A finite number above zero.
  static let positive = SettingRange(lower: 0, upper: largest, includesLower: false, includesUpper: true)
  /// From zero to below one.
  static let unit = SettingRange(lower: 0, upper: 1, includesLower: true, includesUpper: false)
  /// From zero to one, both included.
  static let fraction = SettingRange(lower: 0, upper: 1, includesLower: true, includesUpper: true)

  func contains(_ number: Double) -> Bool {
    number.isFinite && (includesLower ? number >= lower : number > lower)
      && (includesUpper ? number <= upper : number < upper)
  }

  public var description: String {
    let isBoundedAbove = upper < Self.largest
    let isBoundedBelow = lower > -Self.largest
    switch (isBoundedBelow, isBoundedAbove) {
    case (false, false): return "a finite number"
    case (true, false): return includesLower ? "a finite number of at least \(lower)" : "a finite number above \(lower)"
    default: return "a number in \(includesLower ? "[" : "(")\(lower), \(upper)\(includesUpper ? "]" : ")")"
    }
  }
}
