/// When threads share a step of training, and which kernels of it.
///
/// What one core wrote comes to another line by line, which takes longer than most of the arithmetic on a small kernel or in
/// a narrow layer. So a step is shared from the gathering of its rows to the update, or left to the caller's thread; and in
/// a step that is shared, so is all that is done with a kernel, or nothing.
///
/// Times are in multiplications of products: some 100 of them take a nanosecond with AVX-512. What travels takes so long at a
/// distance of 1 (see `ThreadDistance`), and as many times longer as threads are farther.
public enum StepSharing {
  /// An optimizer's work on a weight.
  fileprivate static let weightWork = 30.0
  /// Reading a value of rows that a core does not keep: as long as its products with so many columns.
  fileprivate static let readingWork = 8.0
  /// From this much on, the work on a kernel is shared.
  fileprivate static let smallKernelWork = 1_000_000.0
  /// Telling threads of what is shared for a kernel, and waiting for them.
  fileprivate static let tellingWork = 400_000.0
  /// A value of a layer's rows that other threads read in the forward pass and in the backward pass, and where threads share
  /// the rows of products.
  fileprivate static let valueTravel = 150.0
  fileprivate static let valueTravelByRows = 75.0
  /// A value of a layer's input that travels in one part of a step alone, or of its kernel.
  fileprivate static let singleTravel = 36.0
  /// A step is shared where this much is left at a distance of 1 after all that travels.
  private static let smallGain = 900_000.0
  /// From this much work on, so is a step by itself, for which the other threads have to be woken.
  private static let largeWork = 12_000_000.0

  /// Whether a step of `rows` rows with these kernels, which begins now, is worth sharing.
  public static func isWorthwhile(_ kernels: [PanelShape], rows: Int) -> Bool {
    isWorthwhile(
      kernels, rows: rows, threads: ThreadPool.threadCount, isInStream: ThreadPool.stream.isFlowing(),
      distance: ThreadPool.distance)
  }

  /// - Parameters:
  ///   - isInStream: whether steps follow each other closely, so that the other threads are awake.
  ///   - distance: how far these are, for a step in a stream.
  static func isWorthwhile(
    _ kernels: [PanelShape], rows: Int, threads: Int, isInStream: @autoclosure () -> Bool,
    distance: @autoclosure () -> Double
  ) -> Bool {
    guard threads > 1 else { return false }
    var (work, spared, lost) = (0.0, 0.0, smallGain)
    for (index, kernel) in kernels.enumerated() where kernel.isWorthSharing(rows: rows, threads: threads) {
      work += kernel.stepWork(rows: rows)
      spared += kernel.sparedWork(rows: rows)
      lost += kernel.lostWork(rows: rows, threads: threads, isFirst: index == 0)
    }
    guard spared >= lost * ThreadDistance.range.lowerBound else { return false }
    return isInStream() ? spared >= lost * distance() : spared >= lost && work >= largeWork
  }

  /// Takes note that a step has ended: others that begin soon follow in a stream.
  public static func noteStep() { ThreadPool.stream.noteWork() }
}

extension PanelShape {
  /// Whether threads share all that a shared step of `rows` rows does with a kernel of this shape.
  /// - Parameter rows: 0 for an update by itself.
  public func isWorthSharing(rows: Int, threads: Int = ThreadPool.threadCount) -> Bool {
    stepWork(rows: rows) >= StepSharing.smallKernelWork && (keepsPanels || isSharedByRows(rows, threads: threads))
  }

  /// Whether threads share the rows of products, not the columns. Who shares rows reads all of the kernel; who shares columns
  /// reads all rows, and the update reads those of the layer's input in any case.
  func isSharedByRows(_ rows: Int, threads: Int) -> Bool {
    rows >= threads * Self.rowsWorthReading && (panels < threads || rows >= 2 * self.rows)
  }

  /// Rows for each thread from which on it is a small part of the work that every thread reads the whole kernel.
  private static var rowsWorthReading: Int { 48 }
  /// Whether threads read the panels alone that they update.
  private var keepsPanels: Bool { panels > 1 }

  /// The three products, where a few columns take as long as a whole vector of them, and the update.
  fileprivate func stepWork(rows: Int) -> Double { 2 * productWork(rows: rows) + updateWork(rows: rows) }

  private func productWork(rows: Int) -> Double {
    let columns = Double(Product.needsPacking(columns: columns) ? columns : (columns + 15) / 16 * 16)
    let isRead = kept(rows: rows) < 1
    return Double(rows) * Double(self.rows) * (isRead ? max(columns, StepSharing.readingWork) : columns)
  }

  /// The part of the layer's rows that stays in the second-level cache from one product to the next, beside all else.
  private func kept(rows: Int) -> Double {
    min(1, Double(CacheSizes.current.secondLevel) / (8 * Double(rows) * Double(self.rows + columns)))
  }

  /// The product for the gradient, and the update.
  private func updateWork(rows: Int) -> Double {
    productWork(rows: rows) + StepSharing.weightWork * Double(count)
  }

  /// The work that is shared.
  fileprivate func sparedWork(rows: Int) -> Double {
    2 * productWork(rows: rows) + (keepsPanels || PanelShares.cuts(self) ? updateWork(rows: rows) : 0)
  }

  /// What travels for that, and telling of it.
  /// - Parameter isFirst: whether no gradient of the layer's inputs is computed, for which threads read all panels.
  fileprivate func lostWork(rows: Int, threads: Int, isFirst: Bool) -> Double {
    // Rows that are not kept would come from farther away in any case.
    let values = kept(rows: rows) * Double(rows)
    let sharesRows = isSharedByRows(rows, threads: threads)
    let valueTravel = sharesRows ? StepSharing.valueTravelByRows : StepSharing.valueTravel
    let travel =
      keepsPanels
      ? valueTravel * values * Double(self.rows + columns)
      : StepSharing.singleTravel * values * Double(self.rows) + StepSharing.valueTravel * values * Double(columns)
    let kernelTravels = sharesRows || !keepsPanels || !isFirst
    return travel + (kernelTravels ? StepSharing.singleTravel * Double(count) : 0) + StepSharing.tellingWork
  }
}
