import Dense

/// A network in double precision, written down from the formulas alone: no flat storage, no batches of blocks, no
/// fusion. Gradients are taken from it by central differences.
struct ReferenceNetwork {
  enum Stage {
    /// Takes `kernel` (inputs x units) and, where there, `bias` from the parameters.
    case dense(units: Int, hasBias: Bool)
    case activation(ReferenceActivation)
    /// Takes gamma and beta from the parameters.
    case batchNormalization(epsilon: Double)
    /// Multiplies by given factors: what dropout does once its draws are made. One factor for each element.
    case factors([Double])
  }

  var inputs: Int
  var stages: [Stage]
  /// For each parameter array in order: l1 and l2.
  var penalties: [(l1: Double, l2: Double)]

  typealias Rows = [[Double]]

  /// The outputs for `x`, with the arrays of `parameters` in the order of the stages.
  func forward(_ x: Rows, _ parameters: [[Double]]) -> Rows {
    var rows = x
    var next = 0
    func take() -> [Double] {
      defer { next += 1 }
      return parameters[next]
    }
    for stage in stages {
      switch stage {
      case .dense(let units, let hasBias):
        let kernel = take()
        let bias = hasBias ? take() : [Double](repeating: 0, count: units)
        rows = rows.map { row in
          (0..<units).map { unit in
            row.indices.reduce(bias[unit]) { $0 + row[$1] * kernel[$1 * units + unit] }
          }
        }
      case .activation(let activation):
        rows = rows.map(activation.callAsFunction)
      case .batchNormalization(let epsilon):
        rows = Self.normalize(rows, gamma: take(), beta: take(), epsilon: epsilon)
      case .factors(let factors):
        let columns = rows[0].count
        rows = rows.enumerated().map { i, row in
          row.enumerated().map { j, value in value * factors[i * columns + j] }
        }
      }
    }
    return rows
  }

  /// The penalties of all parameters.
  func penalty(_ parameters: [[Double]]) -> Double {
    zip(parameters, penalties).reduce(0) { sum, pair in
      let (values, factors) = pair
      return sum + factors.l1 * values.reduce(0) { $0 + abs($1) } + factors.l2 * values.reduce(0) { $0 + $1 * $1 }
    }
  }

  private static func normalize(_ rows: Rows, gamma: [Double], beta: [Double], epsilon: Double) -> Rows {
    let count = Double(rows.count)
    let mean = gamma.indices.map { j in rows.reduce(0) { $0 + $1[j] } / count }
    let variance = gamma.indices.map { j in
      rows.reduce(0) { $0 + ($1[j] - mean[j]) * ($1[j] - mean[j]) } / count
    }
    return rows.map { row in
      row.indices.map { j in
        gamma[j] * (row[j] - mean[j]) / (variance[j] + epsilon).squareRoot() + beta[j]
      }
    }
  }
}

/// The central differences of `f` at `arrays`, one for each element.
func centralDifferences(_ arrays: [[Double]], _ f: ([[Double]]) -> Double) -> [[Double]] {
  let step = 1e-6
  return arrays.indices.map { index in
    arrays[index].indices.map { element in
      var moved = arrays
      moved[index][element] = arrays[index][element] + step
      let above = f(moved)
      moved[index][element] = arrays[index][element] - step
      return (above - f(moved)) / (2 * step)
    }
  }
}

/// The largest error of an element, relative to the expected element or, where that is small, to a hundredth of the
/// largest of its array or a thousandth of the largest of all: a bias before batch normalization has no gradient but
/// rounding.
func worstGradientError(_ received: [[Float]], _ expected: [[Double]]) -> Double {
  guard received.map(\.count) == expected.map(\.count) else { return .infinity }
  let largest = expected.map { $0.map(abs).max() ?? 0 }
  let overall = largest.max() ?? 0
  return received.indices.map { index in
    let floor = max(0.01 * largest[index], 0.001 * overall)
    return zip(received[index], expected[index]).map { abs(Double($0) - $1) / max(abs($1), floor) }.max() ?? 0
  }.max() ?? 0
}
