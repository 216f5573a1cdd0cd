import DenseCompute

extension Network {
  /// The network as JSON text: inputs, seed, layers, and how it is trained.
  public func describe() -> String { JSON.object(description).encoded }

  /// The architecture and the counters; with the tensors, everything that training on needs.
  var description: [JSON.Member] {
    let members = [
      JSON.Member("inputs", .number(Double(inputs))),
      JSON.Member("seed", JSON(exact: seed)),
      JSON.Member("epochs", .number(Double(epochs))),
      JSON.Member(
        "layers",
        .array(layers.map { .object($0.description + [JSON.Member("draws", JSON(exact: $0.randomPosition))]) })),
      JSON.Member("training", trainingDescription),
    ]
    if notes.isEmpty { return members }
    let sorted = notes.sorted { precedes($0.key, $1.key) }
    return members + [JSON.Member("notes", .object(sorted.map { JSON.Member($0.key, .text($0.value)) }))]
  }

  private var trainingDescription: JSON {
    guard let optimizer, let loss else { return .null }
    return .object([
      JSON.Member("optimizer", JSON(optimizer.configuration)),
      JSON.Member("loss", JSON(loss.configuration)),
      JSON.Member("metrics", .array(metrics.map { JSON($0.configuration) })),
      JSON.Member("iterations", .number(Double(iterations))),
    ])
  }
}
