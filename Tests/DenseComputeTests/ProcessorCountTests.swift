import Testing

@testable import DenseCompute

struct ProcessorCountTests {
  @Test func readsAGroupsLine() {
    #expect(ProcessorCount.quota(ofLine: "150000 100000\n") == 1.5)
    for line in ["max 100000\n", "-1 100000", "", "5", "x y", "100 0"] {
      #expect(ProcessorCount.quota(ofLine: line) == nil)
    }
    #expect(ProcessorCount.available >= 1)
  }

  @Test func takesTheLeastQuotaOfTheGroupsAbove() throws {
    let files = [
      "user.slice/cpu.max": "300000 100000\n", "user.slice/job.scope/cpu.max": "max 100000\n",
      "user.slice/job.scope/worker/cpu.max": "800000 100000\n", "other/cpu.max": "50000 100000\n",
    ]
    try withSystemFiles(files) { root in
      #expect(ProcessorCount.quota(root: root, membership: "0::/user.slice/job.scope/worker\n") == 3)
      #expect(ProcessorCount.quota(root: root, membership: "0::/other\n") == 0.5)
      #expect(ProcessorCount.quota(root: root, membership: "0::/\n") == nil)
      #expect(ProcessorCount.quota(root: root, membership: "torn\n7\n") == nil)
    }
  }

  @Test func readsTheFirstVersionOfControlGroups() throws {
    let files = [
      "cpu/jobs/cpu.cfs_quota_us": "150000\n", "cpu/jobs/cpu.cfs_period_us": "100000\n",
      "cpu/jobs/one/cpu.cfs_quota_us": "-1\n", "cpu/jobs/one/cpu.cfs_period_us": "100000\n",
    ]
    try withSystemFiles(files) { root in
      #expect(ProcessorCount.quota(root: root, membership: "5:memory:/jobs\n4:cpu,cpuacct:/jobs/one\n0::/\n") == 1.5)
      #expect(ProcessorCount.quota(root: root, membership: "4:cpuacct:/jobs\n") == nil)
    }
  }

  /// Inside a container the own group is the root, whatever path the system tells.
  @Test func findsTheRootOfAContainer() throws {
    try withSystemFiles(["cpu.max": "200000 100000\n"]) { root in
      #expect(ProcessorCount.quota(root: root, membership: "0::/docker/0123abcd\n") == 2)
    }
  }
}
