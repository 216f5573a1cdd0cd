import Foundation

/// A generated file.
struct Output {
  var path: String
  var text: String

  /// Every file that `interface` determines.
  static func all(of interface: Interface) throws -> [Output] {
    let python = "bindings/python/src/densepy"
    return [
      Output(path: "include/dense.h", text: try HeaderWriter(interface: interface).write()),
      Output(path: "Sources/DenseABI/dense.map", text: ExportMapWriter(interface: interface).write()),
      Output(path: "\(python)/_abi.py", text: CtypesWriter(interface: interface).write()),
      Output(path: "\(python)/_native_functions.h", text: NativeWriter(interface: interface).write()),
    ]
  }

  /// Writes the file if it differs; true where it did.
  func write(in root: URL) throws -> Bool {
    guard present(in: root) != text else { return false }
    let url = root.appending(path: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: url, atomically: true, encoding: .utf8)
    return true
  }

  /// What would change, none where the file is up to date.
  func difference(in root: URL) -> String? {
    guard let old = present(in: root) else { return "\(path): missing" }
    guard old != text else { return nil }
    let changes = text.components(separatedBy: "\n").difference(from: old.components(separatedBy: "\n"))
    let shown = changes.prefix(10).map { change in
      switch change {
      case .remove(let line, let text, _): "  -\(line + 1): \(text)"
      case .insert(let line, let text, _): "  +\(line + 1): \(text)"
      }
    }
    let rest = changes.count > shown.count ? ["  ... and \(changes.count - shown.count) more lines"] : []
    return (["\(path): \(changes.count) lines differ"] + shown + rest).joined(separator: "\n")
  }

  private func present(in root: URL) -> String? {
    try? String(contentsOf: root.appending(path: path), encoding: .utf8)
  }
}
