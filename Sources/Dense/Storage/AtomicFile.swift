import DenseCompute
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Numbers the temporary files of this process.
private let temporaryFiles = Atomic<UInt64>(0)

/// A file that appears under its name whole or not at all.
///
/// Bytes go to a temporary file in the same directory; `commit` forces them to the disk and renames it. Until then,
/// and whenever anything fails or the owner goes away, a file that stood there before stays as it was and the temporary
/// one is removed. A process that is killed meanwhile leaves the old file, or the new one, and perhaps a
/// `.dense-*.tmp` beside it.
struct AtomicFile: ~Copyable {
  /// Where the file will stand: the caller's path, or what it leads to where it is a symbolic link.
  private let path: String
  private let directory: String
  private let temporary: String
  private let descriptor: Int32
  private let size: Int
  private var offset = 0
  private var isOpen = true
  private var isCommitted = false

  /// - Parameter size: how many bytes will be written in all, for messages.
  /// - Throws: `inputOutput` where the directory does not permit it, or what has the name is no regular file.
  init(replacing path: String, size: Int) throws(DenseError) {
    try checkPath(path)
    let target = try Self.target(of: path)
    let directory = Self.directory(of: target.path)
    let number = temporaryFiles.add(1, ordering: .relaxed).newValue
    let temporary = "\(directory)/.dense-\(getpid())-\(number).tmp"
    // Left behind by a killed process that had the same number; nobody else uses such a name.
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw systemFailure("creating a temporary file in its directory", path) }
    if let mode = target.mode { fchmod(descriptor, mode) }
    self.path = target.path
    self.directory = directory
    self.temporary = temporary
    self.descriptor = descriptor
    self.size = size
  }

  deinit {
    if isOpen { close(descriptor) }
    if !isCommitted { unlink(temporary) }
  }

  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(DenseError) {
    guard let base = bytes.baseAddress else { return }
    var done = 0
    while done < bytes.count {
      let count = writeSome(descriptor, base + done, min(bytes.count - done, 1 << 30))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw systemFailure("write at byte \(offset) of \(size)", path) }
      done += count
      offset += count
    }
  }

  /// Goes back to the beginning, to write anew what stands there.
  mutating func rewind() throws(DenseError) {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw systemFailure("seek to byte 0 of \(size)", path) }
    offset = 0
  }

  /// Gives the file its name.
  mutating func commit() throws(DenseError) {
    guard fsync(descriptor) == 0 else { throw systemFailure("sync of \(size) bytes", path) }
    isOpen = false
    guard close(descriptor) == 0 else { throw systemFailure("close after \(size) bytes", path) }
    guard rename(temporary, path) == 0 else { throw systemFailure("rename", path) }
    isCommitted = true
    try syncDirectory()
  }

  /// Makes the new name survive a loss of power.
  private func syncDirectory() throws(DenseError) {
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // A directory may permit writing without reading; then the system syncs in its own time.
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // Some file systems do not sync directories and say so with EINVAL.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw systemFailure("sync of its directory", path) }
  }

  /// What `path` leads to, and the permissions of the file there, where there is one.
  private static func target(of path: String) throws(DenseError) -> (path: String, mode: mode_t?) {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT { return (path, nil) }
      throw systemFailure("stat", path)
    }
    var target = path
    if status.st_mode & S_IFMT == S_IFLNK {
      guard let resolved = realpath(path, nil) else { throw systemFailure("following the link", path) }
      defer { free(resolved) }
      target = String(cString: resolved)
      guard lstat(target, &status) == 0 else { throw systemFailure("stat", target) }
    }
    guard isRegularFile(status) else {
      throw DenseError(
        .inputOutput, "'\(path)': expected a regular file to replace, received a directory, pipe or device")
    }
    return (target, status.st_mode & 0o777)
  }

  private static func directory(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    // The directory of "/file" is "/", written here as "/." so that a name can follow after a slash.
    return slash == path.utf8.startIndex ? "/." : String(path[..<slash])
  }
}
