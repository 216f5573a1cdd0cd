import Dense
import DenseCompute

/// Values of an input row and of an output row.
struct Shape {
  var inputs: Int
  var outputs: Int
}

extension Layer {
  /// Throws `invalidState` before the layer is built.
  var builtShape: Shape {
    get throws(DenseError) {
      guard let inputs, let outputs else {
        throw DenseError(.invalidState, "layer: expected one that is built, received a call before that")
      }
      return Shape(inputs: inputs, outputs: outputs)
    }
  }
}

extension Network {
  /// Throws `invalidState` before the network is built.
  var builtShape: Shape {
    get throws(DenseError) {
      guard let outputs else {
        throw DenseError(.invalidState, "network: expected one that is built, received a call before that")
      }
      return Shape(inputs: inputs, outputs: outputs)
    }
  }

  /// Throws `invalidState` before the network is compiled.
  var compiledResultNames: [String] {
    get throws(DenseError) {
      guard isCompiled else {
        throw DenseError(.invalidState, "network: expected one that is compiled, received a call before that")
      }
      return resultNames
    }
  }
}
