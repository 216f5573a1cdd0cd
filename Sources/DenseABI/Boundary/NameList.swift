import Dense
import DenseCompute

/// The lists that `dense_names` enumerates.
enum NameList {
  private static let kinds = [
    "activation", "initializer", "regularizer", "layer", "loss", "optimizer", "metric", "quantity", "kind",
  ]

  static func names(of kind: String) throws(DenseError) -> [String] {
    switch kind {
    case "activation": return Catalogues.activations.names
    case "initializer": return Catalogues.initializers.names
    case "regularizer": return Catalogues.regularizers.names
    case "layer": return Catalogues.layers.names
    case "loss": return Catalogues.losses.names
    case "optimizer": return Catalogues.optimizers.names
    case "metric": return Catalogues.metrics.names
    case "quantity": return Quantity.allCases.map(\.rawValue)
    case "kind": return kinds
    default:
      throw DenseError(
        .unknownName, "kind: expected one of: \(kinds.joined(separator: ", ")); received '\(kind)'")
    }
  }
}
