import DenseCompute

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A regular file opened for reading, closed with its owner.
struct FileReader: ~Copyable {
  let path: String
  /// Its size in bytes when it was opened.
  let size: Int
  private let descriptor: Int32
  private var offset = 0

  /// Throws `inputOutput` where there is no such file or it is none with a size: a directory, a FIFO, a device.
  init(_ path: String) throws(DenseError) {
    try checkPath(path)
    // Without O_NONBLOCK, opening a FIFO would wait for somebody to write to it.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw systemFailure("open", path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let failure = systemFailure("stat", path)
      close(descriptor)
      throw failure
    }
    guard isRegularFile(status) else {
      close(descriptor)
      throw DenseError(.inputOutput, "'\(path)': expected a regular file, received a directory, pipe or device")
    }
    self.path = path
    self.descriptor = descriptor
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fills `buffer` with the bytes that come next. Throws `inputOutput` where the file ends before.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(DenseError) {
    guard let base = buffer.baseAddress else { return }
    var done = 0
    while done < buffer.count {
      // One call of the system moves at most 2 GiB anyway.
      let count = readSome(descriptor, base + done, min(buffer.count - done, 1 << 30))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw systemFailure("read at byte \(offset) of \(size)", path) }
      guard count > 0 else {
        throw DenseError(.inputOutput, "'\(path)': expected \(size) bytes, the file ended at byte \(offset)")
      }
      done += count
      offset += count
    }
  }
}
