import DenseCompute

/// One named setting of a kind: how it is read, checked and changed.
public struct Setting<Root: Sendable>: Sendable {
  public let name: String
  let get: @Sendable (Root) -> SettingValue
  let set: @Sendable (inout Root, SettingValue) throws(DenseError) -> Void

  /// A finite real number within `range`.
  static func number(
    _ name: String, _ path: any WritableKeyPath<Root, Double> & Sendable, in range: SettingRange
  ) -> Self {
    Self(
      name: name, get: { .number($0[keyPath: path]) },
      set: { (root, value) throws(DenseError) in
        guard case .number(let number) = value, range.contains(number) else {
          throw DenseError(.invalidArgument, "\(name): expected \(range.description), received \(value.shown)")
        }
        root[keyPath: path] = number
      })
  }

  /// A real number within `range`, or none.
  static func optionalNumber(
    _ name: String, _ path: any WritableKeyPath<Root, Double?> & Sendable, in range: SettingRange
  ) -> Self {
    Self(
      name: name, get: { $0[keyPath: path].map(SettingValue.number) ?? .none },
      set: { (root, value) throws(DenseError) in
        switch value {
        case .none: root[keyPath: path] = nil
        case .number(let number) where range.contains(number): root[keyPath: path] = number
        default:
          throw DenseError(.invalidArgument, "\(name): expected \(range.description) or none, received \(value.shown)")
        }
      })
  }

  /// A whole number within `range`.
  static func integer(
    _ name: String, _ path: any WritableKeyPath<Root, Int> & Sendable, in range: ClosedRange<Int>
  ) -> Self {
    Self(
      name: name, get: { .number(Double($0[keyPath: path])) },
      set: { (root, value) throws(DenseError) in
        guard case .number(let number) = value, let whole = Int(exactly: number), range.contains(whole) else {
          throw DenseError(
            .invalidArgument,
            "\(name): expected a whole number from \(range.lowerBound) to \(range.upperBound), received \(value.shown)")
        }
        root[keyPath: path] = whole
      })
  }

  /// A flag; the numbers 0 and 1 stand for false and true.
  static func flag(_ name: String, _ path: any WritableKeyPath<Root, Bool> & Sendable) -> Self {
    Self(
      name: name, get: { .flag($0[keyPath: path]) },
      set: { (root, value) throws(DenseError) in
        switch value {
        case .flag(let flag): root[keyPath: path] = flag
        case .number(0): root[keyPath: path] = false
        case .number(1): root[keyPath: path] = true
        default: throw DenseError(.invalidArgument, "\(name): expected 0 or 1, received \(value.shown)")
        }
      })
  }

  /// One of the names in `choices`.
  static func choice(
    _ name: String, _ path: any WritableKeyPath<Root, String> & Sendable, among choices: [String]
  ) -> Self {
    Self(
      name: name, get: { .text($0[keyPath: path]) },
      set: { (root, value) throws(DenseError) in
        guard case .text(let text) = value, choices.contains(text) else {
          throw DenseError(
            .unknownName, "\(name): expected one of: \(choices.joined(separator: ", ")); received \(value.shown)")
        }
        root[keyPath: path] = text
      })
  }

  /// A kind of `catalogue`, given by its name or with settings of its own.
  static func kind<Kind>(
    _ name: String, _ path: any WritableKeyPath<Root, Kind> & Sendable, of catalogue: Catalogue<Kind>
  ) -> Self {
    Self(
      name: name, get: { catalogue.configuration(of: $0[keyPath: path]) },
      set: { (root, value) throws(DenseError) in root[keyPath: path] = try catalogue.make(value) })
  }

  /// A kind of `catalogue`, or none.
  static func optionalKind<Kind>(
    _ name: String, _ path: any WritableKeyPath<Root, Kind?> & Sendable, of catalogue: Catalogue<Kind>
  ) -> Self {
    Self(
      name: name, get: { $0[keyPath: path].map(catalogue.configuration(of:)) ?? .none },
      set: { (root, value) throws(DenseError) in
        if case .none = value {
          root[keyPath: path] = nil
        } else {
          root[keyPath: path] = try catalogue.make(value)
        }
      })
  }
}

/// The real numbers that a setting accepts.
public struct SettingRange: Sendable, CustomStringConvertible {
  let lower: Double
  let upper: Double
  let includesLower: Bool
  let includesUpper: Bool

  /// Any finite number.
  static let finite = SettingRange(
    lower: -.greatestFiniteMagnitude, upper: .greatestFiniteMagnitude, includesLower: true, includesUpper: true)
  /// A finite number that is not negative.
  static let nonNegative = SettingRange(
    lower: 0, upper: .greatestFiniteMagnitude, includesLower: true, includesUpper: true)
  /// A finite number above zero.
  static let positive = SettingRange(
    lower: 0, upper: .greatestFiniteMagnitude, includesLower: false, includesUpper: true)
  /// From zero to below one.
  static let unit = SettingRange(lower: 0, upper: 1, includesLower: true, includesUpper: false)
  /// From zero to one, both included.
  static let fraction = SettingRange(lower: 0, upper: 1, includesLower: true, includesUpper: true)

  func contains(_ number: Double) -> Bool {
    number.isFinite && (includesLower ? number >= lower : number > lower)
      && (includesUpper ? number <= upper : number < upper)
  }

  public var description: String {
    let isBoundedAbove = upper < .greatestFiniteMagnitude
    let isBoundedBelow = lower > -.greatestFiniteMagnitude
    switch (isBoundedBelow, isBoundedAbove) {
    case (false, false): return "a finite number"
    case (true, false): return includesLower ? "a finite number of at least \(lower)" : "a finite number above \(lower)"
    default: return "a number in \(includesLower ? "[" : "(")\(lower), \(upper)\(includesUpper ? "]" : ")")"
    }
  }
}
