import Dense
import Foundation

/// The activations in double precision.
enum ReferenceActivation: String, CaseIterable {
  case linear, relu, leakyReLU, elu, sigmoid, tanh, softplus, silu, gelu, geluTanh, softmax

  /// The engine's kind.
  var kind: any Activation {
    switch self {
    case .linear: Linear()
    case .relu: ReLU()
    case .leakyReLU: LeakyReLU(negativeSlope: 0.3)
    case .elu: ELU(alpha: 0.7)
    case .sigmoid: Sigmoid()
    case .tanh: Tanh()
    case .softplus: Softplus()
    case .silu: SiLU()
    case .gelu: GELU()
    case .geluTanh: GELU(approximate: true)
    case .softmax: Softmax()
    }
  }

  func callAsFunction(_ z: [Double]) -> [Double] {
    guard self == .softmax else { return z.map(value) }
    let powers = z.map { exp($0 - (z.max() ?? 0)) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  private func value(_ z: Double) -> Double {
    switch self {
    case .linear, .softmax: z
    case .relu: max(z, 0)
    case .leakyReLU: z > 0 ? z : 0.3 * z
    case .elu: z > 0 ? z : 0.7 * (exp(z) - 1)
    case .sigmoid: 1 / (1 + exp(-z))
    case .tanh: Foundation.tanh(z)
    case .softplus: log(1 + exp(z))
    case .silu: z / (1 + exp(-z))
    case .gelu: 0.5 * z * (1 + erf(z / 2.0.squareRoot()))
    case .geluTanh: 0.5 * z * (1 + Foundation.tanh((2 / Double.pi).squareRoot() * (z + 0.044715 * z * z * z)))
    }
  }
}
