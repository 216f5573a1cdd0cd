import Foundation
import SwiftParser
import SwiftSyntax

/// A parsed file, with its doc comments.
struct SourceFile {
  let path: String
  let syntax: SourceFileSyntax
  private let converter: SourceLocationConverter

  /// - Parameter path: Relative to `root`, for messages.
  init(_ path: String, in root: URL) throws {
    self.path = path
    syntax = Parser.parse(source: try String(contentsOf: root.appending(path: path), encoding: .utf8))
    converter = SourceLocationConverter(fileName: path, tree: syntax)
  }

  func location(of node: some SyntaxProtocol) -> String {
    let location = node.startLocation(converter: converter)
    return "\(path):\(location.line)"
  }

  /// The text behind `///` in front of `node`.
  func documentation(of node: some SyntaxProtocol) throws -> Documentation {
    let lines = node.leadingTrivia.compactMap { piece in
      if case .docLineComment(let text) = piece { String(text.dropFirst(3)) } else { nil as String? }
    }
    guard !lines.isEmpty else { throw GeneratorError(location(of: node), "expected a doc comment") }
    return try Documentation(lines: lines, location: location(of: node))
  }

  /// The plain comment that opens the file: a title, and paragraphs about what follows.
  func heading() throws -> (title: String, overview: [String]) {
    let lines = syntax.leadingTrivia.compactMap { piece in
      if case .lineComment(let text) = piece { String(text.dropFirst(2)) } else { nil as String? }
    }
    let paragraphs = try Documentation(lines: lines, location: path).paragraphs
    guard let title = paragraphs.first else {
      throw GeneratorError(path, "expected a comment with the section's title")
    }
    return (title, Array(paragraphs.dropFirst()))
  }

  func declarations<Declaration: DeclSyntaxProtocol>(_: Declaration.Type) -> [Declaration] {
    let finder = Finder<Declaration>(viewMode: .sourceAccurate)
    finder.walk(syntax)
    return finder.found
  }
}

private final class Finder<Declaration: DeclSyntaxProtocol>: SyntaxAnyVisitor {
  var found: [Declaration] = []

  override func visitAny(_ node: Syntax) -> SyntaxVisitorContinueKind {
    if let declaration = node.as(Declaration.self) { found.append(declaration) }
    return .visitChildren
  }
}
