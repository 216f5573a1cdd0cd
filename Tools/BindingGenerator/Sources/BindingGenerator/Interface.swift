/// Everything that the generated files say, read from the sources.
struct Interface {
  var version: Version
  var statuses: [Constant]
  var events: [Constant]
  var handles: [Handle]
  var callback: Callback
  var sections: [Section]

  var functions: [Function] { sections.flatMap(\.functions) }
}

/// The version of the library.
struct Version {
  var major: Int
  var minor: Int
  var patch: Int

  var text: String { "\(major).\(minor).\(patch)" }
  var number: Int { major * 10000 + minor * 100 + patch }
}

/// A named number with its meaning.
struct Constant {
  /// In snake case, without a prefix.
  var name: String
  var value: Int
  var documentation: String
}

/// An opaque type.
struct Handle {
  var cName: String
  var documentation: String
}

/// The type of a function that the caller gives.
struct Callback {
  var parameters: [Parameter]
  var documentation: Documentation
}

/// Functions that belong together, under one heading.
struct Section {
  var title: String
  var overview: [String]
  var functions: [Function]
}

/// A function of the C ABI.
struct Function {
  var name: String
  var parameters: [Parameter]
  var result: ResultType
  var documentation: Documentation
  var location: String

  /// The name in Python: without the prefix.
  var shortName: String { String(name.dropFirst("dense_".count)) }
}

enum ResultType {
  case none
  case status
  case int32
  case int64
  case text
}

struct Parameter {
  var name: String
  var type: ParameterType
  /// For arrays: the parameters whose product is the number of elements.
  var shape: [String] = []
}

enum ParameterType: Equatable {
  case int32, int64, uint64, double, status
  case text
  /// `char *` in front of a capacity and an `out(.int64)` for the length.
  case textBuffer
  case array(Element, isWritable: Bool)
  case handle(String, isConst: Bool)
  case out(Result)
  case callback
  case user

  enum Element: Equatable {
    case float, double, int64
    /// Memory without a type.
    case byte
  }

  enum Result: Equatable {
    case int32, int64, double, text
    case handle(String)
  }
}

/// What is wrong with the sources, with the place.
struct GeneratorError: Error, CustomStringConvertible {
  var description: String

  init(_ location: String, _ message: String) { description = "\(location): \(message)" }
}
