import Foundation

/// Calls `body` with the root of a tree of files with these contents, as the system mounts one.
func withSystemFiles<R>(_ files: [String: String], _ body: (_ root: String) throws -> R) throws -> R {
  let root = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  defer { try? FileManager.default.removeItem(at: root) }
  for (path, contents) in files {
    let file = root.appending(path: path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(contents.utf8).write(to: file)
  }
  return try body(root.path(percentEncoded: false))
}
