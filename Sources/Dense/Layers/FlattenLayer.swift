/// Settings of a flatten layer: there are none.
public struct FlattenConfiguration: LayerConfiguration {
  public static let name = "flatten"

  public init() {}

  public func makeLayer() -> Layer { FlattenLayer(self) }
}

/// Hands rows on as they are. The engine's rows are flat already; the layer stands where Keras models have one.
public final class FlattenLayer: ConfiguredLayer<FlattenConfiguration> {
  public override init(_ configuration: FlattenConfiguration) { super.init(configuration) }

  public convenience init() { self.init(FlattenConfiguration()) }
}
