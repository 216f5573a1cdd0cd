public import DenseCompute

/// Something of the catalogue: a kind with a registered name and named settings.
///
/// The table `settings` is the only description of a kind's parameters. C, Python, model files, summaries and
/// error messages all go through it.
public protocol Configurable: Sendable {
  /// The registered name, the same in Swift, C, Python and files.
  static var name: String { get }
  /// Other names under which users know this kind, such as `mse`.
  static var aliases: [String] { get }
  /// Every setting, in the order of Keras's arguments.
  static var settings: [Setting<Self>] { get }
  /// The kind with its default settings.
  init()
}

extension Configurable {
  /// No other names.
  public static var aliases: [String] { [] }
  /// No settings.
  public static var settings: [Setting<Self>] { [] }

  /// The registered name.
  public var name: String { Self.name }
  /// The names of all settings, in the order of the table.
  public var settingNames: [String] { Self.settings.map(\.name) }

  /// The value of the setting called `path`; a dot leads into a nested kind, as in `activation.negative_slope`.
  public func setting(_ path: String) throws(DenseError) -> SettingValue {
    let (setting, rest) = try Self.find(path)
    let value = setting.get(self)
    guard let rest else { return value }
    if case .object(_, let settings) = value, let inner = settings.first(where: { $0.name == rest }) {
      return inner.value
    }
    throw DenseError(
      .unknownName, "'\(setting.name)' of \(Self.name) is \(value.shown), which has no setting '\(rest)'")
  }

  /// Changes the setting called `path`. Throws `unknownName` with the valid names, or `invalidArgument` with what
  /// was expected and received; then nothing has changed.
  public mutating func set(_ path: String, _ value: SettingValue) throws(DenseError) {
    let (setting, rest) = try Self.find(path)
    guard let rest else {
      try setting.set(&self, value)
      return
    }
    guard case .object(let inner, let settings) = setting.get(self) else {
      throw DenseError(.unknownName, "'\(setting.name)' of \(Self.name) has no settings of its own, received '\(path)'")
    }
    guard let index = settings.firstIndex(where: { $0.name == rest }) else {
      throw DenseError(
        .unknownName,
        "'\(inner)' has no setting '\(rest)'; expected one of: \(settings.map(\.name).joined(separator: ", "))")
    }
    var changed = settings
    changed[index].value = value
    try setting.set(&self, .object(name: inner, settings: changed))
  }

  /// The kind's name and all its settings.
  public var configuration: SettingValue {
    .object(name: Self.name, settings: Self.settings.map { ($0.name, $0.get(self)) })
  }

  /// Throws what `set` would throw if every setting were set to the value that it has. A kind whose properties were
  /// assigned in Swift has not been checked before.
  public func validate() throws(DenseError) {
    var copy = self
    for setting in Self.settings { try setting.set(&copy, setting.get(self)) }
  }

  private static func find(_ path: String) throws(DenseError) -> (setting: Setting<Self>, rest: String?) {
    let parts = path.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let setting = settings.first(where: { $0.name == parts[0] }) else {
      let valid = settings.isEmpty ? "it has none" : "expected one of: \(settings.map(\.name).joined(separator: ", "))"
      throw DenseError(.unknownName, "\(name) has no setting '\(parts[0])'; \(valid)")
    }
    return (setting, parts.count == 2 ? String(parts[1]) : nil)
  }
}
