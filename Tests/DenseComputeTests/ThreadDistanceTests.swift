import Testing

@testable import DenseCompute

struct ThreadDistanceTests {
  private let now = 5_000_000_000

  @Test func isUsualBeforeThreadsWereAsked() {
    #expect(ThreadDistance().current(at: now) { nil } == 1)
  }

  @Test func isMeasuredAnewFromTimeToTime() {
    let distance = ThreadDistance()
    let usual = ThreadDistance.usualAnswer
    #expect(distance.current(at: now) { 2 * usual } == 2)
    #expect(distance.current(at: now + ThreadDistance.lifetime - 1) { 3 * usual } == 2)
    #expect(distance.current(at: now + ThreadDistance.lifetime) { 3 * usual } == 3)
    #expect(distance.current(at: now + 2 * ThreadDistance.lifetime - 1) { usual } == 3)
  }

  /// Threads that are busy are asked again with the next work.
  @Test func keepsWhatItKnowsOfBusyThreads() {
    let distance = ThreadDistance()
    let usual = ThreadDistance.usualAnswer
    #expect(distance.current(at: now) { nil } == 1)
    #expect(distance.current(at: now + 1) { 2 * usual } == 2)
    #expect(distance.current(at: now + 1 + ThreadDistance.lifetime) { nil } == 2)
    #expect(distance.current(at: now + 2 + ThreadDistance.lifetime) { 3 * usual } == 3)
  }

  @Test func staysInItsRange() {
    #expect(ThreadDistance().current(at: now) { 0 } == ThreadDistance.range.lowerBound)
    #expect(ThreadDistance().current(at: now) { .max } == ThreadDistance.range.upperBound)
  }
}
