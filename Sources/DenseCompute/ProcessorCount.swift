import CDenseKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How many processors this process may really use.
enum ProcessorCount {
  /// The processors of the affinity mask, but no more than the control group's quota of processor time; at least 1.
  static var available: Int {
    let allowed = max(1, Int(dk_allowed_processors()))
    guard let quota = controlGroupQuota else { return allowed }
    return max(1, min(allowed, Int(quota.rounded(.up))))
  }

  /// Processors' worth of time that the control group grants, where it grants a limited amount.
  private static var controlGroupQuota: Double? {
    if let text = contents(of: "/sys/fs/cgroup/cpu.max") { return quota(ofLine: text) }
    guard let quota = contents(of: "/sys/fs/cgroup/cpu/cpu.cfs_quota_us"),
      let period = contents(of: "/sys/fs/cgroup/cpu/cpu.cfs_period_us")
    else { return nil }
    return self.quota(ofLine: quota + " " + period)
  }

  /// The ratio of `<microseconds> <period>`; none for `max <period>`, -1 or anything else.
  static func quota(ofLine line: String) -> Double? {
    let numbers = line.split(whereSeparator: \.isWhitespace).map { Double($0) }
    guard numbers.count == 2, let time = numbers[0], let period = numbers[1], time > 0, period > 0 else { return nil }
    return time / period
  }

  /// The first bytes of a short file.
  private static func contents(of path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    return withUnsafeTemporaryAllocation(byteCount: 128, alignment: 1) { buffer in
      let count = read(file, buffer.baseAddress, buffer.count)
      return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
  }
}
