import DenseCompute

/// One named setting of a kind: how it is read, checked and changed.
public struct Setting<Root: Sendable>: Sendable {
  /// The name, the same in Swift, C, Python and files.
  public let name: String
  let get: @Sendable (Root) -> SettingValue
  let set: @Sendable (inout Root, SettingValue) throws(DenseError) -> Void

  /// The same setting, which refuses a value where `check` throws for the kind as it would then be.
  func checking(_ check: @escaping @Sendable (Root) throws(DenseError) -> Void) -> Self {
    Self(
      name: name, get: get,
      set: { [set] (root, value) throws(DenseError) in
        var changed = root
        try set(&changed, value)
        try check(changed)
        root = changed
      })
  }
}

extension Setting {
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
        guard case .number(let number) = value, let whole = wholeNumber(number), range.contains(whole) else {
          throw DenseError(
            .invalidArgument,
            "\(name): expected a whole number from \(range.lowerBound) to \(range.upperBound), received \(value.shown)")
        }
        root[keyPath: path] = whole
      })
  }

  /// A whole number within `range`, or none.
  static func optionalInteger(
    _ name: String, _ path: any WritableKeyPath<Root, Int?> & Sendable, in range: ClosedRange<Int>
  ) -> Self {
    Self(
      name: name, get: { $0[keyPath: path].map { .number(Double($0)) } ?? .none },
      set: { (root, value) throws(DenseError) in
        if case .none = value {
          root[keyPath: path] = nil
          return
        }
        guard case .number(let number) = value, let whole = wholeNumber(number), range.contains(whole) else {
          throw DenseError(
            .invalidArgument,
            "\(name): expected a whole number from \(range.lowerBound) to \(range.upperBound) or none, "
              + "received \(value.shown)")
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

  /// A text, such as the name of a value.
  static func text(_ name: String, _ path: any WritableKeyPath<Root, String> & Sendable) -> Self {
    Self(
      name: name, get: { .text($0[keyPath: path]) },
      set: { (root, value) throws(DenseError) in
        guard case .text(let text) = value else {
          throw DenseError(.invalidArgument, "\(name): expected a text, received \(value.shown)")
        }
        root[keyPath: path] = text
      })
  }

  /// One of the cases of `Choice`, by its raw value.
  static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
    _ name: String, _ path: any WritableKeyPath<Root, Choice> & Sendable
  ) -> Self {
    let choices = Array(Choice.allCases)
    return Self(
      name: name, get: { .text($0[keyPath: path].rawValue) },
      set: { (root, value) throws(DenseError) in
        guard case .text(let text) = value, let choice = choices.first(where: { $0.rawValue == text }) else {
          let valid = choices.map(\.rawValue).joined(separator: ", ")
          throw DenseError(.unknownName, "\(name): expected one of: \(valid); received \(value.shown)")
        }
        root[keyPath: path] = choice
      })
  }
}

extension Setting {
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

/// The integer that `number` stands for. The largest integers have no double of their own, and round to 2^63.
private func wholeNumber(_ number: Double) -> Int? { number == 0x1p63 ? Int.max : Int(exactly: number) }
