// Networks: making
//
// Create a network, add layers, compile it, fit it. Functions that take a `const dense_network *` leave it as it is,
// so any number of threads may be in them at once, while none is in another function on that network or its layers.

import Dense
import DenseCompute

/// Makes a network without layers.
///
/// - Parameters:
///   - inputs: Values of an input row, at least 1.
///   - network: Takes the handle. The caller ends it with `dense_network_destroy`.
/// - Errors: `.invalidArgument` where `inputs` is below 1.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_network_create")
public func networkCreate(inputs: Int64, network: Out<NetworkHandle?>?) -> Status {
  status { () throws(DenseError) in
    let place = try Arguments.required(network, "network")
    let made = try Network(inputs: try Arguments.count(inputs, "inputs"))
    try Handles.open(made, as: .network, into: place)
  }
}

/// Ends a handle, and the network with it once no call uses it any more. Waits for predictions with the network that run
/// on other threads.
///
/// - Parameter network: A handle, or NULL, which does nothing. A handle that is not open sets the thread's last error
///   and does nothing else.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_network_destroy")
public func networkDestroy(network: NetworkHandle?) {
  Handles.destroy(network, "network", as: .network)
}

/// Appends a layer. Network and handle share the layer from then on; the caller still ends his handle. A layer that is
/// built brings its parameters along.
///
/// - Parameters:
///   - network: A network that is not built.
///   - layer: A layer that belongs to no network. Without a name it gets one: its kind, with a number where that is
///     taken.
/// - Errors: `.invalidState` where the network is built, or the layer belongs to a network. `.invalidArgument` where
///   another layer has the same name.
/// - Threads: One thread at a time for each network and its layers.
/// - Since: 0.1.0
@_cdecl("dense_network_add")
public func networkAdd(network: NetworkHandle?, layer: LayerHandle?) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    try network.add(try Handles.layer(layer))
  }
}

/// How many layers were added.
///
/// - Parameters:
///   - network: A network.
///   - count: Takes the number.
/// - Threads: Any number of threads at once, while none changes the network.
/// - Since: 0.1.0
@_cdecl("dense_network_layer_count")
public func networkLayerCount(network: Const<NetworkHandle>?, count: Out<Int64>?) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    try Arguments.required(count, "count").pointee = Int64(network.layers.count)
  }
}

/// Gives a handle of one layer of the network.
///
/// - Parameters:
///   - network: A network.
///   - index: Which layer, from 0.
///   - layer: Takes a new handle, which shares the layer with the network. The caller ends it with
///     `dense_layer_destroy`; it stays usable after the network's end.
/// - Errors: `.invalidArgument` where `index` is out of range.
/// - Threads: Any number of threads at once, while none changes the network.
/// - Since: 0.1.0
@_cdecl("dense_network_layer")
public func networkLayer(network: Const<NetworkHandle>?, index: Int64, layer: Out<LayerHandle?>?) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    let place = try Arguments.required(layer, "layer")
    let index = try Arguments.index(index, "index", below: network.layers.count)
    try Handles.open(network.layers[index], as: .layer, into: place)
  }
}

/// Fixes all that is drawn by chance: first weights, shuffling and dropout. The same seed gives the same bits.
///
/// - Parameters:
///   - network: A network. Once it is built, the seed changes the order of rows alone.
///   - seed: Any number; 0 at first.
/// - Threads: One thread at a time for each network and its layers.
/// - Since: 0.1.0
@_cdecl("dense_network_set_seed")
public func networkSetSeed(network: NetworkHandle?, seed: UInt64) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    network.seed = seed
  }
}

/// Makes all parameters and draws their first values. `dense_network_compile` does so too; a network that is built
/// already stays as it is.
///
/// - Parameter network: A network with at least one layer.
/// - Errors: `.invalidState` where there is no layer. `.invalidArgument` where one lacks a setting such as "units".
///   `.shapeMismatch` where one was built for other inputs. `.sizeOverflow` and `.outOfMemory` where the parameters do
///   not fit. Then the network is as before.
/// - Threads: One thread at a time for each network and its layers.
/// - Since: 0.1.0
@_cdecl("dense_network_build")
public func networkBuild(network: NetworkHandle?) -> Status {
  status { () throws(DenseError) in
    try Handles.network(network).build()
  }
}
