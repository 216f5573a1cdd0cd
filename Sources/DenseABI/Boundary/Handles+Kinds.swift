import Dense
import DenseCompute

/// The objects of each kind of handle, by the name that their parameter has in every function.
extension Handles {
  static func layer(_ handle: LayerHandle?) throws(DenseError) -> Layer {
    try object(handle, "layer", as: .layer)
  }

  static func network(_ handle: NetworkHandle?) throws(DenseError) -> Network {
    try object(handle, "network", as: .network)
  }

  /// Calls `body` with the network. Any number of threads may do so without getting in each other's way.
  static func readNetwork(
    _ handle: NetworkHandle?, _ body: (Network) throws(DenseError) -> Void
  ) throws(DenseError) {
    try read(handle, "network", as: .network, body)
  }

  static func history(_ handle: HistoryHandle?) throws(DenseError) -> History {
    try object(handle, "history", as: .history)
  }

  /// - Parameter name: the parameter's name; in `dense_network_fit` it is another than elsewhere.
  static func fitOptions(
    _ handle: FitOptionsHandle?, _ name: String = "fit_options"
  ) throws(DenseError) -> FitOptionsBox {
    try object(handle, name, as: .fitOptions)
  }

  static func predictor(_ handle: PredictorHandle?) throws(DenseError) -> Predictor {
    try object(handle, "predictor", as: .predictor)
  }

  /// Calls `body` with the predictor. Any number of threads may do so without getting in each other's way.
  static func readPredictor(
    _ handle: PredictorHandle?, _ body: (Predictor) throws(DenseError) -> Void
  ) throws(DenseError) {
    try read(handle, "predictor", as: .predictor, body)
  }

  /// The settings behind an optimizer, loss, metric or predictor options handle.
  static func settings(_ handle: OpaquePointer?, _ kind: HandleKind) throws(DenseError) -> SettingsBox {
    try object(handle, kind.noun, as: kind)
  }

  /// A copy of the kind behind an optimizer, loss, metric or predictor options handle.
  static func kind<Kind>(
    _ handle: OpaquePointer?, _ kind: HandleKind, _: Kind.Type = Kind.self
  ) throws(DenseError) -> Kind {
    let box = try settings(handle, kind)
    guard let value = box.value as? Kind else {
      throw DenseError(.invalidHandle, "\(kind.noun): expected a kind of \(kind.noun), received '\(box.value.name)'")
    }
    return value
  }

  /// Makes the kind of `catalogue` that `name` names, with its default settings.
  static func create<Kind>(
    _ name: Text?, of catalogue: Catalogue<Kind>, as kind: HandleKind, into place: Out<OpaquePointer?>?
  ) throws(DenseError) {
    let place = try Arguments.required(place, kind.noun)
    let made = try catalogue.make(try Arguments.text(name, "name"))
    guard let configurable = made as? any Configurable else {
      throw DenseError(.unknownName, "name: expected a kind with settings, received another")
    }
    try open(SettingsBox(configurable), as: kind, into: place)
  }
}
