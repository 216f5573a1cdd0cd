package import CDenseKernels

extension ActivationKernel {
  /// The kernels' number for this function.
  package var code: dk_activation {
    switch self {
    case .linear: DK_LINEAR
    case .relu: DK_RELU
    case .leakyReLU: DK_LEAKY_RELU
    case .elu: DK_ELU
    case .sigmoid: DK_SIGMOID
    case .tanh: DK_TANH
    case .softplus: DK_SOFTPLUS
    case .silu: DK_SILU
    case .gelu: DK_GELU
    case .geluTanh: DK_GELU_TANH
    case .softmax: DK_SOFTMAX
    }
  }

  /// The slope or alpha, where there is one.
  package var parameter: Float {
    switch self {
    case .leakyReLU(let slope): slope
    case .elu(let alpha): alpha
    case .linear, .relu, .sigmoid, .tanh, .softplus, .silu, .gelu, .geluTanh, .softmax: 0
    }
  }
}
