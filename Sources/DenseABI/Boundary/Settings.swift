import Dense
import DenseCompute
import Synchronization

/// Something with named settings behind a handle.
protocol Adjustable: AnyObject {
  /// The kind with all its settings.
  var settings: SettingValue { get }
  func setting(_ path: String) throws(DenseError) -> SettingValue
  func set(_ path: String, _ value: SettingValue) throws(DenseError)
}

extension Layer: Adjustable {}

/// A kind of the catalogue behind a handle. A lock makes it safe to share.
final class SettingsBox: Adjustable, Sendable {
  private let kind: Mutex<any Configurable>

  init(_ kind: any Configurable) { self.kind = Mutex(kind) }

  /// A copy of the kind as it is now.
  var value: any Configurable { kind.withLock { $0 } }

  var settings: SettingValue { value.configuration }

  func setting(_ path: String) throws(DenseError) -> SettingValue { try value.setting(path) }

  func set(_ path: String, _ value: SettingValue) throws(DenseError) {
    try kind.withLock { (kind: inout any Configurable) throws(DenseError) in try kind.set(path, value) }
  }
}

extension Adjustable {
  /// Changes a setting to a number.
  func set(setting: Text?, number: Double) throws(DenseError) {
    try set(try Arguments.text(setting, "setting"), .number(number))
  }

  /// Changes a setting to a name, or to none.
  func set(setting: Text?, text: Text?) throws(DenseError) {
    let name = try Arguments.text(setting, "setting")
    let value = try Arguments.optionalText(text, "value")
    try set(name, value.map(SettingValue.text) ?? .none)
  }

  /// Reads a setting that is a number or a flag.
  func get(setting: Text?, number: Out<Double>?) throws(DenseError) {
    let name = try Arguments.text(setting, "setting")
    let place = try Arguments.required(number, "value")
    place.pointee = try self.setting(name).number(name)
  }

  /// Reads a setting that is a name or none.
  func get(setting: Text?, text: Out<Text?>?) throws(DenseError) {
    let name = try Arguments.text(setting, "setting")
    let place = try Arguments.required(text, "value")
    guard let value = try self.setting(name).name(name) else {
      place.pointee = nil
      return
    }
    guard let kept = ThreadTexts.keepSetting(value) else {
      throw DenseError(.outOfMemory, "the system refused the memory for '\(name)'")
    }
    place.pointee = kept
  }
}

extension SettingValue {
  /// The number, or 0 and 1 for a flag.
  func number(_ setting: String) throws(DenseError) -> Double {
    switch self {
    case .number(let number): return number
    case .flag(let flag): return flag ? 1 : 0
    case .text, .object:
      throw DenseError(.invalidArgument, "\(setting): expected a setting that is a number, received one that is a name")
    case .none:
      throw DenseError(.invalidArgument, "\(setting): expected a setting that is a number, received none")
    }
  }

  /// The name, which may be none.
  fileprivate func name(_ setting: String) throws(DenseError) -> String? {
    switch self {
    case .text(let text): return text
    case .object(let name, _): return name
    case .none: return nil
    case .number, .flag:
      throw DenseError(.invalidArgument, "\(setting): expected a setting that is a name, received one that is a number")
    }
  }
}
