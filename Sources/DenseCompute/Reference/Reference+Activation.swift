#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Reference {
  /// a = phi(z), row by row.
  package static func forward(_ kernel: ActivationKernel, _ z: MatrixView, into a: MutableMatrixView) {
    for row in 0..<z.rows {
      if kernel == .softmax {
        softmax(z.row(row), into: a.row(row), count: z.columns)
      } else {
        map(z.row(row), into: a.row(row), count: z.columns) { value(kernel, $0) }
      }
    }
  }

  /// dz = da * phi'(z), row by row.
  package static func backward(
    _ kernel: ActivationKernel, z: MatrixView, a: MatrixView, outputGradient da: MatrixView, into dz: MutableMatrixView
  ) {
    for row in 0..<da.rows {
      // The row's inner product of a and da is the only term of a derivative that looks beyond its own element.
      let inner =
        kernel == .softmax
        ? (0..<da.columns).reduce(0.0) { $0 + Double(a.row(row)[$1]) * Double(da.row(row)[$1]) } : 0
      for j in 0..<da.columns {
        let gradient = Double(da.row(row)[j])
        if kernel == .softmax {
          dz.row(row)[j] = Float(Double(a.row(row)[j]) * (gradient - inner))
        } else {
          let known = kernel.needsPreactivation ? z : a
          dz.row(row)[j] = Float(gradient * derivative(kernel, Double(known.row(row)[j])))
        }
      }
    }
  }

  /// phi(z), where it does not depend on other values of the row; z itself for softmax.
  public static func value(_ kernel: ActivationKernel, _ z: Double) -> Double {
    switch kernel {
    case .linear, .softmax: z
    case .relu: z <= 0 ? 0 : z
    case .leakyReLU(let slope): z > 0 ? z : Double(slope) * z
    case .elu(let alpha): z > 0 ? z : Double(alpha) * expm1(z)
    case .sigmoid: sigmoid(z)
    case .tanh: tanh(z)
    case .softplus: softplus(z)
    case .silu: z == -.infinity ? 0 : z * sigmoid(z)
    case .gelu: z == -.infinity ? 0 : z * normalDistribution(z)
    case .geluTanh: z == -.infinity ? 0 : z * sigmoid(2 * geluArgument(z))
    }
  }

  /// The derivative, from z where the kernel needs it and from the output a elsewhere.
  private static func derivative(_ kernel: ActivationKernel, _ known: Double) -> Double {
    switch kernel {
    case .linear, .softmax: return 1
    case .relu: return known > 0 ? 1 : 0
    case .leakyReLU(let slope): return known > 0 ? 1 : Double(slope)
    case .elu(let alpha): return known > 0 ? 1 : known + Double(alpha)
    case .sigmoid: return known * (1 - known)
    case .tanh: return 1 - known * known
    case .softplus: return -expm1(-known)
    case .silu:
      let s = sigmoid(known)
      return s * (1 + known * (1 - s))
    case .gelu: return normalDistribution(known) + known * normalDensity(known)
    case .geluTanh:
      let s = sigmoid(2 * geluArgument(known))
      return s + known * s * (1 - s) * 2 * geluScale * (1 + 3 * 0.044715 * known * known)
    }
  }

  private static var geluScale: Double { (2 / Double.pi).squareRoot() }
  private static func geluArgument(_ z: Double) -> Double { geluScale * (z + 0.044715 * z * z * z) }

  private static func softmax(_ z: UnsafePointer<Float>, into a: UnsafeMutablePointer<Float>, count: Int) {
    let values = (0..<count).map { Double(z[$0]) }
    let largest = values.max() ?? 0
    let exponentials = values.map { exp($0 - largest) }
    let sum = exponentials.reduce(0, +)
    for j in 0..<count { a[j] = Float(exponentials[j] / sum) }
  }
}
