#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Plain versions of the kernels: one loop for one formula, in double precision where rounding matters.
/// The tests judge the kernels by them.
package enum Reference {
  package static func exponential(_ x: Double) -> Double { exp(x) }
  package static func logarithm(_ x: Double) -> Double { log(x) }
  package static func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
  package static func errorFunction(_ x: Double) -> Double { erf(x) }

  package static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  package static func softplus(_ x: Double) -> Double {
    x.isNaN ? x : max(x, 0) + log1p(exp(-abs(x)))
  }

  /// The standard normal distribution function.
  package static func normalDistribution(_ x: Double) -> Double { 0.5 * erfc(-x * 0.5.squareRoot()) }

  /// The standard normal density.
  package static func normalDensity(_ x: Double) -> Double { exp(-0.5 * x * x) / (2 * Double.pi).squareRoot() }

  /// Writes `function` of each of `count` values, computed in double precision and rounded once.
  package static func map(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int, _ function: (Double) -> Double
  ) {
    for i in 0..<count { y[i] = Float(function(Double(x[i]))) }
  }

  /// The index of the first value that is NaN or infinite.
  package static func firstNonFinite(_ x: UnsafePointer<Float>, count: Int) -> Int? {
    (0..<count).first { !x[$0].isFinite }
  }

  /// log(sum(exp(z))) of each row.
  package static func logSumExp(_ z: MatrixView, into result: UnsafeMutablePointer<Float>) {
    for row in 0..<z.rows {
      let values = (0..<z.columns).map { Double(z.row(row)[$0]) }
      // An infinite maximum would make infinity minus infinity; zero serves as well there.
      let largest = values.max() ?? -.infinity
      let shift = largest.isFinite ? largest : 0
      result[row] = Float(shift + log(values.reduce(0) { $0 + exp($1 - shift) }))
    }
  }
}
