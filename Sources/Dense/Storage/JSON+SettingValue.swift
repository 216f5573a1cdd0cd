import DenseCompute

// A kind is an object whose first member is "kind": {"kind":"leaky_relu","negative_slope":0.2}. No setting is
// called so.
extension JSON {
  /// The form of a setting's value in files and in descriptions.
  init(_ value: SettingValue) {
    self =
      switch value {
      case .none: .null
      case .flag(let flag): .flag(flag)
      case .number(let number): .number(number)
      case .text(let text): .text(text)
      case .object(let name, let settings):
        .object([Member("kind", .text(name))] + settings.map { Member($0.name, JSON($0.value)) })
      }
  }

  /// The setting's value that this is the form of. Throws `fileFormat` where it is the form of none.
  func settingValue(_ what: String) throws(DenseError) -> SettingValue {
    switch self {
    case .null: return .none
    case .flag(let flag): return .flag(flag)
    case .number(let number): return .number(number)
    case .text(let text): return .text(text)
    case .array: throw DenseError(.fileFormat, "\(what): expected a setting's value, received an array")
    case .object(let members):
      let name = try member("kind", of: what).text("\(what): kind")
      var settings: [(name: String, value: SettingValue)] = []
      for member in members where member.name != "kind" {
        settings.append((member.name, try member.value.settingValue("\(what).\(member.name)")))
      }
      return .object(name: name, settings: settings)
    }
  }
}

extension SettingValue {
  /// The value as JSON text, as it stands in model files: a kind is an object whose first member is `kind`.
  public var json: String { JSON(self).encoded }
}
