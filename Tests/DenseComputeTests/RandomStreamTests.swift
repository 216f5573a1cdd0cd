import CDenseKernels
import DenseCompute
import Testing

struct RandomStreamTests {
  struct KnownAnswer: Sendable {
    var seed, stream, block: UInt64
    var words: [UInt32]
  }

  /// Random123's published known answers for philox4x32 with 10 rounds (its file kat_vectors).
  static let knownAnswers = [
    KnownAnswer(
      seed: 0, stream: 0, block: 0, words: [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
    KnownAnswer(
      seed: .max, stream: .max, block: .max, words: [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
    KnownAnswer(
      seed: 0x299f_31d0_a409_3822, stream: 0x0370_7344_1319_8a2e, block: 0x85a3_08d3_243f_6a88,
      words: [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]),
  ]

  @Test(arguments: knownAnswers)
  func blockEqualsKnownAnswer(answer: KnownAnswer) {
    let low = { (x: UInt64) in UInt32(truncatingIfNeeded: x) }
    let block = Reference.philox(
      counter: SIMD4(low(answer.block), low(answer.block >> 32), low(answer.stream), low(answer.stream >> 32)),
      key: SIMD2(low(answer.seed), low(answer.seed >> 32)))
    #expect((0..<4).map { block[$0] } == answer.words)
  }

  @Test(arguments: KernelSet.all)
  func kernelsEqualKnownAnswers(set: KernelSet) {
    // A word's index has 64 bits, so only blocks below 2^62 can be asked for.
    var words = [UInt32](repeating: 0, count: 4)
    set.kernels.pointee.random_words(0, 0, 0, &words, 4)
    #expect(words == Self.knownAnswers[0].words)
    let stream = RandomStream(seed: 0x299f_31d0_a409_3822, stream: 0x0370_7344_1319_8a2e)
    for block in [0, 1, 0xFFFF_FFFF, 0x1_0000_0000, 0x3FFF_FFFF_FFFF_FFFF] as [UInt64] {
      set.kernels.pointee.random_words(stream.seed, stream.stream, block * 4, &words, 4)
      let expected = Reference.philox(
        counter: SIMD4(UInt32(truncatingIfNeeded: block), UInt32(block >> 32), 0x1319_8a2e, 0x0370_7344),
        key: SIMD2(0xa409_3822, 0x299f_31d0))
      #expect(words == (0..<4).map { expected[$0] })
    }
  }

  @Test(arguments: KernelSet.all)
  func wordsDoNotDependOnHowTheyAreAskedFor(set: KernelSet) {
    var whole = [UInt32](repeating: 0, count: 300)
    set.kernels.pointee.random_words(7, 9, 0, &whole, 300)
    for start in [0, 1, 2, 3, 5, 63, 64, 65, 130] {
      for count in [0, 1, 3, 4, 17, 64, 65, 150] {
        let words = GuardedFloats(count: count)
        words.pointer.withMemoryRebound(to: UInt32.self, capacity: count) {
          set.kernels.pointee.random_words(7, 9, UInt64(start), $0, count)
        }
        #expect(words.values.map(\.bitPattern) == Array(whole[start..<start + count]))
        #expect(words.isIntact)
      }
    }
  }

  @Test(arguments: KernelSet.all)
  func uniformStaysInItsRange(set: KernelSet) {
    for (lower, upper) in [
      (-0.05, 0.05), (0, 1), (1, 1.0000002), (-1.0000001, -1), (-.leastNonzeroMagnitude, 0), (3, 3),
    ] as [(Float, Float)] {
      let values = GuardedFloats(count: 1001)
      set.kernels.pointee.uniform(1, 2, values.pointer, 1001, lower, upper)
      #expect(values.values.allSatisfy { $0 >= lower && ($0 < upper || lower == upper) }, "\(lower) to \(upper)")
      #expect(values.isIntact)
    }
    let values = GuardedFloats(count: 100_000)
    set.kernels.pointee.uniform(1, 2, values.pointer, 100_000, -1, 3)
    let mean = Vector.sum(values.pointer, count: 100_000) / 100_000
    // The deviation of the mean is 4 / sqrt(12 * 100,000) = 0.0037.
    #expect(abs(mean - 1) < 0.015)
    #expect(values.values.filter { $0 < -0.9 }.count > 2300 && values.values.filter { $0 > 2.9 }.count > 2300)
  }

  @Test func normalHasItsMoments() {
    let count = 100_000
    let values = GuardedFloats(count: count)
    RandomStream(seed: 3, stream: 4).normal(values.pointer, count: count, mean: 2, standardDeviation: 0.5)
    var mean: Float = 0
    var variance: Float = 0
    Vector.columnMoments(MatrixView(values.pointer, rows: count, columns: 1), mean: &mean, variance: &variance)
    #expect(abs(mean - 2) < 0.007 && abs(variance - 0.25) < 0.005)
    let beyond = values.values.filter { abs($0 - 2) > 0.98 }.count
    #expect(abs(Double(beyond) / Double(count) - 0.05) < 0.003)
  }

  @Test func truncatedNormalIsCutAtTwoDeviations() {
    let count = 100_000
    let values = GuardedFloats(count: count)
    RandomStream(seed: 5, stream: 6).truncatedNormal(values.pointer, count: count, mean: -1, standardDeviation: 2)
    #expect(values.values.allSatisfy { abs($0 + 1) <= 4 })
    #expect(values.values.contains { abs($0 + 1) > 3.95 })
    let deviation = (Vector.sumOfSquares(values.values.map { $0 + 1 }, count: count) / Double(count)).squareRoot()
    #expect(abs(deviation / 2 - 0.8796) < 0.006)
  }

  @Test(arguments: KernelSet.all)
  func dropoutScalesWhatItKeeps(set: KernelSet) {
    let count = 10_003
    let x = GuardedFloats((0..<count).map { sample($0) + 2 })
    let y = GuardedFloats(count: count)
    set.kernels.pointee.dropout(1, 2, 5, x.pointer, y.pointer, count, UInt32(0.25 * 0x1p32), 1 / 0.75)
    let kept = y.values.filter { $0 != 0 }.count
    // The deviation of the count is sqrt(10,003 * 0.25 * 0.75) = 43.
    #expect(abs(kept - 7502) < 200)
    #expect((0..<count).allSatisfy { y.pointer[$0] == 0 || y.pointer[$0] == x.pointer[$0] * (1 / 0.75) })
    for (start, length) in [(0, 1), (1, 16), (7, 100), (9_000, 1_003)] {
      let part = GuardedFloats(count: length)
      set.kernels.pointee.dropout(
        1, 2, UInt64(5 + start), x.pointer + start, part.pointer, length, UInt32(0.25 * 0x1p32), 1 / 0.75)
      #expect(part.values == Array(y.values[start..<start + length]))
      #expect(part.isIntact)
    }
  }

  @Test func dropoutDrawsRowByRowWhateverTheGaps() {
    let stream = RandomStream(seed: 3, stream: 4)
    let x = GuardedMatrix(rows: 7, columns: 101, gap: 5) { sample($0) + 2 }
    let y = GuardedMatrix(rows: 7, columns: 101, gap: 2)
    stream.dropout(x.view, into: y.mutableView, startingAt: 5, rate: 0.25)
    var whole = [Float](repeating: 0, count: 707)
    stream.dropout(x.values, into: &whole, count: 707, startingAt: 5, rate: 0.25)
    #expect(sameBits(y.values, whole))
    #expect(y.isIntact)
  }

  @Test func dropoutAtTheEndsOfItsRange() {
    let x: [Float] = [1, .nan, .infinity, -2]
    var y = [Float](repeating: 9, count: 4)
    RandomStream(seed: 1, stream: 1).dropout(x, into: &y, count: 4, startingAt: 0, rate: 1)
    #expect(y == [0, 0, 0, 0])
    RandomStream(seed: 1, stream: 1).dropout(x, into: &y, count: 4, startingAt: 0, rate: 0)
    #expect(sameBits(y, x))
  }

  @Test func permutationHoldsEachIndexOnce() {
    for count in [0, 1, 2, 3, 1000] {
      var values = [Int32](repeating: -1, count: count)
      RandomStream(seed: 11, stream: 3).permutation(into: &values, count: count)
      #expect(values.sorted() == (0..<Int32(count)).map { $0 })
    }
  }

  @Test func permutationsOfThreeAreEquallyFrequent() {
    var counts: [[Int32]: Int] = [:]
    for seed in 0..<6000 as Range<UInt64> {
      var values = [Int32](repeating: 0, count: 3)
      RandomStream(seed: seed, stream: 0).permutation(into: &values, count: 3)
      counts[values, default: 0] += 1
    }
    #expect(counts.count == 6 && counts.values.allSatisfy { abs($0 - 1000) < 150 })
  }
}
