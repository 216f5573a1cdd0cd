import DenseCompute
import Foundation
import Testing

@testable import Dense

/// Memory stays flat, in a process of its own where nothing else takes any.
@Suite struct SoakTests {
  @Test func trainsAndPredictsWithoutGrowing() async {
    await #expect(processExitsWith: .success) {
      let rows = makeRows(32)
      let network = try makeStatefulNetwork()
      var results = [0.0, 0.0]
      var output = [Float](repeating: 0, count: 96)
      func run(_ rounds: Int) throws(DenseError) {
        try network.withData(rows.inputs, rows.targets, nil) { (data) throws(DenseError) in
          for round in 0..<rounds {
            // Batches of different sizes, none larger than the first.
            let part = data.rows(0..<32 - round % 7)
            try results.withUnsafeMutableBufferPointer { (results) throws(DenseError) in
              try network.trainBatch(part, results: results)
            }
            try output.withMutableMatrixView(columns: 3) { (output) throws(DenseError) in
              for row in 0..<10 {
                try network.predict(data.inputs.rows(row..<row + 1), into: output.rows(row..<row + 1))
              }
              try network.predict(data.inputs, into: output)
            }
          }
        }
      }
      try run(20)
      let buffers = AlignedBuffer<Float>.bytesInUse
      let resident = residentBytes()
      try run(2000)
      #expect(AlignedBuffer<Float>.bytesInUse == buffers)
      #expect(residentBytes() <= resident + 200_000)
    }
  }

  @Test func givesEverythingBack() async {
    await #expect(processExitsWith: .success) {
      let rows = makeRows(40)
      func run(_ count: Int) throws {
        for seed in 0..<count {
          let network = try makeStatefulNetwork(seed: UInt64(seed))
          var options = FitOptions(epochs: 2, batchSize: 16, validationSplit: 0.2)
          options.stopsEarly = true
          try network.fit(rows.inputs, rows.targets, options: options)
          _ = try network.predict(rows.inputs)
          // A layer that goes with its network, and an attempt that fails.
          let layer = DenseLayer(units: 9)
          try layer.build(inputs: 4)
          _ = denseError { _ = try network.trainBatch([.nan, 1, 1, 1, 1, 1], [0]) }
        }
      }
      try run(5)
      #expect(AlignedBuffer<Float>.bytesInUse == 0)
      let resident = residentBytes()
      try run(500)
      #expect(AlignedBuffer<Float>.bytesInUse == 0)
      #expect(residentBytes() <= resident + 400_000)
    }
  }
}

/// Memory of this process that is in the machine's, where the system tells.
private func residentBytes() -> Int {
  guard let statistics = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
  return (Int(statistics.split(separator: " ")[1]) ?? 0) * Int(getpagesize())
}
