public struct ActivationKernel: Sendable {}
