import CDenseKernels

/// How many processors this process may really use.
enum ProcessorCount {
  /// The processors of the affinity mask, but no more than the control groups' quota of processor time; at least 1.
  static var available: Int {
    let allowed = max(1, Int(dk_allowed_processors()))
    guard let membership = SystemFile.contents(of: "/proc/self/cgroup"),
      let quota = quota(root: "/sys/fs/cgroup", membership: membership)
    else { return allowed }
    return max(1, min(allowed, Int(quota.rounded(.up))))
  }

  /// Processors' worth of time that the process's control groups grant: the least of any, as a group's limit holds for all
  /// below it. None where no group has a limit.
  /// - Parameters:
  ///   - root: where the hierarchies are mounted.
  ///   - membership: lines of `<number>:<controllers>:<path>`, without controllers in version 2 of control groups. A
  ///     container may see a path from outside and its own group as the root, so groups that are not there are left out.
  static func quota(root: String, membership: String) -> Double? {
    var least: Double?
    for line in membership.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let hierarchy: String
      if parts[1].isEmpty {
        hierarchy = root
      } else if parts[1].split(separator: ",").contains("cpu") {
        hierarchy = root + "/cpu"
      } else {
        continue
      }
      var group = hierarchy
      var names = parts[2].split(separator: "/")[...]
      while true {
        if let quota = quota(ofGroup: group) { least = min(least ?? quota, quota) }
        guard let name = names.popFirst() else { break }
        group += "/" + name
      }
    }
    return least
  }

  private static func quota(ofGroup directory: String) -> Double? {
    if let line = SystemFile.contents(of: directory + "/cpu.max") { return quota(ofLine: line) }
    guard let time = SystemFile.contents(of: directory + "/cpu.cfs_quota_us"),
      let period = SystemFile.contents(of: directory + "/cpu.cfs_period_us")
    else { return nil }
    return quota(ofLine: time + " " + period)
  }

  /// The ratio of `<microseconds> <period>`; none for `max <period>`, -1 or anything else.
  static func quota(ofLine line: String) -> Double? {
    let numbers = line.split(whereSeparator: \.isWhitespace).map { Double($0) }
    guard numbers.count == 2, let time = numbers[0], let period = numbers[1], time > 0, period > 0 else { return nil }
    return time / period
  }
}
