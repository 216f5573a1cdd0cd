import DenseCompute

/// Where each parameter array of a row of layers lies in flat storage: first everything that gradients change, then
/// the moving statistics. Each array starts on a cache line.
struct ParameterLayout: Sendable {
  /// Floats that have a gradient, with the gaps between arrays.
  let trainableCount: Int
  /// Arrays that have a gradient.
  let trainableArrays: Int
  /// The shapes of arrays that are not vectors.
  let kernels: [PanelShape]
  /// All floats, with the gaps between arrays.
  let totalCount: Int
  /// The start of each array, by layer and by position in the layer's plan.
  let offsets: [[Int]]

  /// Throws `sizeOverflow` where the sizes do not fit in 63 bits.
  init(_ plans: [LayerPlan]) throws(DenseError) {
    var offsets = plans.map { [Int](repeating: 0, count: $0.parameters.count) }
    var end = 0
    func place(statistics: Bool) throws(DenseError) {
      for (layer, plan) in plans.enumerated() {
        for (index, parameter) in plan.parameters.enumerated() where (parameter.role == .statistic) == statistics {
          offsets[layer][index] = end
          end = try end.plus(parameter.count().roundedUpToLine())
        }
      }
    }
    try place(statistics: false)
    trainableCount = end
    trainableArrays = plans.reduce(0) { $0 + $1.parameters.count { $0.role != .statistic } }
    kernels = plans.flatMap { $0.parameters.filter { !$0.isVector }.map(\.shape) }
    try place(statistics: true)
    totalCount = end
    self.offsets = offsets
  }
}
