extension Reference {
  /// Terms of a product that are summed in one chain.
  package static var innerBlock: Int { 512 }
  /// Products of at most so many columns are summed in lanes.
  package static var narrowColumns: Int { 8 }

  /// left . right + bias, to the bit as every instruction set with fused multiply-add computes it.
  /// - Parameter right: row-major, inner x columns.
  package static func multiply(
    _ left: MatrixView, _ right: MatrixView, bias: UnsafePointer<Float>?, into output: MutableMatrixView
  ) {
    for i in 0..<left.rows {
      for j in 0..<right.columns {
        let terms = { (k: Int) in (left.row(i)[k], right.row(k)[j]) }
        let sum =
          right.columns <= narrowColumns
          ? laneSum(count: left.columns, terms) : blockSum(count: left.columns, from: nil, terms)
        output.row(i)[j] = bias.map { sum + $0[j] } ?? sum
      }
    }
  }

  /// result += left^T . right, to the bit.
  package static func accumulateTransposed(
    _ left: MatrixView, _ right: MatrixView, into result: MutableMatrixView
  ) {
    for i in 0..<left.columns {
      for j in 0..<right.columns {
        result.row(i)[j] = blockSum(count: left.rows, from: result.row(i)[j]) { k in
          (left.row(k)[i], right.row(k)[j])
        }
      }
    }
  }

  /// Chains of `innerBlock` terms from zero, added in ascending order to `start`, or to the first of them.
  private static func blockSum(count: Int, from start: Float?, _ terms: (Int) -> (Float, Float)) -> Float {
    var sum = start
    for block in stride(from: 0, to: count, by: innerBlock) {
      var chain: Float = 0
      for k in block..<min(block + innerBlock, count) {
        let (a, b) = terms(k)
        chain.addProduct(a, b)
      }
      sum = sum.map { $0 + chain } ?? chain
    }
    return sum ?? 0
  }

  /// 16 chains of every 16th term, folded by halves.
  private static func laneSum(count: Int, _ terms: (Int) -> (Float, Float)) -> Float {
    var lanes = SIMD16<Float>(repeating: 0)
    for k in 0..<count {
      let (a, b) = terms(k)
      lanes[k % 16].addProduct(a, b)
    }
    let eight = lanes.lowHalf + lanes.highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }
}
