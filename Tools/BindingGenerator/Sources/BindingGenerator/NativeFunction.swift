/// One wrapper of `densepy/_native_functions.h`.
struct NativeFunction {
  private let function: Function
  private let kinds: [(parameter: Parameter, kind: String)]

  init(_ function: Function) {
    self.function = function
    kinds = PythonKind.kinds(of: function)
  }

  func write() -> String {
    let name = function.shortName
    let usesArguments = kinds.contains { !PythonKind.isResult($0.kind) }
    var lines = ["static PyObject *py_\(name)(PyObject *self, PyObject *const *given, Py_ssize_t given_count) {"]
    lines.append(usesArguments ? "  (void)self;" : "  (void)self, (void)given;")
    lines += declarations
    lines.append("  PyObject *returned = NULL;")
    lines += takes
    lines += function.shortForm == .string ? stringCall : call
    if hasArrays {
      lines.append("done:")
      for (parameter, kind) in kinds where kind.hasPrefix("in") {
        lines.append("  if (\(parameter.name).obj != NULL) PyBuffer_Release(&\(parameter.name));")
      }
    }
    return (lines + ["  return returned;", "}", ""]).joined(separator: "\n")
  }

  private var hasArrays: Bool { kinds.contains { $0.kind.hasPrefix("in") } }

  private var declarations: [String] {
    kinds.flatMap { parameter, kind -> [String] in
      let name = parameter.name
      switch kind {
      case "i32", "out i32": return ["  int32_t \(name) = 0;"]
      case "i64", "out i64": return ["  int64_t \(name) = 0;"]
      case "u64": return ["  uint64_t \(name) = 0;"]
      case "f64", "out f64": return ["  double \(name) = 0;"]
      case "text", "out text": return ["  const char *\(name) = NULL;"]
      case "handle": return ["  void *\(name) = NULL;"]
      case "out handle":
        guard case .out(.handle(let type)) = parameter.type else { return [] }
        return ["  \(type) *\(name) = NULL;"]
      case "string": return ["  int64_t length = 0;"]
      default: return ["  Py_buffer \(name) = {0};"]
      }
    }
  }

  private var takes: [String] {
    let arguments = kinds.filter { !PythonKind.isResult($0.kind) }
    var conditions = ["!take_count(\"\(function.shortName)\", given_count, \(arguments.count))"]
    for (index, argument) in arguments.enumerated() { conditions.append(take(argument, at: index)) }
    for (parameter, kind) in arguments where kind.hasPrefix("in") {
      let columns = parameter.shape.count > 1 ? parameter.shape[1] : "1"
      conditions.append(
        "!take_extent(&\(parameter.name), \"\(parameter.name)\", \(parameter.shape[0]), \(columns))")
    }
    let otherwise = hasArrays ? "goto done" : "return NULL"
    return ["  if (\(conditions.joined(separator: "\n      || ")))", "    \(otherwise);"]
  }

  private func take(_ argument: (parameter: Parameter, kind: String), at index: Int) -> String {
    let name = argument.parameter.name
    switch argument.kind.split(separator: " ").first {
    case "in": return "!take_array(given[\(index)], \"\(format(of: argument.kind))\", &\(name))"
    case "inout": return "!take_writable(given[\(index)], \"\(format(of: argument.kind))\", &\(name))"
    default: return "!take_\(argument.kind)(given[\(index)], &\(name))"
    }
  }

  /// The letter of Python's struct module.
  private func format(of kind: String) -> String {
    if kind.hasSuffix("f32") { return "f" }
    if kind.hasSuffix("u8") { return "B" }
    return kind.hasSuffix("f64") ? "d" : "q"
  }

  private func passed(text: String = "", capacity: String = "") -> String {
    kinds.map { parameter, kind in
      if kind == "string" { return "\(text), \(capacity), &length" }
      if kind.hasPrefix("out ") { return "&\(parameter.name)" }
      return kind.hasPrefix("in") ? "\(parameter.name).buf" : parameter.name
    }.joined(separator: ", ")
  }

  private var call: [String] {
    let call = "library.\(function.shortName)(\(passed()))"
    switch function.shortForm {
    case .void: return ["  \(call);", "  returned = give_none();"]
    case .value(let kind): return ["  returned = give_\(kind)(\(call));"]
    case .status, .string:
      var lines: [String]
      if function.computes {
        lines = ["  dense_status answer;", "  Py_BEGIN_ALLOW_THREADS", "  answer = \(call);", "  Py_END_ALLOW_THREADS"]
      } else {
        lines = ["  dense_status answer = \(call);"]
      }
      return lines + ["  returned = answer == DENSE_OK ? \(given) : give_failure(answer);"]
    }
  }

  /// The results as one Python object.
  private var given: String {
    let results = kinds.filter { $0.kind.hasPrefix("out ") }.map { parameter, kind in
      "give_\(kind.dropFirst("out ".count))(\(parameter.name))"
    }
    if results.isEmpty { return "give_none()" }
    if results.count == 1 { return results[0] }
    let formats = String(repeating: "N", count: results.count)
    return "Py_BuildValue(\"(\(formats))\", \(results.joined(separator: ", ")))"
  }

  private var stringCall: [String] {
    [
      "  dense_status answer = library.\(function.shortName)(\(passed(text: "NULL", capacity: "0")));",
      "  if (answer != DENSE_OK) return give_failure(answer);",
      "  char *text = take_memory(length);",
      "  if (text == NULL) return NULL;",
      "  answer = library.\(function.shortName)(\(passed(text: "text", capacity: "length + 1")));",
      "  returned = answer == DENSE_OK ? give_string(text, length) : give_failure(answer);",
      "  give_back(text);",
    ]
  }
}

extension Function {
  enum ShortForm: Equatable {
    case void, status, string
    case value(String)
  }

  /// How the result reaches Python.
  var shortForm: ShortForm {
    if parameters.contains(where: { $0.type == .textBuffer }) { return .string }
    switch PythonKind.result(of: self) {
    case "void": return .void
    case "status": return .status
    case let kind: return .value(kind)
    }
  }

  /// True where a call may take long, so that Python's lock is released meanwhile: it touches arrays, files or all
  /// weights.
  var computes: Bool {
    let touchesMuch = parameters.contains { parameter in
      if case .array(let element, _) = parameter.type { return element != .int64 }
      return parameter.name == "path"
    }
    return touchesMuch || name.hasSuffix("_build") || name.hasSuffix("_step")
  }
}
