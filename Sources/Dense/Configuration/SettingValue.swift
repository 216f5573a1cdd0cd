/// The value of one setting, as it stands in a model file.
public enum SettingValue: Sendable, Equatable {
  case number(Double)
  case flag(Bool)
  case text(String)
  /// A kind with settings of its own, such as an initializer with its standard deviation.
  case object(name: String, settings: [(name: String, value: SettingValue)])
  /// No value: an optional setting that is switched off.
  case none

  /// Equal kinds have equal settings in the same order.
  public static func == (left: SettingValue, right: SettingValue) -> Bool {
    switch (left, right) {
    case (.number(let a), .number(let b)): a == b
    case (.flag(let a), .flag(let b)): a == b
    case (.text(let a), .text(let b)): a == b
    case (.none, .none): true
    case (.object(let nameA, let settingsA), .object(let nameB, let settingsB)):
      nameA == nameB && settingsA.count == settingsB.count
        && zip(settingsA, settingsB).allSatisfy { $0.name == $1.name && $0.value == $1.value }
    default: false
    }
  }

  /// How the value reads in an error message.
  var shown: String {
    switch self {
    case .number(let number): "\(number)"
    case .flag(let flag): "\(flag)"
    case .text(let text): "'\(text)'"
    case .object(let name, _): "'\(name)'"
    case .none: "none"
    }
  }
}
