/// How types read in C.
enum CType {
  static func spelling(of result: ResultType) -> String {
    switch result {
    case .none: "void"
    case .status: "dense_status"
    case .int32: "int32_t"
    case .int64: "int64_t"
    case .text: "const char *"
    }
  }

  static func spelling(of type: ParameterType) -> String {
    switch type {
    case .int32: "int32_t"
    case .int64: "int64_t"
    case .uint64: "uint64_t"
    case .double: "double"
    case .status: "dense_status"
    case .text: "const char *"
    case .textBuffer: "char *"
    case .array(let element, let isWritable): (isWritable ? "" : "const ") + spelling(of: element) + " *"
    case .handle(let name, let isConst): (isConst ? "const " : "") + name + " *"
    case .out(let result): spelling(of: result)
    case .callback: "dense_progress_callback"
    case .user: "void *"
    }
  }

  static func spelling(of element: ParameterType.Element) -> String {
    switch element {
    case .float: "float"
    case .double: "double"
    case .int64: "int64_t"
    case .byte: "void"
    }
  }

  private static func spelling(of result: ParameterType.Result) -> String {
    switch result {
    case .int32: "int32_t *"
    case .int64: "int64_t *"
    case .double: "double *"
    case .text: "const char **"
    case .handle(let name): "\(name) **"
    }
  }

  static func declaration(_ parameter: Parameter) -> String {
    let type = spelling(of: parameter.type)
    return type.hasSuffix("*") ? type + parameter.name : "\(type) \(parameter.name)"
  }
}
