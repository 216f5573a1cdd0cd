import DenseCompute

extension OptimizerSettings {
  /// Bounds the gradients of one step as the settings say, in place.
  /// - Parameters:
  ///   - gradients: the gradients of all trainable parameters.
  ///   - parameters: where each parameter array stands in `gradients`, in ascending order.
  func clip(_ gradients: UnsafeMutablePointer<Float>, parameters: [Range<Int>]) {
    if let clipNorm {
      for range in parameters {
        Self.shrink(gradients, [range], toNorm: clipNorm)
      }
    } else if let globalClipNorm {
      Self.shrink(gradients, parameters, toNorm: globalClipNorm)
    } else if let clipValue {
      for range in parameters {
        Vector.clamp(gradients + range.lowerBound, count: range.count, limit: Float(clipValue))
      }
    }
  }

  /// Scales the values in `ranges` so that their L2 norm is at most `limit`.
  private static func shrink(_ gradients: UnsafeMutablePointer<Float>, _ ranges: [Range<Int>], toNorm limit: Double) {
    var sum = 0.0
    for range in ranges { sum += Vector.sumOfSquares(gradients + range.lowerBound, count: range.count) }
    let norm = sum.squareRoot()
    guard norm > limit else { return }
    for range in ranges {
      Vector.scale(gradients + range.lowerBound, count: range.count, by: Float(limit / norm))
    }
  }
}
