import Foundation

/// Generates the C header, the export map and the Python tables from Sources/DenseABI.
///
///     BindingGenerator [--check] [--root DIRECTORY]
///
/// Writes the files that differ. With `--check` it writes nothing, says what would change and fails if anything would.
@main
struct BindingGenerator {
  static func main() {
    do {
      let options = try Options(Array(CommandLine.arguments.dropFirst()))
      let outputs = try Output.all(of: InterfaceReader(root: options.root).read())
      if options.isCheck { try check(outputs, in: options.root) } else { try write(outputs, in: options.root) }
    } catch {
      FileHandle.standardError.write(Data("BindingGenerator: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func write(_ outputs: [Output], in root: URL) throws {
    for output in outputs where try output.write(in: root) { print("wrote \(output.path)") }
  }

  private static func check(_ outputs: [Output], in root: URL) throws {
    let differences = outputs.compactMap { $0.difference(in: root) }
    guard differences.isEmpty else {
      throw GeneratorError("run `make generate`", "\n" + differences.joined(separator: "\n"))
    }
  }
}

private struct Options {
  var isCheck = false
  /// The repository: where the command is run.
  var root = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--check": isCheck = true
      case "--root":
        guard let path = rest.popFirst() else { throw GeneratorError("--root", "expected a directory") }
        root = URL(fileURLWithPath: path, isDirectory: true)
      default: throw GeneratorError(argument, "expected [--check] [--root DIRECTORY]")
      }
    }
  }
}
