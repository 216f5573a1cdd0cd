import DenseCompute
import Synchronization
import Testing

@testable import Dense

@Suite struct PredictorThreadTests {
  /// More threads than workspaces predict rows of their own; every result is that of one thread.
  @Test(arguments: [0, 1, 3])
  func servesManyThreadsAtOnce(_ workspaces: Int) async throws {
    let network = try PredictorTests.network("normalized")
    let predictor = try Predictor(network, options: PredictorOptions(maximumRows: 5, workspaces: workspaces))
    let batches = (1...8).map { PredictorTests.rows($0, of: network) }
    let expected = try batches.map { try network.predict($0) }
    let failures = try await withThrowingTaskGroup(of: Int.self) { group in
      for thread in 0..<8 {
        group.addTask {
          var failures = 0
          for round in 0..<200 {
            let batch = (thread + round) % batches.count
            if try predictor.run(batches[batch]) != expected[batch] { failures += 1 }
          }
          return failures
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(failures == 0)
  }

  /// Threads that share many rows have a part of the memory each, through which these pass a few at a time.
  @Test(arguments: [2, 3, 8])
  func threadsShareTheMemoryOfManyRows(_ threads: Int) throws {
    let before = ThreadPool.threadCount
    defer { ThreadPool.threadCount = before }
    for name in ["deep sum", "long", "two layers"] {
      let network = try PredictorTests.network(name)
      let rows = PredictorTests.rows(8000, of: network)
      let alone = try Predictor(network, options: PredictorOptions(maximumRows: 256, threads: 1)).run(rows)
      for maximumRows in [1, 50, 256] {
        let predictor = try Predictor(network, options: PredictorOptions(maximumRows: maximumRows, threads: 0))
        ThreadPool.threadCount = threads
        for _ in 0..<3 { #expect(try predictor.run(rows) == alone, "\(name), \(maximumRows) rows of memory") }
      }
    }
  }

  @Test func aRackGivesEachBlockOnce() throws {
    let rack = try WorkspaceRack(count: 3, floats: 20)
    let blocks = try (0..<3).map { _ in try #require(rack.claim()) }
    #expect(rack.claim() == nil)
    #expect(Set(blocks).count == 3)
    #expect(blocks.allSatisfy { UInt(bitPattern: $0) % 64 == 0 })
    for block in blocks { block.update(repeating: .nan, count: 20) }
    rack.giveBack(blocks[1])
    #expect(rack.claim() == blocks[1])
    #expect(rack.claim() == nil)
    #expect(try WorkspaceRack(count: 0, floats: 20).claim() == nil)
  }

  /// Threads that predict while others make predictors of the same network meet no half-made state.
  @Test func isMadeByManyThreadsAtOnce() async throws {
    let network = try PredictorTests.network("deep sum")
    let rows = PredictorTests.rows(4, of: network)
    let expected = try Predictor(network).run(rows)
    try PredictorTests.train(network)
    let answers = try await withThrowingTaskGroup(of: [Float].self) { group in
      for thread in 0..<6 {
        group.addTask { thread % 2 == 0 ? try network.predict(rows) : try Predictor(network).run(rows) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(answers).count == 1)
    #expect(answers.first != expected)
  }
}
