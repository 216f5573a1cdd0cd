import CDenseKernels
import DenseCompute
import Testing

/// The elementary functions on a hundred thousand floats spread over all bit patterns, and on the corner cases.
/// `make check-elementary` does the same for every float.
struct ElementaryTests {
  struct Function: Sendable, CustomTestStringConvertible {
    let name: String
    let exact: @Sendable (Double) -> Double
    /// In ULP, and below which magnitude of the exact value there may be fewer bits, or zero.
    var bound = 0.501
    var smallest = 0.0
    let apply: @Sendable (Kernels, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
    var testDescription: String { name }

    init(_ activation: ActivationKernel, bound: Double = 0.501, smallest: Double = 0) {
      (name, self.bound, self.smallest) = ("\(activation)", bound, smallest)
      exact = { Reference.value(activation, $0) }
      apply = { $0.pointee.activate(activation.code, activation.parameter, 1, $3, $1, $3, $2, $3) }
    }

    init(
      _ name: String, _ exact: @escaping @Sendable (Double) -> Double,
      apply: @escaping @Sendable (Kernels, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
    ) {
      (self.name, self.exact, self.apply) = (name, exact, apply)
    }
  }

  static let functions: [Function] = [
    Function("exp", Reference.exponential) { $0.pointee.exp($1, $2, $3) },
    Function("log", Reference.logarithm) { $0.pointee.log($1, $2, $3) },
    Function("erf", Reference.errorFunction) { $0.pointee.erf($1, $2, $3) },
    Function(.softplus),
    Function(.tanh, bound: 2.5, smallest: 0x1p-126),
    Function(.sigmoid, bound: 2.5, smallest: 0x1p-126),
    Function(.elu(alpha: 1), bound: 1.1, smallest: 0x1p-126),
    Function(.silu, bound: 3.5, smallest: 0x1p-119),
    Function(.gelu, bound: 8.5, smallest: 0x1p-119),
    Function(.geluTanh),
  ]

  static let corners: [Float] =
    [0, -0.0, .infinity, -.infinity, .nan, 1, -1, .leastNonzeroMagnitude, -.leastNonzeroMagnitude]
    + [
      .leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 88.72284, 88.7229, -87.4, -103.97,
      -104,
    ]
    + [0.99999994, 1.0000001, 3.9, 4, 20, -20, 1e-4, 0.70710677, 0.7071068]

  @Test(arguments: KernelSet.all, functions)
  func staysWithinItsBound(set: KernelSet, function: Function) {
    // A step without small factors meets all exponents and signs with ever new fractions.
    let patterns = Swift.stride(from: UInt32(0), to: UInt32.max - 40_009, by: 40_009).map(Float.init(bitPattern:))
    let x = GuardedFloats(Self.corners + patterns)
    let y = GuardedFloats(count: x.count)
    function.apply(set.kernels, x.pointer, y.pointer, x.count)
    var worst = 0.0
    var worstInput: Float = 0
    for index in 0..<x.count {
      let exact = function.exact(Double(x.pointer[index]))
      let distance = ulps(y.pointer[index], exact)
      if abs(exact) < function.smallest, abs(Double(y.pointer[index]) - exact) <= abs(exact) { continue }
      if distance > worst { (worst, worstInput) = (distance, x.pointer[index]) }
    }
    #expect(worst <= function.bound, "\(function.name)(\(worstInput))")
  }

  /// Partial vectors give what full ones give, in place too, and touch nothing else.
  @Test(arguments: KernelSet.all, functions)
  func countDoesNotMatter(set: KernelSet, function: Function) {
    let values = (0..<40).map { sample($0) * 5 }
    let whole = GuardedFloats(values)
    function.apply(set.kernels, whole.pointer, whole.pointer, 40)
    for count in 0...40 {
      let x = GuardedFloats(Array(values.prefix(count)))
      function.apply(set.kernels, x.pointer, x.pointer, count)
      #expect(sameBits(x.values, Array(whole.values.prefix(count))))
      #expect(x.isIntact)
    }
  }

  @Test(arguments: functions)
  func fusedSetsAgree(function: Function) {
    let x = GuardedFloats(Self.corners + (0..<10_000).map { sample($0) * 30 })
    let results = KernelSet.all.filter(\.isFused).map { set in
      let y = GuardedFloats(count: x.count)
      function.apply(set.kernels, x.pointer, y.pointer, x.count)
      return y.values
    }
    for result in results { #expect(sameBits(result, results[0])) }
  }
}
