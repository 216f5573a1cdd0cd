/// What the Python back ends do with a parameter, in the words of `densepy/_abi.py`.
///
/// A text buffer with its capacity and length is one "string", which Python returns; a callback with its user pointer
/// is one "progress".
enum PythonKind {
  static func kinds(of function: Function) -> [(parameter: Parameter, kind: String)] {
    var kinds: [(parameter: Parameter, kind: String)] = []
    for parameter in function.parameters {
      if kinds.last?.kind == "string" || parameter.type == .user { continue }
      kinds.append((parameter, kind(of: parameter.type)))
    }
    return kinds
  }

  static func result(of function: Function) -> String {
    switch function.result {
    case .none: "void"
    case .status: "status"
    case .int32: "i32"
    case .int64: "i64"
    case .text: "text"
    }
  }

  static func isResult(_ kind: String) -> Bool { kind == "string" || kind.hasPrefix("out ") }

  private static func kind(of type: ParameterType) -> String {
    switch type {
    case .int32, .status: "i32"
    case .int64: "i64"
    case .uint64: "u64"
    case .double: "f64"
    case .text: "text"
    case .textBuffer: "string"
    case .array(.float, let isWritable): isWritable ? "inout f32" : "in f32"
    case .array(.double, let isWritable): isWritable ? "inout f64" : "in f64"
    case .array(.int64, let isWritable): isWritable ? "inout i64" : "in i64"
    case .array(.byte, let isWritable): isWritable ? "inout u8" : "in u8"
    case .handle: "handle"
    case .out(.int32): "out i32"
    case .out(.int64): "out i64"
    case .out(.double): "out f64"
    case .out(.text): "out text"
    case .out(.handle): "out handle"
    case .callback: "progress"
    case .user: "user"
    }
  }
}
