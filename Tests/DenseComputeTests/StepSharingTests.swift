import Testing

@testable import DenseCompute

/// Which steps are shared, as measured with two threads.
struct StepSharingTests {
  private func isShared(
    _ widths: [Int], rows: Int, threads: Int = 2, isInStream: Bool = true, distance: Double = 1
  ) -> Bool {
    let kernels = zip(widths, widths.dropFirst()).map { PanelShape(rows: $0, columns: $1) }
    return StepSharing.isWorthwhile(kernels, rows: rows, threads: threads, isInStream: isInStream, distance: distance)
  }

  /// Rows and kernels travel from core to core, which narrow layers and small kernels are not worth.
  @Test func leavesSmallStepsToOneThread() {
    for rows in [1, 32, 128] {
      #expect(!isShared([10, 64, 64, 2], rows: rows))
      #expect(!isShared([30, 100, 100, 2], rows: rows))
      #expect(!isShared([500, 10], rows: rows))
    }
    // A kernel whose update is too small to be cut.
    #expect(!isShared([200, 10], rows: 500))
    #expect(!isShared([784, 3], rows: 200))
    #expect(!isShared([10, 64, 64, 2], rows: 1000))
    #expect(!isShared([64, 64, 10], rows: 256))
    #expect(!isShared([784, 32, 10], rows: 32))
    #expect(!isShared([128, 128, 10], rows: 32))
    #expect(!isShared([128, 128, 128, 128, 10], rows: 1))
    #expect(!isShared([], rows: 1000))
  }

  @Test func sharesLargeSteps() {
    for rows in [1, 8, 32, 256, 2048] {
      #expect(isShared([784, 128, 10], rows: rows))
      #expect(isShared([784, 512, 512, 10], rows: rows))
      #expect(isShared([2048, 2048, 2048], rows: rows))
      #expect(isShared([256, 256, 10], rows: rows))
    }
    #expect(isShared([784, 64, 10], rows: 8))
    #expect(isShared([784, 32, 10], rows: 256))
    for rows in [256, 1000] { #expect(isShared([784, 10], rows: rows)) }
    #expect(isShared([4096, 10], rows: 128))
    #expect(isShared([128, 128, 10], rows: 128))
    // More than the caches hold travels in any case, and is read faster by two.
    #expect(isShared([100, 100, 100], rows: 100_000))
    #expect(isShared([1000, 1], rows: 500) && isShared([3000, 1], rows: 500))
  }

  /// Of many more rows than inputs, those that a thread does not share stay where they are.
  @Test func sharesRowsWhereTheyAreMany() {
    #expect(isShared([100, 50, 100], rows: 1000) && isShared([784, 32, 784], rows: 256))
    #expect(PanelShape(rows: 32, columns: 784).isSharedByRows(256, threads: 2))
    #expect(!PanelShape(rows: 784, columns: 128).isSharedByRows(256, threads: 2))
    #expect(PanelShape(rows: 784, columns: 128).isSharedByRows(384, threads: 8))
  }

  /// Far threads are given larger steps only, near ones smaller ones too.
  @Test func dependsOnTheDistanceOfThreads() {
    let (near, far) = (0.55, 2.0)
    for (widths, rows) in [([64, 64, 10], 512), ([256, 64, 10], 64), ([128, 128, 10], 32), ([30, 100, 100, 2], 64)] {
      #expect(isShared(widths, rows: rows, distance: near) && !isShared(widths, rows: rows))
    }
    for (widths, rows) in [([256, 256, 10], 1), ([784, 64, 10], 8), ([128, 128, 10], 128), ([784, 32, 10], 128)] {
      #expect(!isShared(widths, rows: rows, distance: far) && isShared(widths, rows: rows))
    }
    // Half of a kernel but the first one is read where the other half was written.
    #expect(!isShared([784, 512, 512, 10], rows: 1, distance: far))
    for rows in [1, 32, 128] { #expect(isShared([784, 128, 10], rows: rows, distance: far)) }
    #expect(!isShared([10, 64, 64, 2], rows: 32, distance: near))
    #expect(isShared([2048, 2048, 2048], rows: 256, distance: 4))
    // It is not known of threads that sleep.
    #expect(!isShared([64, 64, 10], rows: 512, isInStream: false, distance: near))
  }

  @Test func onlyWithOtherThreads() {
    #expect(!isShared([2048, 2048], rows: 256, threads: 1))
  }

  /// Threads are woken for large steps alone.
  @Test func waitsForStreamsOfSmallSteps() {
    #expect(!isShared([256, 256, 10], rows: 8, isInStream: false))
    #expect(isShared([784, 512, 512, 10], rows: 128, isInStream: false))
  }

  /// In a shared step, all work on a kernel is shared or none.
  @Test func sharesKernelsThatAreWorthIt() {
    #expect(PanelShape(rows: 784, columns: 128).isWorthSharing(rows: 0, threads: 2))
    #expect(!PanelShape(rows: 128, columns: 10).isWorthSharing(rows: 32, threads: 2))
    #expect(PanelShape(rows: 128, columns: 10).isWorthSharing(rows: 1024, threads: 2))
    // One panel, which each thread would read whole.
    #expect(!PanelShape(rows: 10_000, columns: 32).isWorthSharing(rows: 64, threads: 2))
    #expect(PanelShape(rows: 10_000, columns: 32).isWorthSharing(rows: 96, threads: 2))
  }
}
