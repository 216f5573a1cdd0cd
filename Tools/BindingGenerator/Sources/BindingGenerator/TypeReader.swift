import SwiftSyntax

/// Translates the types of `Sources/DenseABI/Boundary/Types.swift`. Only what is listed here may stand in a signature.
struct TypeReader {
  var location: String

  func parameter(_ type: TypeSyntax) throws -> ParameterType {
    let (name, argument) = try nameAndArgument(type)
    switch (name, argument) {
    case ("Int32", nil): return .int32
    case ("Int64", nil): return .int64
    case ("UInt64", nil): return .uint64
    case ("Double", nil): return .double
    case ("Status", nil): return .status
    case ("Text", nil): return .text
    case ("TextBuffer", nil): return .textBuffer
    case ("WritableBytes", nil): return .array(.byte, isWritable: true)
    case ("UserPointer", nil): return .user
    case ("ProgressCallback", nil): return .callback
    case ("ReadOnlyArray", let element?): return .array(try self.element(element), isWritable: false)
    case ("WritableArray", let element?): return .array(try self.element(element), isWritable: true)
    case ("Out", let result?): return .out(try self.result(result))
    case ("Const", let handle?):
      if let name = handleName(try nameAndArgument(handle).name) { return .handle(name, isConst: true) }
    default:
      if argument == nil, let name = handleName(name) { return .handle(name, isConst: false) }
    }
    throw GeneratorError(location, "the type '\(type.trimmedDescription)' has no place in a C signature")
  }

  func functionResult(_ type: TypeSyntax?) throws -> ResultType {
    guard let type else { return .none }
    switch try nameAndArgument(type).name {
    case "Status": return .status
    case "Int32": return .int32
    case "Int64": return .int64
    case "Text": return .text
    default: throw GeneratorError(location, "a function cannot return '\(type.trimmedDescription)'")
    }
  }

  /// `LayerHandle` as `dense_layer`.
  func handleName(_ name: String) -> String? {
    name.hasSuffix("Handle") ? "dense_" + String(name.dropLast("Handle".count)).snakeCased : nil
  }

  private func element(_ type: TypeSyntax) throws -> ParameterType.Element {
    switch type.trimmedDescription {
    case "Float": .float
    case "Double": .double
    case "Int64": .int64
    default: throw GeneratorError(location, "an array cannot have elements of type '\(type.trimmedDescription)'")
    }
  }

  private func result(_ type: TypeSyntax) throws -> ParameterType.Result {
    let name = try nameAndArgument(type).name
    switch name {
    case "Int32": return .int32
    case "Int64": return .int64
    case "Double": return .double
    case "Text": return .text
    default:
      if let handle = handleName(name) { return .handle(handle) }
      throw GeneratorError(location, "a result cannot be of type '\(type.trimmedDescription)'")
    }
  }

  /// Every pointer is optional, since C can pass NULL for any of them; so the question mark says nothing here.
  private func nameAndArgument(_ type: TypeSyntax) throws -> (name: String, argument: TypeSyntax?) {
    if let optional = type.as(OptionalTypeSyntax.self) { return try nameAndArgument(optional.wrappedType) }
    guard let identifier = type.as(IdentifierTypeSyntax.self) else {
      throw GeneratorError(location, "the type '\(type.trimmedDescription)' has no place in a C signature")
    }
    guard let arguments = identifier.genericArgumentClause?.arguments else { return (identifier.name.text, nil) }
    guard arguments.count == 1, case .type(let argument)? = arguments.first?.argument else {
      throw GeneratorError(location, "expected one type argument in '\(type.trimmedDescription)'")
    }
    return (identifier.name.text, argument)
  }
}
