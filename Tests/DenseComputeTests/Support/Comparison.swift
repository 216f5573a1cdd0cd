import DenseCompute
import Testing

/// The instruction sets that this machine has, for parameterized tests.
struct KernelSet: Sendable, CustomTestStringConvertible {
  let name: String

  var kernels: Kernels { InstructionSet.chosen(name) }
  /// Whether products and sums are rounded once, so that results are the same to the bit.
  var isFused: Bool { name != "baseline" }
  var testDescription: String { name }

  static var all: [KernelSet] { InstructionSet.supported.map { KernelSet(name: String(cString: $0.pointee.name)) } }
}

/// Values between -1 and 1 without pattern, the same in each run.
func sample(_ index: Int, seed: UInt64 = 0) -> Float {
  var bits = (UInt64(index) &+ seed &* 0x9E37_79B9) &* 0x9E37_79B9_7F4A_7C15
  bits = (bits ^ (bits >> 29)) &* 0xBF58_476D_1CE4_E5B9
  bits ^= bits >> 32
  return Float(Int32(truncatingIfNeeded: bits >> 8) >> 7) * 0x1p-24
}

func samples(_ count: Int, seed: UInt64 = 0) -> [Float] { (0..<count).map { sample($0, seed: seed) } }

/// Equality of bits, where one NaN is as good as another.
func sameBits(_ a: [Float], _ b: [Float]) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) }
}

/// The first place where two arrays differ by more than `relative` of the larger value plus `absolute`, NaN and infinities
/// being equal to themselves alone.
func firstDifference(_ a: [Float], _ b: [Float], relative: Float, absolute: Float = 0) -> String? {
  guard a.count == b.count else { return "\(a.count) and \(b.count) values" }
  for (index, (x, y)) in zip(a, b).enumerated() {
    if x == y || (x.isNaN && y.isNaN) { continue }
    if x.isFinite, y.isFinite, abs(x - y) <= relative * max(abs(x), abs(y)) + absolute { continue }
    return "[\(index)]: \(x) and \(y)"
  }
  return nil
}

/// Distance from the exact value, in floats' spacing there. Zero where rounding the exact value gives the same NaN or
/// infinity.
func ulps(_ value: Float, _ exact: Double) -> Double {
  let rounded = Float(exact)
  guard value.isFinite, rounded.isFinite else { return sameBits([value], [rounded]) ? 0 : .infinity }
  return abs(Double(value) - exact) / spacing(exact)
}

private func spacing(_ exact: Double) -> Double {
  guard exact != 0 else { return 0x1p-149 }
  return max(Double(sign: .plus, exponent: exact.exponent - 23, significand: 1), 0x1p-149)
}
