import CDenseKernels
import DenseCompute
import Testing

/// The elementary functions on a hundred thousand floats spread over all bit patterns, and on the corner cases.
/// `make check-elementary` does the same for every float.
struct ElementaryTests {
  struct Function: Sendable, CustomTestStringConvertible {
    let name: String
    let exact: @Sendable (Double) -> Double
    let kernel: @Sendable (Kernels) -> @convention(c) (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
    var testDescription: String { name }
  }

  static let functions: [Function] = [
    Function(name: "exp", exact: Reference.exponential) { $0.pointee.exp },
    Function(name: "log", exact: Reference.logarithm) { $0.pointee.log },
    Function(name: "tanh", exact: Reference.hyperbolicTangent) { $0.pointee.tanh },
    Function(name: "sigmoid", exact: Reference.sigmoid) { $0.pointee.sigmoid },
    Function(name: "softplus", exact: Reference.softplus) { $0.pointee.softplus },
    Function(name: "erf", exact: Reference.errorFunction) { $0.pointee.erf },
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
    function.kernel(set.kernels)(x.pointer, y.pointer, x.count)
    var worst = 0.0
    var worstInput: Float = 0
    for index in 0..<x.count {
      let distance = ulps(y.pointer[index], function.exact(Double(x.pointer[index])))
      if distance > worst { (worst, worstInput) = (distance, x.pointer[index]) }
    }
    #expect(worst <= 0.501, "\(function.name)(\(worstInput))")
  }

  /// Partial vectors give what full ones give, in place too, and touch nothing else.
  @Test(arguments: KernelSet.all, functions)
  func countDoesNotMatter(set: KernelSet, function: Function) {
    let values = (0..<40).map { sample($0) * 5 }
    let whole = GuardedFloats(values)
    function.kernel(set.kernels)(whole.pointer, whole.pointer, 40)
    for count in 0...40 {
      let x = GuardedFloats(Array(values.prefix(count)))
      function.kernel(set.kernels)(x.pointer, x.pointer, count)
      #expect(sameBits(x.values, Array(whole.values.prefix(count))))
      #expect(x.isIntact)
    }
  }

  @Test(arguments: functions)
  func fusedSetsAgree(function: Function) {
    let x = GuardedFloats(Self.corners + (0..<10_000).map { sample($0) * 30 })
    let results = KernelSet.all.filter(\.isFused).map { set in
      let y = GuardedFloats(count: x.count)
      function.kernel(set.kernels)(x.pointer, y.pointer, x.count)
      return y.values
    }
    for result in results { #expect(sameBits(result, results[0])) }
  }
}
