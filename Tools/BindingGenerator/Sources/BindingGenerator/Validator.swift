/// Rules that a reader of the header relies on, and that the types alone do not ensure.
struct Validator {
  let interface: Interface

  func check() throws {
    var names: Set<String> = []
    for function in interface.functions {
      guard function.name.hasPrefix("dense_"), names.insert(function.name).inserted else {
        throw GeneratorError(function.location, "'\(function.name)' is taken, or does not begin with 'dense_'")
      }
      try checkDocumentation(of: function)
      try checkParameters(function.parameters, of: function.location)
      try checkOrder(of: function)
    }
    try checkParameters(interface.callback.parameters, of: "ProgressCallback")
  }

  private func checkDocumentation(of function: Function) throws {
    let documentation = function.documentation
    guard documentation.threads != nil, documentation.since != nil else {
      throw GeneratorError(function.location, "expected '- Threads:' and '- Since:' in the documentation")
    }
    for (name, _) in documentation.parameters where !function.parameters.contains(where: { $0.name == name }) {
      throw GeneratorError(function.location, "documents '\(name)', which is no parameter")
    }
    switch function.result {
    case .int32, .int64, .text:
      guard documentation.returns != nil else { throw GeneratorError(function.location, "expected '- Returns:'") }
    case .none, .status: break
    }
  }

  private func checkParameters(_ parameters: [Parameter], of location: String) throws {
    for (index, parameter) in parameters.enumerated() {
      switch parameter.type {
      case .array:
        let counts = parameters.filter { $0.type == .int64 }.map(\.name)
        guard !parameter.shape.isEmpty, parameter.shape.allSatisfy(counts.contains) else {
          throw GeneratorError(
            location, "the documentation of \(parameter.name) must begin with its shape, such as [rows, columns]")
        }
      case .textBuffer:
        let rest = parameters[(index + 1)...].map(\.type)
        guard rest == [.int64, .out(.int64)] else {
          throw GeneratorError(location, "\(parameter.name) must be followed by capacity and length alone")
        }
      default: break
      }
    }
  }

  /// Results come last, so that bindings can return them.
  private func checkOrder(of function: Function) throws {
    var seesResult = false
    for parameter in function.parameters {
      if case .out = parameter.type {
        seesResult = true
      } else if seesResult {
        throw GeneratorError(function.location, "\(parameter.name) stands behind a result")
      }
    }
  }
}
