import Foundation
import SwiftSyntax

/// Reads the interface from the sources.
struct InterfaceReader {
  /// The files with exported functions, in the order of the header.
  static let sections = [
    "Library", "Layer", "LayerCompute", "LayerParameter", "Optimizer", "Loss", "Metric", "Network", "NetworkTraining",
    "NetworkCompute", "NetworkDescription", "FitOptions", "History", "Predictor", "PredictorOptions",
  ]

  let root: URL

  func read() throws -> Interface {
    let types = try SourceFile("Sources/DenseABI/Boundary/Types.swift", in: root)
    let errors = try SourceFile("Sources/DenseCompute/DenseError.swift", in: root)
    let interface = Interface(
      version: try version(),
      statuses: try constants(of: "Code", in: errors),
      events: try constants(of: "ProgressEvent", in: types),
      handles: try handles(in: types),
      callback: try callback(in: types),
      sections: try sections())
    try Validator(interface: interface).check()
    return interface
  }

  private func version() throws -> Version {
    let file = try SourceFile("Sources/Dense/Version.swift", in: root)
    var numbers: [String: Int] = [:]
    for declaration in file.declarations(VariableDeclSyntax.self) {
      for binding in declaration.bindings {
        guard let value = binding.initializer?.value.as(IntegerLiteralExprSyntax.self) else { continue }
        numbers[binding.pattern.trimmedDescription] = Int(value.literal.text)
      }
    }
    guard let major = numbers["major"], let minor = numbers["minor"], let patch = numbers["patch"] else {
      throw GeneratorError(file.path, "expected whole numbers major, minor and patch")
    }
    return Version(major: major, minor: minor, patch: patch)
  }

  private func constants(of name: String, in file: SourceFile) throws -> [Constant] {
    guard let declaration = file.declarations(EnumDeclSyntax.self).first(where: { $0.name.text == name }) else {
      throw GeneratorError(file.path, "expected an enum \(name)")
    }
    return try declaration.memberBlock.members.compactMap { $0.decl.as(EnumCaseDeclSyntax.self) }.map { node in
      guard node.elements.count == 1, let element = node.elements.first,
        let value = element.rawValue.flatMap({ Int($0.value.trimmedDescription) })
      else { throw GeneratorError(file.location(of: node), "expected one case with its number") }
      let text = try file.documentation(of: node).paragraphs.joined(separator: " ")
      return Constant(name: element.name.text.snakeCased, value: value, documentation: text)
    }
  }

  private func handles(in file: SourceFile) throws -> [Handle] {
    let reader = TypeReader(location: file.path)
    return try file.declarations(TypeAliasDeclSyntax.self).compactMap { node in
      guard let name = reader.handleName(node.name.text) else { return nil }
      return Handle(cName: name, documentation: try file.documentation(of: node).paragraphs.joined(separator: " "))
    }
  }

  private func callback(in file: SourceFile) throws -> Callback {
    let alias = file.declarations(TypeAliasDeclSyntax.self).first { $0.name.text == "ProgressCallback" }
    guard let alias, let type = alias.initializer.value.as(AttributedTypeSyntax.self)?.baseType,
      let function = type.as(FunctionTypeSyntax.self)
    else { throw GeneratorError(file.path, "expected a function type ProgressCallback") }
    let documentation = try file.documentation(of: alias)
    let reader = TypeReader(location: file.location(of: alias))
    let parameters = try function.parameters.map { parameter in
      try self.parameter(
        named: parameter.secondName?.text ?? "", type: parameter.type, documentation: documentation, reader: reader)
    }
    return Callback(parameters: parameters, documentation: documentation)
  }

  private func sections() throws -> [Section] {
    let folder = "Sources/DenseABI/Functions"
    let present = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)
    let known = Set(Self.sections.map { "\($0)Functions.swift" })
    for name in present.sorted() where !known.contains(name) {
      throw GeneratorError("\(folder)/\(name)", "has no place in the order of sections; add it to InterfaceReader")
    }
    return try Self.sections.map { name in
      let file = try SourceFile("\(folder)/\(name)Functions.swift", in: root)
      let heading = try file.heading()
      let functions = try file.declarations(FunctionDeclSyntax.self).compactMap { try function($0, in: file) }
      return Section(title: heading.title, overview: heading.overview, functions: functions)
    }
  }

  /// None for a function that is not exported.
  private func function(_ node: FunctionDeclSyntax, in file: SourceFile) throws -> Function? {
    let attribute = node.attributes.lazy.compactMap { $0.as(AttributeSyntax.self) }.first {
      $0.attributeName.trimmedDescription == "_cdecl"
    }
    guard let attribute else { return nil }
    let location = file.location(of: node)
    let literal = attribute.arguments?.as(LabeledExprListSyntax.self)?.first?.expression
    guard let name = literal?.as(StringLiteralExprSyntax.self)?.representedLiteralValue else {
      throw GeneratorError(location, "expected the name of the C function")
    }
    let documentation = try file.documentation(of: node)
    let reader = TypeReader(location: location)
    let parameters = try node.signature.parameterClause.parameters.map { parameter in
      try self.parameter(
        named: parameter.firstName.text, type: parameter.type, documentation: documentation, reader: reader)
    }
    let result = try reader.functionResult(node.signature.returnClause?.type)
    return Function(
      name: name, parameters: parameters, result: result, documentation: documentation, location: location)
  }

  private func parameter(
    named name: String, type: TypeSyntax, documentation: Documentation, reader: TypeReader
  ) throws -> Parameter {
    let name = name.snakeCased
    guard let text = documentation.text(of: name) else {
      throw GeneratorError(reader.location, "the parameter \(name) has no documentation")
    }
    return Parameter(name: name, type: try reader.parameter(type), shape: Shape(text)?.extents ?? [])
  }
}
