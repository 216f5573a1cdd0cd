/// Turns documentation of Swift declarations into lines of a C comment.
struct DocumentationText {
  private let statuses: Set<String>

  init(_ interface: Interface) {
    statuses = Set(interface.statuses.map(\.name))
  }

  /// - Parameter result: None for a callback.
  func lines(
    _ documentation: Documentation, parameters: [Parameter], result: ResultType?, location: String
  ) throws -> [String] {
    var lines: [String] = []
    for paragraph in documentation.paragraphs {
      if !lines.isEmpty { lines.append("") }
      lines.append(paragraph)
    }
    lines.append("")
    for parameter in parameters {
      let text = documentation.text(of: parameter.name) ?? ""
      let shape = Shape(text)
      let extents = shape.map { "[\($0.extents.joined(separator: " x "))] \($0.rest)" }
      lines.append("@param \(parameter.name) \(extents ?? text)")
    }
    switch result {
    case .status?:
      lines.append("@return DENSE_OK, or an error. \(documentation.errors ?? "")")
    case .int32?, .int64?, .text?, nil:
      lines.append("@return \(documentation.returns ?? "")")
    case ResultType.none?: break
    }
    if let threads = documentation.threads { lines.append("@threadsafety \(threads)") }
    if let since = documentation.since { lines.append("@since \(since)") }
    return try lines.map { try resolve($0, location: location) }
  }

  /// Replaces a code such as `.shapeMismatch`, in backticks, by its name in C, and drops other backticks.
  func resolve(_ text: String, location: String) throws -> String {
    var result = ""
    for (index, part) in text.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
      guard index % 2 == 1, part.hasPrefix(".") else {
        result += part
        continue
      }
      let name = String(part.dropFirst()).snakeCased
      guard statuses.contains(name) else { throw GeneratorError(location, "there is no status '\(part)'") }
      result += "DENSE_ERROR_" + name.uppercased()
    }
    return result
  }
}
