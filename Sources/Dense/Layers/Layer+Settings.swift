public import DenseCompute

extension Layer {
  /// The kind with all its settings.
  public final var settings: SettingValue { anyConfiguration.configuration }

  /// The names of all settings: `name`, `trainable`, and those of the kind.
  public final var settingNames: [String] { ["name", "trainable"] + anyConfiguration.settingNames }

  /// The value of a setting; a dot leads into a nested kind, as in `kernel_initializer.stddev`.
  /// Throws `unknownName` with the valid names.
  public final func setting(_ path: String) throws(DenseError) -> SettingValue {
    switch path {
    case "name": .text(name)
    case "trainable": .flag(isTrainable)
    default: try anyConfiguration.setting(path)
    }
  }

  /// Changes a setting. Throws `unknownName` with the valid names, `invalidArgument` with what was expected and
  /// received, and `invalidState` for settings that are fixed once the layer was built.
  public final func set(_ path: String, _ value: SettingValue) throws(DenseError) {
    switch path {
    case "name":
      guard case .text(let name) = value else {
        throw DenseError(.invalidArgument, "name: expected a text, received \(value.shown)")
      }
      try rename(name)
    case "trainable":
      switch value {
      case .flag(let flag): isTrainable = flag
      case .number(0): isTrainable = false
      case .number(1): isTrainable = true
      default: throw DenseError(.invalidArgument, "trainable: expected 0 or 1, received \(value.shown)")
      }
    default:
      let configuration = anyConfiguration
      let changeable = type(of: configuration).changeableSettings
      _ = try configuration.setting(path)
      guard !isBuilt || changeable.contains(path) else {
        let valid = (["name", "trainable"] + changeable).joined(separator: ", ")
        throw DenseError(
          .invalidState, "\(label): '\(path)' is fixed once the layer was built; expected one of: \(valid)")
      }
      try setConfiguration(path, value)
    }
  }

  private func rename(_ name: String) throws(DenseError) {
    guard !name.isEmpty, name.allSatisfy({ $0 != "/" && !$0.isNewline && $0 != "\0" }) else {
      throw DenseError(
        .invalidArgument, "name: expected a text of one line without '/', received '\(name)'")
    }
    if let other = network?.layers.first(where: { $0 !== self && $0.name == name }) {
      throw DenseError(.invalidArgument, "name: expected a name of its own, received '\(other.name)' of another layer")
    }
    self.name = name
  }

  /// How messages call the layer.
  final var label: String { name.isEmpty ? "layer \(kind)" : "layer '\(name)'" }

  /// A new layer, not built, as `description` says: a kind with its settings.
  public static func make(_ description: SettingValue) throws(DenseError) -> Layer {
    try Catalogues.layers.make(description).makeLayer()
  }

  /// A new layer of the kind registered as `kind`, with default settings.
  public static func make(_ kind: String) throws(DenseError) -> Layer { try make(.text(kind)) }
}
