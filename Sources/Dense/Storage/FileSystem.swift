import DenseCompute

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The error of a system call that failed just now, with the system's own words for it.
func systemFailure(_ action: String, _ path: String) -> DenseError {
  let code = errno
  return DenseError(.inputOutput, "'\(path)': \(action) failed: \(String(cString: strerror(code)))")
}

/// Throws `invalidArgument` for a path that the system would read differently than the caller wrote it.
func checkPath(_ path: String) throws(DenseError) {
  guard !path.isEmpty, !path.utf8.contains(0) else {
    throw DenseError(.invalidArgument, "expected a path without NUL characters, received '\(path)'")
  }
}

/// Whether `status` is that of a regular file.
func isRegularFile(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFREG }

// The system's `read` and `write`, for types whose own methods have these names.
func readSome(_ descriptor: Int32, _ target: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(descriptor, target, count)
}

func writeSome(_ descriptor: Int32, _ source: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, source, count)
}
