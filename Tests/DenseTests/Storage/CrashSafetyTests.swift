import Dense
import DenseCompute
import Foundation
import XCTest

/// Whatever goes wrong while a file is written, the old one or the new one is there, whole.
final class CrashSafetyTests: XCTestCase {
  /// A model of one megabyte, all of whose values are `value`.
  private static func save(_ value: Float, to path: String) throws {
    try TensorFile.write(path: path, [("a", [512, 512], Array(repeating: value, count: 512 * 512))])
  }

  /// The value of the model at `path`, which must be whole.
  private func load(_ path: String) throws -> Float {
    let values = try TensorFile.read(path: path).values("a", shape: [512, 512])
    XCTAssertEqual(Set(values).count, 1, "a mixture of two models")
    return values[0]
  }

  /// A limit on the size of files fails a write in its middle, as a full disk does.
  func testAWriteThatFailsInTheMiddleLeavesTheOldFile() throws {
    let directory = try TestDirectory()
    let path = directory.file("model")
    try Self.save(1, to: path)

    let handler = signal(SIGXFSZ, SIG_IGN)
    var old = rlimit()
    XCTAssertEqual(getrlimit(RLIMIT_FSIZE.resource, &old), 0)
    var limit = rlimit(rlim_cur: 300_000, rlim_max: old.rlim_max)
    XCTAssertEqual(setrlimit(RLIMIT_FSIZE.resource, &limit), 0)
    let result = Result { try Self.save(2, to: path) }
    XCTAssertEqual(setrlimit(RLIMIT_FSIZE.resource, &old), 0)
    signal(SIGXFSZ, handler)

    assertFails(.inputOutput, path, "write at byte 300000 of 1048704", String(cString: strerror(EFBIG))) {
      try result.get()
    }
    XCTAssertEqual(try load(path), 1)
    XCTAssertEqual(directory.names, ["model"], "the temporary file is removed")
  }

  func testAFullDiskLeavesTheOldFile() throws {
    let directory = try TestDirectory()
    let disk = directory.file("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
    guard mount("tmpfs", disk, "tmpfs", 0, "size=1536k") == 0 else {
      throw XCTSkip("mounting a small disk needs privileges")
    }
    defer { umount(disk) }
    let path = disk + "/model"
    try Self.save(1, to: path)
    assertFails(.inputOutput, path, "write at byte", String(cString: strerror(ENOSPC))) { try Self.save(2, to: path) }
    XCTAssertEqual(try load(path), 1)
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: disk), ["model"])
  }

  func testADirectoryWithoutPermissionLeavesTheOldFile() throws {
    let directory = try TestDirectory()
    let path = directory.file("model")
    try Self.save(1, to: path)
    XCTAssertEqual(chmod(directory.path, 0o555), 0)
    // Nothing is forbidden to root, so root plays somebody else for a while.
    let user = geteuid()
    if user == 0 { XCTAssertEqual(seteuid(65534), 0) }
    let result = Result { try Self.save(2, to: path) }
    if user == 0 { XCTAssertEqual(seteuid(user), 0) }
    XCTAssertEqual(chmod(directory.path, 0o755), 0)
    assertFails(.inputOutput, path, "temporary file", String(cString: strerror(EACCES))) { try result.get() }
    XCTAssertEqual(try load(path), 1)
    XCTAssertEqual(directory.names, ["model"])
  }

  func testPermissionsAreKept() throws {
    let directory = try TestDirectory()
    let path = directory.file("model")
    try Self.save(1, to: path)
    XCTAssertEqual(chmod(path, 0o640), 0)
    try Self.save(2, to: path)
    var status = stat()
    XCTAssertEqual(stat(path, &status), 0)
    XCTAssertEqual(status.st_mode & 0o777, 0o640)
  }

  private static let childPath = "DENSE_TEST_SAVE_UNTIL_KILLED"
  private static let childValue = "DENSE_TEST_FIRST_VALUE"

  /// Not a test by itself: the process that `testAKilledProcessLeavesAWholeFile` kills.
  func testSavingUntilKilled() throws {
    let environment = ProcessInfo.processInfo.environment
    guard let path = environment[Self.childPath], let first = environment[Self.childValue].flatMap({ Int($0) }) else {
      throw XCTSkip("runs in a process of another test")
    }
    for value in first... { try Self.save(Float(value), to: path) }
  }

  func testAKilledProcessLeavesAWholeFile() throws {
    let directory = try TestDirectory()
    let path = directory.file("model")
    try Self.save(1, to: path)
    var latest: Float = 1
    for pause in [40_000, 90_000, 130_000, 170_000, 210_000] as [UInt32] {
      let child = Process()
      child.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
      child.arguments = ["DenseTests.CrashSafetyTests/testSavingUntilKilled"]
      child.environment = [Self.childPath: path, Self.childValue: "\(Int(latest) + 1)"]
      child.standardOutput = FileHandle.nullDevice
      child.standardError = FileHandle.nullDevice
      try child.run()
      // Wait until it saves, then let it come to some other place of its work.
      let deadline = Date(timeIntervalSinceNow: 20)
      while try load(path) == latest, child.isRunning, Date() < deadline { usleep(1000) }
      usleep(pause)
      kill(child.processIdentifier, SIGKILL)
      child.waitUntilExit()
      XCTAssertEqual(child.terminationReason, .uncaughtSignal, "it ran until it was killed")
      let value = try load(path)
      XCTAssertGreaterThan(value, latest, "the process saved before it was killed")
      latest = value
    }
    XCTAssertTrue(directory.names.allSatisfy { $0 == "model" || ($0.hasPrefix(".dense-") && $0.hasSuffix(".tmp")) })
  }
}

#if canImport(Glibc)
  extension __rlimit_resource {
    fileprivate var resource: __rlimit_resource_t { __rlimit_resource_t(rawValue) }
  }
#else
  extension Int32 {
    fileprivate var resource: Int32 { self }
  }
#endif
