// Networks: description and files

import Dense
import DenseCompute

/// How many values go into and come out of a row.
///
/// - Parameters:
///   - network: A network that is built.
///   - inputs: Takes the values of an input row.
///   - outputs: Takes the values of an output row.
/// - Errors: `.invalidState` where the network is not built.
/// - Threads: Any number of threads at once, while none changes the network.
/// - Since: 0.1.0
@_cdecl("dense_network_shape")
public func networkShape(network: Const<NetworkHandle>?, inputs: Out<Int64>?, outputs: Out<Int64>?) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    let (inputs, outputs) = (try Arguments.required(inputs, "inputs"), try Arguments.required(outputs, "outputs"))
    let shape = try network.builtShape
    (inputs.pointee, outputs.pointee) = (Int64(shape.inputs), Int64(shape.outputs))
  }
}

/// Calculates a quantity of the network, such as its parameters or its bytes, without making anything.
///
/// - Parameters:
///   - network: A network, built or not.
///   - quantity: Its name, one of `dense_names("quantity", i)`.
///   - batchSize: Rows of a batch, at least 1; matters to activations and work space.
///   - optimizer: Name of the optimizer, which matters to training; NULL for the one the network was compiled with,
///     if any.
///   - value: Takes the number.
/// - Errors: `.unknownName` for an unknown quantity or optimizer. `.sizeOverflow` where the number does not fit.
///   `.invalidState` where there is no layer. `.invalidArgument` where one lacks a setting such as "units".
/// - Threads: Any number of threads at once, while none changes the network.
/// - Since: 0.1.0
@_cdecl("dense_network_count")
public func networkCount(
  network: Const<NetworkHandle>?, quantity: Text?, batchSize: Int64, optimizer: Text?, value: Out<Int64>?
) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    let place = try Arguments.required(value, "value")
    let request = try CountRequest(quantity: quantity, batchSize: batchSize, optimizer: optimizer)
    place.pointee = Int64(
      try network.count(request.quantity, batchSize: request.batchSize, optimizer: request.optimizer))
  }
}

/// Writes a table of layers, output shapes and parameters, with a NUL at the end.
///
/// - Parameters:
///   - network: A network with at least one layer; it need not be built.
///   - text: [capacity] Takes the text; NULL with capacity 0 asks for the length alone.
///   - capacity: Bytes that `text` has room for.
///   - length: Takes the bytes of the whole text, without the NUL, even where `text` has no room for it.
/// - Errors: `.shapeMismatch` where `capacity` is not above the length; then `text` is unchanged. `.invalidState` where
///   there is no layer. `.invalidArgument` where one lacks a setting such as "units".
/// - Threads: Any number of threads at once, while none changes the network.
/// - Since: 0.1.0
@_cdecl("dense_network_summary")
public func networkSummary(
  network: Const<NetworkHandle>?, text: TextBuffer?, capacity: Int64, length: Out<Int64>?
) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    try Arguments.write(try network.summary(), to: text, capacity: capacity, length: length)
  }
}

/// Writes inputs, layers, optimizer, loss and metrics with all their settings as JSON, with a NUL at the end.
///
/// - Parameters:
///   - network: A network.
///   - text: [capacity] Takes the text; NULL with capacity 0 asks for the length alone.
///   - capacity: Bytes that `text` has room for.
///   - length: Takes the bytes of the whole text, without the NUL, even where `text` has no room for it.
/// - Errors: `.shapeMismatch` where `capacity` is not above the length; then `text` is unchanged.
/// - Threads: Any number of threads at once, while none changes the network.
/// - Since: 0.1.0
@_cdecl("dense_network_describe")
public func networkDescribe(
  network: Const<NetworkHandle>?, text: TextBuffer?, capacity: Int64, length: Out<Int64>?
) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    try Arguments.write(network.describe(), to: text, capacity: capacity, length: length)
  }
}

/// Keeps a text of the caller's in the network and in its files, such as the names of its classes. The library does not
/// read it.
///
/// - Parameters:
///   - network: A network.
///   - name: The note's name. A name that begins with the caller's own, as in "myprogram.classes", stays apart from those
///     of others.
///   - text: The note, at most 4096 bytes, in place of the one that had the name; NULL removes it.
/// - Threads: One thread at a time for each network and its layers.
/// - Since: 0.1.0
@_cdecl("dense_network_set_note")
public func networkSetNote(network: NetworkHandle?, name: Text?, text: Text?) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    network.notes[try Arguments.text(name, "name")] = try Arguments.optionalText(text, "text")
  }
}

/// Writes a note that was set or that came with the network's file, with a NUL at the end.
///
/// - Parameters:
///   - network: A network.
///   - name: The note's name. `dense_network_describe` shows all notes.
///   - text: [capacity] Takes the text; NULL with capacity 0 asks for the length alone.
///   - capacity: Bytes that `text` has room for.
///   - length: Takes the bytes of the whole text, without the NUL, even where `text` has no room for it.
/// - Errors: `.unknownName` where there is no such note. `.shapeMismatch` where `capacity` is not above the length; then
///   `text` is unchanged.
/// - Threads: Any number of threads at once, while none changes the network.
/// - Since: 0.1.0
@_cdecl("dense_network_get_note")
public func networkGetNote(
  network: Const<NetworkHandle>?, name: Text?, text: TextBuffer?, capacity: Int64, length: Out<Int64>?
) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    let name = try Arguments.text(name, "name")
    guard let note = network.notes[name] else {
      let names = network.notes.keys.sorted().joined(separator: ", ")
      throw DenseError(
        .unknownName,
        "the network has no note '\(name)'; expected one of: \(names.isEmpty ? "none, as it has no notes" : names)")
    }
    try Arguments.write(note, to: text, capacity: capacity, length: length)
  }
}

/// Writes the network to a file: description, weights, moving statistics and the optimizer's state, so that training
/// goes on from the file as if it had never stopped. The file appears whole or not at all.
///
/// - Parameters:
///   - network: A network that is built.
///   - path: Where to; a file that is there is replaced.
/// - Errors: `.inputOutput` where the file cannot be written. `.invalidState` where the network is not built.
/// - Threads: Any number of threads at once, while none changes the network.
/// - Since: 0.1.0
@_cdecl("dense_network_save")
public func networkSave(network: Const<NetworkHandle>?, path: Text?) -> Status {
  status { () throws(DenseError) in
    let network = try Handles.network(network)
    try network.save(to: try Arguments.text(path, "path"))
  }
}

/// Reads a network from a file that `dense_network_save` wrote.
///
/// - Parameters:
///   - path: The file.
///   - network: Takes the handle of a built network, compiled if it was. The caller ends it with
///     `dense_network_destroy`.
/// - Errors: `.inputOutput` where the file cannot be read. `.fileFormat` where it is torn, damaged or no such file.
///   `.fileVersion` where it needs a newer library.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_network_load")
public func networkLoad(path: Text?, network: Out<NetworkHandle?>?) -> Status {
  status { () throws(DenseError) in
    let place = try Arguments.required(network, "network")
    let loaded = try Network.load(from: try Arguments.text(path, "path"))
    try Handles.open(loaded, as: .network, into: place)
  }
}

/// Calculates a quantity of a network of standard dense layers with bias, from its widths alone.
///
/// - Parameters:
///   - widths: [width_count] Inputs, then the units of each layer: 784, 128, 10.
///   - widthCount: How many widths there are, from 2 to 1024.
///   - optimizer: Name of the optimizer, which matters to training; NULL for none.
///   - batchSize: Rows of a batch, at least 1; matters to activations and work space.
///   - quantity: Its name, one of `dense_names("quantity", i)`.
///   - value: Takes the number.
/// - Errors: `.invalidArgument` for a width below 1. `.unknownName` for an unknown quantity or optimizer.
///   `.sizeOverflow` where the number does not fit.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_calculate")
public func calculate(
  widths: ReadOnlyArray<Int64>?, widthCount: Int64, optimizer: Text?, batchSize: Int64, quantity: Text?,
  value: Out<Int64>?
) -> Status {
  status { () throws(DenseError) in
    let place = try Arguments.required(value, "value")
    let count = try Arguments.integer(widthCount, "width_count", in: 2...1024)
    let values = try Arguments.array(widths, "widths", counts: [count])
    let request = try CountRequest(quantity: quantity, batchSize: batchSize, optimizer: optimizer)
    var layers: [Int] = []
    for index in 0..<count { layers.append(try Arguments.count(values[index], "widths[\(index)]")) }
    place.pointee = Int64(
      try Calculator.count(
        request.quantity, widths: layers, batchSize: request.batchSize, optimizer: request.optimizer))
  }
}
