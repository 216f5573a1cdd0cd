#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Short texts that the system keeps as files.
enum SystemFile {
  /// A file's text, as far as the system gives it at once.
  static func contents(of path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    return withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
      let count = read(file, buffer.baseAddress, buffer.count)
      return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
  }

  /// A file's first line.
  static func line(_ path: String) -> String? {
    contents(of: path)?.split(whereSeparator: \.isNewline).first.map(String.init)
  }
}
