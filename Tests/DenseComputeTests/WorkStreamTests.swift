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

  @Test func tellsTheTimeItself() {
    let stream = WorkStream()
    #expect(!stream.isFlowing())
    for _ in 0..<100_000 where stream.isFlowing() { return }
    Issue.record("works without a pause never made a stream")
  }

  /// A pause is what lies between the end of a work and the beginning of the next.
  @Test func longWorksMakeAStreamToo() {
    let stream = WorkStream()
    var flows = false
    for _ in 0...WorkStream.length {
      flows = stream.isFlowing()
      usleep(200)
      stream.noteEnd()
    }
    #expect(flows)
  }

  @Test func threadsThatTakeTurnsMakeNone() {
    let stream = WorkStream()
    for turn in 0..<100 { #expect(!stream.isFlowing(at: turn * 1000, thread: UInt(1 + turn % 2))) }
  }
}
