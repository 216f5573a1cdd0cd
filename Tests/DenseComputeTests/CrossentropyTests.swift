import CDenseKernels
import DenseCompute
import Testing

struct CrossentropyTests {
  /// Both passes over rows of few and of many classes, from the kernels of `set`.
  private func run(_ kernels: Kernels, rows: Int, classes: Int) -> [[Float]] {
    let z = GuardedMatrix(rows: rows, columns: classes, gap: 1) { 4 * sample($0, seed: 1) }
    let e = GuardedMatrix(rows: rows, columns: classes, gap: 2)
    let (largest, sums, alone) = (GuardedFloats(count: rows), GuardedFloats(count: rows), GuardedFloats(count: rows))
    kernels.pointee.shifted_exponentials(
      rows, classes, z.view.pointer, z.view.stride, e.mutableView.pointer, e.view.stride, largest.pointer, sums.pointer)
    kernels.pointee.shifted_exponentials(
      rows, classes, z.view.pointer, z.view.stride, nil, 0, largest.pointer, alone.pointer)
    #expect(sameBits(alone.values, sums.values))
    let exponentials = e.values
    let wanted = GuardedFloats(samples(classes, seed: 2))
    for row in 0..<rows {
      kernels.pointee.class_gradient(
        classes, e.mutableView.row(row), sums.pointer[row], 0.75, row % 2 == 0 ? wanted.pointer : nil, 0.9, 0.01, 0.5)
    }
    #expect(z.isIntact && e.isIntact && largest.isIntact && sums.isIntact && wanted.isIntact)
    return [largest.values, exponentials, sums.values, e.values]
  }

  @Test(arguments: KernelSet.all, [1, 10, 16, 17, 300])
  func equalsPlainLoops(set: KernelSet, classes: Int) {
    let rows = 5
    let results = run(set.kernels, rows: rows, classes: classes)
    let wanted = samples(classes, seed: 2)
    for row in 0..<rows {
      let z = (0..<classes).map { 4 * sample(row * classes + $0, seed: 1) }
      let largest = z.max() ?? 0
      #expect(results[0][row] == largest)
      let exponentials = z.map { Float(Reference.exponential(Double($0 - largest))) }
      let sum = Float(exponentials.reduce(0.0) { $0 + Double($1) })
      #expect(abs(results[2][row] - sum) <= 1e-6 * sum)
      for index in 0..<classes {
        let place = row * classes + index
        #expect(abs(results[1][place] - exponentials[index]) <= 0x1p-23 * exponentials[index])
        let expected =
          (exponentials[index] / sum * 0.75 - (row % 2 == 0 ? wanted[index] * 0.9 + 0.01 : 0)) * 0.5
        #expect(abs(results[3][place] - expected) <= 1e-6)
      }
    }
  }

  @Test func fusedSetsAgree() {
    for classes in [1, 10, 16, 17, 300] {
      let results = KernelSet.all.filter(\.isFused).map { run($0.kernels, rows: 5, classes: classes) }
      for result in results { #expect(zip(result, results[0]).allSatisfy { sameBits($0, $1) }) }
    }
  }
}
