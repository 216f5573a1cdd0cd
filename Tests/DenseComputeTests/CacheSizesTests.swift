import Testing

@testable import DenseCompute

/// The size of blocks for caches of any size, which the process has one of at a time. That others compute meanwhile is what
/// the sizes allow.
@Suite(.serialized)
struct CacheSizesTests {
  static let sizes = [
    CacheSizes(secondLevel: 1, lastLevel: 1), CacheSizes(secondLevel: 40 << 10, lastLevel: 100 << 10),
    CacheSizes(secondLevel: 64 << 20, lastLevel: 1 << 40),
  ]

  @Test(arguments: KernelSet.all)
  func resultsDoNotDependOnThem(set: KernelSet) throws {
    let before = (sizes: CacheSizes.current, threads: ThreadPool.threadCount)
    defer { (CacheSizes.current, ThreadPool.threadCount) = before }
    for (rows, inner, columns) in [(256, 784, 128), (40, 1100, 300), (200, 40, 530)] {
      let left = GuardedMatrix(rows: rows, columns: inner) { sample($0, seed: 1) }
      let right = GuardedMatrix(rows: inner, columns: columns) { sample($0, seed: 2) }
      var packed = try PackedMatrix(inner: inner, columns: columns, kernels: set.kernels)
      packed.pack(right.view)
      let kernel = PanelFloats(right)
      let gradient = GuardedMatrix(rows: rows, columns: columns) { sample($0, seed: 3) }
      var (all, allTransposed): ([[Float]], [[Float]]) = ([], [])
      for (sizes, threads) in [(before.sizes, 1)] + Self.sizes.flatMap({ [($0, 1), ($0, 3)] }) {
        (CacheSizes.current, ThreadPool.threadCount) = (sizes, threads)
        let (output, fromPanels) = (
          GuardedMatrix(rows: rows, columns: columns), GuardedMatrix(rows: rows, columns: columns)
        )
        Product.multiply(left.view, packed, bias: nil, activation: .relu, preactivation: nil, into: output.mutableView)
        Product.multiply(
          RowSelection(left.view), panels: kernel.view, isFinite: true, bias: nil, activation: .relu,
          preactivation: nil,
          into: fromPanels.mutableView, kernels: set.kernels)
        let transposed = GuardedMatrix(rows: rows, columns: inner)
        Product.multiplyTransposed(
          gradient.view, panels: kernel.view, derivative: nil, into: transposed.mutableView, kernels: set.kernels)
        #expect(output.isIntact && fromPanels.isIntact && transposed.isIntact)
        all += [output.values, fromPanels.values]
        allTransposed.append(transposed.values)
      }
      for result in all { #expect(sameBits(result, all[0]), "\(rows) x \(inner) x \(columns)") }
      for result in allTransposed { #expect(sameBits(result, allTransposed[0]), "\(rows) x \(inner) x \(columns)") }
    }
  }

  /// An update on the way, which looks ahead where the second level is small.
  @Test(arguments: KernelSet.all)
  func updatesDoNotDependOnThem(set: KernelSet) {
    let before = CacheSizes.current
    defer { CacheSizes.current = before }
    let rule = OptimizerKernel.adam(
      stepSize: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, amsgrad: false, decay: 0)
    for (rows, inputs, units) in [(70, 230, 64), (300, 31, 200), (7, 40, 64)] {
      let left = GuardedMatrix(rows: rows, columns: inputs) { sample($0, seed: 1) }
      let right = GuardedMatrix(rows: rows, columns: units) { sample($0, seed: 2) }
      let shape = PanelShape(rows: inputs, columns: units)
      var all: [[Float]] = []
      for sizes in [before] + Self.sizes {
        CacheSizes.current = sizes
        let (weights, gradients) = (GuardedFloats(samples(shape.count, seed: 3)), GuardedFloats(count: shape.count))
        let slots = GuardedFloats(samples(2 * shape.count, seed: 4).map(abs))
        let alarm = Alarm()
        PanelGradient(
          RowSelection(left.view), right.view, kernel: gradients.pointer, shape, bias: nil, kernels: set.kernels
        ).update(
          share: (0..<shape.panels, 0..<shape.rows), with: rule, keepsWeights: true,
          kernelArrays: OptimizerArrays(
            weights: weights.pointer, gradients: gradients.pointer, slots: slots.pointer, slotDistance: shape.count,
            count: shape.count),
          biasArrays: nil, bell: alarm.bell)
        #expect(!alarm.rang && weights.isIntact && gradients.isIntact && slots.isIntact)
        all.append(weights.values + gradients.values + slots.values)
      }
      for result in all { #expect(sameBits(result, all[0]), "\(rows) x \(inputs) x \(units)") }
    }
  }

  @Test func looksAheadToUpdatesOfManyWeights() {
    let sizes = CacheSizes(secondLevel: 2 << 20, lastLevel: 32 << 20)
    #expect(sizes.updateStreams(weights: 1024 * 1024))
    #expect(!sizes.updateStreams(weights: 784 * 512))
  }

  @Test func readsASize() {
    #expect(CacheSizes.byteCount("48K") == 48 << 10)
    #expect(CacheSizes.byteCount("32M") == 32 << 20)
    for text in ["", "K", "1024", "-1K", "0K", "1G", "1 K", "99999999999999K"] {
      #expect(CacheSizes.byteCount(text) == nil)
    }
  }

  /// What the files of a processor's caches say.
  private func sizes(_ files: [String: String]) throws -> CacheSizes {
    try withSystemFiles(files) { CacheSizes.read(from: $0) }
  }

  @Test func readsAProcessorsCaches() throws {
    let two = [
      "index0/level": "1\n", "index0/size": "48K\n", "index2/level": "2\n", "index2/size": "1024K\n",
    ]
    #expect(try sizes(two) == CacheSizes(secondLevel: 1 << 20, lastLevel: 1 << 20))
    let three = two.merging(["index3/level": "3\n", "index3/size": "32768K\n"]) { $1 }
    #expect(try sizes(three) == CacheSizes(secondLevel: 1 << 20, lastLevel: 32 << 20))
  }

  /// As where the files are hidden from a container, or are not as they should be.
  @Test func standsOnTheLeastOfItsKind() throws {
    let least = try sizes([:])
    #expect(least.secondLevel >= 128 << 10 && least.lastLevel > least.secondLevel)
    #expect(try sizes(["index2/level": "2\n", "index2/size": "much\n"]) == least)
    #expect(try sizes(["index2/level": "second\n", "index2/size": "1024K\n"]) == least)
  }

  @Test func sizesOfWorkFollowThem() {
    let sizes = CacheSizes(secondLevel: 1 << 20, lastLevel: 32 << 20)
    #expect(sizes.blockFloats == 128 << 10 && sizes.residentBytes == 640 << 10)
    #expect(sizes.streams(bytes: 12 << 20) && !sizes.streams(bytes: 10 << 20))
    #expect(sizes.passesSecondLevel(floats: 200 << 10) && !sizes.passesSecondLevel(floats: 192 << 10))
  }
}
