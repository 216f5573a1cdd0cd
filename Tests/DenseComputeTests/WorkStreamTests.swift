import Foundation
import Testing

@testable import DenseCompute

struct WorkStreamTests {
  /// Closely following works flow after some, until a pause.
  @Test func flowsWhileWorksFollowClosely() {
    let stream = WorkStream()
    var now = 1_000_000_000
    for _ in 0..<3 {
      #expect(!stream.isFlowing(at: now, thread: 1))
      for _ in 1..<WorkStream.length {
        now += WorkStream.closeness - 1
        #expect(!stream.isFlowing(at: now, thread: 1))
      }
      for _ in 0..<5 {
        now += WorkStream.closeness - 1
        #expect(stream.isFlowing(at: now, thread: 1))
      }
      now += WorkStream.closeness
    }
  }

  /// What counts is the time between works.
  @Test func longWorksMakeAStream() {
    let stream = WorkStream()
    var now = 1_000_000_000
    var flows = false
    for _ in 0...WorkStream.length {
      flows = stream.isFlowing(at: now, thread: 1)
      now += 10 * WorkStream.closeness
      stream.noteWork(at: now)
      now += WorkStream.closeness - 1
    }
    #expect(flows)
    #expect(!stream.isFlowing(at: now + 1, thread: 1))
  }

  @Test func tellsTheTimeItself() {
    let stream = WorkStream()
    #expect(!stream.isFlowing())
    for _ in 0..<100_000 where stream.isFlowing() { return }
    Issue.record("works without a pause never made a stream")
  }

  /// The pool's threads are awake for what follows a shared work, however long that took.
  @Test func sharedWorkMakesAStream() {
    let stream = WorkStream()
    #expect(!stream.isFlowing())
    // The system may put this thread aside in between.
    let flows = (0..<100).contains { _ in
      stream.noteSharedWork()
      return stream.isFlowing()
    }
    #expect(flows)
    usleep(UInt32(2 * WorkStream.closeness / 1000))
    #expect(!stream.isFlowing())
  }

  @Test func threadsThatTakeTurnsMakeNone() {
    let stream = WorkStream()
    for turn in 0..<100 { #expect(!stream.isFlowing(at: turn * 1000, thread: UInt(1 + turn % 2))) }
  }
}
