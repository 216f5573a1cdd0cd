/// Sums run in double precision over 16 interleaved chains that are folded by halves.
extension Vector {
  public static func sum(_ x: UnsafePointer<Float>, count: Int) -> Double {
    (0..<count).reduce(0) { $0 + Double(x[$1]) }
  }

  public static func sumOfSquares(_ x: UnsafePointer<Float>, count: Int) -> Double {
    (0..<count).reduce(0) { $0 + Double(x[$1]) * Double(x[$1]) }
  }

  public static func sumOfMagnitudes(_ x: UnsafePointer<Float>, count: Int) -> Double {
    (0..<count).reduce(0) { $0 + Double(abs(x[$1])) }
  }

  /// Whether none of the values is NaN or infinite.
  public static func isFinite(_ x: UnsafePointer<Float>, count: Int) -> Bool {
    firstNonFinite(x, count: count) == nil
  }

  /// The index of the first value that is NaN or infinite.
  public static func firstNonFinite(_ x: UnsafePointer<Float>, count: Int) -> Int? {
    Reference.firstNonFinite(x, count: count)
  }
}
