public import DenseCompute

/// One parameter array of a layer.
public struct Parameter: Sendable, Equatable {
  /// "kernel", "bias", "gamma", "beta", "moving_mean" or "moving_variance".
  public let name: String
  /// A vector has one row.
  public let rows: Int
  public let columns: Int
  /// Whether training changes it. Moving statistics and the parameters of a frozen layer are not trainable.
  public let isTrainable: Bool

  public var count: Int { rows * columns }
}

extension Layer {
  /// The parameter arrays in Keras's order; empty before the layer was built.
  public final var parameters: [Parameter] {
    (plan?.parameters ?? []).map { parameter in
      Parameter(
        name: parameter.name, rows: parameter.rows, columns: parameter.columns,
        isTrainable: isTrainable && parameter.role != .statistic)
    }
  }

  /// The values of a parameter, row-major.
  /// Throws `invalidState` before the layer was built and `unknownName` with the valid names.
  public final func values(of parameter: String) throws(DenseError) -> [Float] {
    let (storage, place, _) = try locate(parameter)
    return place.shape.unpacked(storage.parameters + place.offset)
  }

  /// The gradients that `backward` has added up for a parameter, row-major.
  /// Throws `invalidArgument` for a moving statistic, which has none.
  public final func gradient(of parameter: String) throws(DenseError) -> [Float] {
    let (storage, place, role) = try locate(parameter)
    guard role != .statistic else {
      throw DenseError(.invalidArgument, "\(label): '\(parameter)' follows the data and has no gradient")
    }
    return place.shape.unpacked(try storage.settledGradients() + place.offset)
  }

  /// Changes the values of a parameter. Throws `shapeMismatch` where `values` has not as many as the parameter.
  public final func setValues(
    of parameter: String, _ values: UnsafeBufferPointer<Float>
  ) throws(DenseError) {
    let (storage, place, _) = try locate(parameter)
    guard values.count == place.shape.count, let base = values.baseAddress else {
      throw DenseError(
        .shapeMismatch, "\(label): expected \(place.shape.count) values of '\(parameter)', received \(values.count)")
    }
    place.shape.pack(base, into: storage.parameters + place.offset)
    storage.touch()
  }

  /// Changes the values of a parameter. Throws `shapeMismatch` where `values` has not as many as the parameter.
  public final func setValues(of parameter: String, _ values: [Float]) throws(DenseError) {
    try values.withUnsafeBufferPointer { (buffer) throws(DenseError) in try setValues(of: parameter, buffer) }
  }

  private func locate(
    _ name: String
  ) throws(DenseError) -> (ParameterStorage, ParameterPlace, ParameterSpecification.Role) {
    let (plan, storage) = try built()
    guard let index = plan.parameters.firstIndex(where: { $0.name == name }) else {
      let valid = plan.parameters.isEmpty ? "it has none" : "expected one of: \(names(plan))"
      throw DenseError(.unknownName, "\(label) has no parameter '\(name)'; \(valid)")
    }
    let parameter = plan.parameters[index]
    return (storage, ParameterPlace(offset: offsets[index], shape: parameter.shape), parameter.role)
  }

  private func names(_ plan: LayerPlan) -> String { plan.parameters.map(\.name).joined(separator: ", ") }

  /// The plan and the storage, or `invalidState` before the layer was built.
  final func built() throws(DenseError) -> (LayerPlan, ParameterStorage) {
    guard let plan, let storage else {
      throw DenseError(.invalidState, "expected \(label) to be built, received a call before that")
    }
    return (plan, storage)
  }

  /// Adds the arrays that an optimizer changes; none of a frozen layer.
  final func addTrainableArrays(to arrays: inout TrainableArrays) {
    guard isTrainable, let plan else { return }
    for (parameter, offset) in zip(plan.parameters, offsets) where parameter.role != .statistic {
      arrays.append(
        ParameterPlace(offset: offset, shape: parameter.shape),
        label: "\(parameter.name) of \(label)")
    }
  }

  /// The penalty of all regularized parameters.
  final var penalty: Double {
    guard let plan, let storage else { return 0 }
    var sum = 0.0
    for (index, parameter) in plan.parameters.enumerated() {
      guard let regularizer = parameter.regularizer else { continue }
      sum += regularizer.penalty(storage.parameters + offsets[index], count: parameter.rows * parameter.columns)
    }
    return sum
  }

  /// Adds the gradients of the penalties.
  final func addPenaltyGradients() throws(DenseError) {
    guard isTrainable, let plan, let storage else { return }
    for (index, parameter) in plan.parameters.enumerated() {
      guard let regularizer = parameter.regularizer else { continue }
      regularizer.addGradient(
        storage.parameters + offsets[index], to: try storage.makeGradients() + offsets[index],
        count: parameter.rows * parameter.columns)
    }
  }

  /// Starts the draws of training anew.
  final func reseed(_ seed: UInt64, index: Int) {
    random = RandomStream(
      seed: explicitSeed.map { UInt64(bitPattern: Int64($0)) } ?? seed,
      stream: RandomStreams.training(layer: index))
    randomPosition = 0
  }

  /// Takes `count` draws of training, and returns the first one's number.
  final func takeDraws(_ count: Int) -> UInt64 {
    defer { randomPosition &+= UInt64(truncatingIfNeeded: count) }
    return randomPosition
  }

  /// Draws the first values of all parameters.
  /// - Parameters:
  ///   - index: the position in the network, which picks the random streams.
  ///   - scratch: made for a plan like the layer's.
  final func initialize(seed: UInt64, index: Int, _ scratch: RowMajorScratch) {
    reseed(seed, index: index)
    guard let plan, let storage else { return }
    for (position, parameter) in plan.parameters.enumerated() {
      // Keras's rule: a vector's fans are both its length.
      let fanIn = parameter.isVector ? parameter.columns : parameter.rows
      let (place, shape) = (storage.parameters + offsets[position], parameter.shape)
      parameter.initializer.fill(
        shape.isRowMajor ? place : scratch.pointer, rows: parameter.rows, columns: parameter.columns, fanIn: fanIn,
        fanOut: parameter.columns,
        random: RandomStream(seed: seed, stream: RandomStreams.initial(layer: index, parameter: position)))
      if !shape.isRowMajor { shape.pack(scratch.pointer, into: place) }
    }
    storage.touch()
  }
}
