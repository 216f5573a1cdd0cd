// The library
//
// Version, errors, the catalogue of names, threads and memory.

import Dense
import DenseCompute

/// The version of the library that is loaded, such as "0.1.0".
///
/// `DENSE_VERSION` is the version of the header. A program that finds the two to differ in their first number, or in
/// the second while the first is 0, should refuse to go on.
///
/// - Returns: Text that lives as long as the process.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_version")
public func version() -> Text? {
  Interned.text(Version.text)
}

/// The version of the library that is loaded, as one number to compare: major * 10000 + minor * 100 + patch.
///
/// - Returns: The number.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_version_number")
public func versionNumber() -> Int32 {
  Int32(Version.number)
}

/// What went wrong in the last call of this thread that failed: what was expected and what was received.
///
/// A call that succeeds leaves the text as it is, so read it only after a failure.
///
/// - Returns: Text that is valid until the next failure on this thread; "" before the first.
/// - Threads: Any thread, at any time; each has its own text.
/// - Since: 0.1.0
@_cdecl("dense_last_error")
public func lastError() -> Text? {
  ThreadTexts.error
}

/// The name of a status, such as "shape_mismatch", and "ok" for 0.
///
/// - Parameter status: A status.
/// - Returns: Text that lives as long as the process; NULL for a number that is no status.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_status_name")
public func statusName(status code: Status) -> Text? {
  if code == statusOK { return Interned.text("ok") }
  return DenseError.Code(rawValue: code).map { Interned.text($0.name) }
}

/// Enumerates the names that the other functions accept.
///
/// - Parameters:
///   - kind: "activation", "initializer", "regularizer", "layer", "loss", "optimizer", "metric", "quantity", or "kind"
///     for these words themselves.
///   - index: Which name, from 0.
/// - Returns: Text that lives as long as the process; NULL past the end, and for an unknown kind or a negative index,
///   which also set the thread's last error.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_names")
public func names(kind: Text?, index: Int64) -> Text? {
  result(nil) { () throws(DenseError) in
    let names = try NameList.names(of: try Arguments.text(kind, "kind"))
    let index = try Arguments.integer(index, "index", in: 0...Int64.max)
    return index < names.count ? Interned.text(names[index]) : nil
  }
}

/// The instruction set whose kernels compute in this process, such as "avx2". All sets with fused multiply-add give
/// the same bits. The environment variable DENSE_ISA forces another one that the machine has.
///
/// - Returns: Text that lives as long as the process.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_instruction_set")
public func instructionSet() -> Text? {
  Interned.text(InstructionSet.current)
}

/// Sets how many threads compute, the caller's included. Results do not depend on it.
///
/// - Parameter count: From 1 to 1024.
/// - Errors: `.invalidArgument` for any other count.
/// - Threads: Any thread, at any time; calls that already run keep what they have.
/// - Since: 0.1.0
@_cdecl("dense_set_num_threads")
public func setThreadCount(count: Int64) -> Status {
  status { () throws(DenseError) in
    ThreadPool.threadCount = try Arguments.integer(count, "count", in: 1...1024)
  }
}

/// How many threads compute, the caller's included. At first: what the machine, the affinity mask and the control
/// group allow, or the environment variable DENSE_NUM_THREADS.
///
/// - Returns: The number, at least 1.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_num_threads")
public func threadCount() -> Int64 {
  Int64(ThreadPool.threadCount)
}

/// Memory that weights, gradients, optimizer slots, activations and work space of all open objects take.
///
/// - Returns: Bytes.
/// - Threads: Any thread, at any time.
/// - Since: 0.1.0
@_cdecl("dense_memory_in_use")
public func memoryInUse() -> Int64 {
  Int64(AlignedBuffer<Float>.bytesInUse)
}
