import DenseCompute

/// The settings of a layer kind, under Keras's argument names. A layer is made from them.
public protocol LayerConfiguration: Configurable {
  /// A layer with these settings, not yet built.
  func makeLayer() -> Layer
  /// Names of the settings that may still change after the layer was built.
  static var changeableSettings: [String] { get }
}

extension LayerConfiguration {
  public static var changeableSettings: [String] { [] }
}

extension Catalogues {
  /// Every kind of layer.
  public static let layers = Catalogue<any LayerConfiguration>(
    "layer",
    [
      DenseConfiguration.self, DropoutConfiguration.self, BatchNormalizationConfiguration.self,
      ActivationConfiguration.self, FlattenConfiguration.self,
    ])
}

/// A layer whose settings are a `Configuration`.
public class ConfiguredLayer<Configuration: LayerConfiguration>: Layer {
  /// The settings. After the layer was built, they change through `set` alone.
  public internal(set) final var configuration: Configuration

  init(_ configuration: Configuration) {
    self.configuration = configuration
    super.init(kind: Configuration.name)
  }

  final override var anyConfiguration: any LayerConfiguration { configuration }

  final override func setConfiguration(_ setting: String, _ value: SettingValue) throws(DenseError) {
    try configuration.set(setting, value)
  }
}
