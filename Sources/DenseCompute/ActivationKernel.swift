import CDenseKernels

/// A function phi of the pre-activation z, with its derivative. Every function works on whole rows and passes NaN on.
///
/// The distance from the exact value is given in units in the last place (ULP), for all floats z. Results below 2^-119 may have
/// fewer bits, or be zero.
public enum ActivationKernel: Sendable, Equatable {
  /// z
  case linear
  /// max(z, 0)
  case relu
  /// z where positive, else slope * z. The slope is at least 0.
  case leakyReLU(slope: Float)
  /// z where positive, else alpha * (exp(z) - 1): within 1.1 ULP with alpha 1. Alpha is at least 0.
  case elu(alpha: Float)
  /// 1 / (1 + exp(-z)), within 2.5 ULP.
  case sigmoid
  /// Within 2.5 ULP.
  case tanh
  /// log(1 + exp(z)), within 0.501 ULP.
  case softplus
  /// z * sigmoid(z), within 3.5 ULP.
  case silu
  /// z * Phi(z), with Phi the standard normal distribution function, within 8.5 ULP.
  case gelu
  /// The approximation z * sigmoid(2u), u = sqrt(2 / pi) * (z + 0.044715 z^3), within 0.501 ULP.
  case geluTanh
  /// exp(z) / sum of exp(z) over the row.
  case softmax

  /// True where `backward` reads z; elsewhere the output a suffices.
  public var needsPreactivation: Bool {
    switch self {
    case .silu, .gelu, .geluTanh: true
    case .linear, .relu, .leakyReLU, .elu, .sigmoid, .tanh, .softplus, .softmax: false
    }
  }

  /// a = phi(z). Both are rows x columns and may be the same memory.
  public func forward(_ z: MatrixView, into a: MutableMatrixView) {
    InstructionSet.kernels.pointee.activate(
      code, parameter, z.rows, z.columns, z.pointer, z.stride, a.pointer, a.stride)
  }

  /// dz = da * phi'(z), where da is the loss gradient with respect to a. All are rows x columns.
  /// - Parameters:
  ///   - z: only read where `needsPreactivation`; any view will do elsewhere.
  ///   - a: what `forward` gave; not read where `needsPreactivation`.
  ///   - dz: may be the same memory as `da`.
  public func backward(
    z: MatrixView, a: MatrixView, outputGradient da: MatrixView, into dz: MutableMatrixView
  ) {
    let known = needsPreactivation ? z : a
    InstructionSet.kernels.pointee.activation_gradient(
      code, parameter, da.rows, da.columns, known.pointer, known.stride, da.pointer, da.stride, dz.pointer, dz.stride)
  }
}
