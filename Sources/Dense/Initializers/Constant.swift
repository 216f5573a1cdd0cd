public import DenseCompute

/// All zeros.
public struct Zeros: Initializer {
  public static let name = "zeros"

  public init() {}

  public func fill(
    _ values: UnsafeMutablePointer<Float>, rows: Int, columns: Int, fanIn: Int, fanOut: Int, random: RandomStream
  ) {
    values.update(repeating: 0, count: rows * columns)
  }
}

/// All ones.
public struct Ones: Initializer {
  public static let name = "ones"

  public init() {}

  public func fill(
    _ values: UnsafeMutablePointer<Float>, rows: Int, columns: Int, fanIn: Int, fanOut: Int, random: RandomStream
  ) {
    values.update(repeating: 1, count: rows * columns)
  }
}

/// All `value`.
public struct Constant: Initializer {
  public static let name = "constant"
  public static let settings: [Setting<Self>] = [.number("value", \.value, in: .finite)]

  /// The value of every element.
  public var value = 0.0

  public init() {}
  /// - Parameter value: the value of every element.
  public init(value: Double) { self.value = value }

  public func fill(
    _ values: UnsafeMutablePointer<Float>, rows: Int, columns: Int, fanIn: Int, fanOut: Int, random: RandomStream
  ) {
    values.update(repeating: Float(value), count: rows * columns)
  }
}

extension Initializer where Self == Zeros {
  /// All zeros.
  public static var zeros: Zeros { Zeros() }
}

extension Initializer where Self == Ones {
  /// All ones.
  public static var ones: Ones { Ones() }
}

extension Initializer where Self == Constant {
  /// All `value`.
  public static func constant(_ value: Double) -> Constant { Constant(value: value) }
}
