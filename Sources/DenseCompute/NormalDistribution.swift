/// The standard normal distribution in additions, multiplications, divisions and square roots alone: the same bits
/// everywhere, whatever the system's mathematical library.
enum NormalDistribution {
  /// The probability of values below -2.
  static let belowMinusTwo = 0.022750131948179207

  /// The value below which a share `probability` of the distribution lies, to about 16 digits.
  /// Algorithm AS 241, M. J. Wichura, "The percentage points of the normal distribution", 1988.
  /// - Parameter probability: between 0 and 1, both excluded.
  static func quantile(_ probability: Double) -> Double {
    let offset = probability - 0.5
    if abs(offset) <= 0.425 {
      let r = 0.180625 - offset * offset
      return offset * ratio(centralNumerator, centralDenominator, at: r)
    }
    let tail = min(probability, 1 - probability)
    let r = (-logarithm(tail)).squareRoot()
    let magnitude =
      r <= 5
      ? ratio(middleNumerator, middleDenominator, at: r - 1.6)
      : ratio(farNumerator, farDenominator, at: r - 5)
    return offset < 0 ? -magnitude : magnitude
  }

  /// The natural logarithm of a positive normal number.
  static func logarithm(_ x: Double) -> Double {
    var exponent = Double(x.exponent)
    var significand = x.significand
    if significand > 1.4142135623730951 {
      significand *= 0.5
      exponent += 1
    }
    // log(m) = 2 artanh(s) with s = (m - 1) / (m + 1), of magnitude at most 0.172.
    let s = (significand - 1) / (significand + 1)
    let square = s * s
    var series = 0.0
    for denominator in stride(from: 21.0, through: 1.0, by: -2.0) { series = series * square + 1 / denominator }
    return exponent * 0.6931471805599453 + 2 * s * series
  }

  private typealias Coefficients = (Double, Double, Double, Double, Double, Double, Double, Double)

  private static func ratio(_ numerator: Coefficients, _ denominator: Coefficients, at x: Double) -> Double {
    polynomial(numerator, x) / polynomial(denominator, x)
  }

  /// Highest power first.
  private static func polynomial(_ c: Coefficients, _ x: Double) -> Double {
    ((((((c.0 * x + c.1) * x + c.2) * x + c.3) * x + c.4) * x + c.5) * x + c.6) * x + c.7
  }

  private static let centralNumerator: Coefficients = (
    2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
    13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608
  )
  private static let centralDenominator: Coefficients = (
    5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
    5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1
  )
  private static let middleNumerator: Coefficients = (
    7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
    3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734
  )
  private static let middleDenominator: Coefficients = (
    1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
    0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1
  )
  private static let farNumerator: Coefficients = (
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
    0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772
  )
  private static let farDenominator: Coefficients = (
    2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
    0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1
  )
}
