/// A matrix in panels, cut into shares of about the same size for the threads of `ThreadPool`.
///
/// Each thread has panels of its own, cut by rows; where there are fewer panels than threads, rows of its own, or the caller
/// has all of what is small. The cut depends
/// on the matrix's shape and the number of threads alone, and so does the one by panels, which puts the same panels on the
/// same thread. Works that follow each other therefore find a share in the cache of the core that wrote it.
public struct PanelShares: Sendable {
  /// Shares for each thread, so that none has to wait long for a late one.
  private static var sharesPerThread: Int { 4 }
  /// Floats from which on few panels are cut, and rows: handing the parts of less from core to core takes longer than all of
  /// the work on them.
  private static var floatsWorthCutting: Int { 1 << 12 }
  private static var rowsWorthCutting: Int { 1 << 9 }
  /// Rows that the products' kernels take at a time at most.
  private static var rowUnit: Int { 12 }

  let shape: PanelShape
  private let threads: Int

  /// The shares for `threads` threads.
  public init(_ shape: PanelShape, threads: Int = ThreadPool.threadCount) {
    self.shape = shape
    self.threads = threads
  }

  /// The shares of any matrix, of which some may be empty.
  public static func count(threads: Int) -> Int { sharesPerThread * threads }
  public var count: Int { Self.count(threads: threads) }

  /// Whether threads share a matrix of fewer panels than threads.
  static func cuts(_ shape: PanelShape) -> Bool {
    shape.count >= floatsWorthCutting || shape.rows >= rowsWorthCutting
  }

  /// The panels and rows of a share.
  public subscript(index: Int) -> (panels: Range<Int>, rows: Range<Int>) {
    guard shape.panels >= threads else {
      return (0..<shape.panels, Self.cuts(shape) ? rows(index, of: count) : index == 0 ? 0..<shape.rows : 0..<0)
    }
    return (owned(by: index / Self.sharesPerThread), rows(index % Self.sharesPerThread, of: Self.sharesPerThread))
  }

  /// The panels of a share of all rows, for works on whole columns: pairs, which kernels are fastest at.
  func panels(_ index: Int) -> Range<Int> {
    let owned = owned(by: index / Self.sharesPerThread)
    let pairs = (owned.count + 1) / 2
    func start(_ part: Int) -> Int { owned.lowerBound + min(owned.count, 2 * (pairs * part / Self.sharesPerThread)) }
    return start(index % Self.sharesPerThread)..<start(index % Self.sharesPerThread + 1)
  }

  /// The panels of the share that a thread takes after this one unless others help it.
  func panelsAfter(_ index: Int) -> Range<Int> {
    (index + 1) % Self.sharesPerThread == 0 ? 0..<0 : panels(index + 1)
  }

  private func owned(by thread: Int) -> Range<Int> {
    shape.panels * thread / threads..<shape.panels * (thread + 1) / threads
  }

  /// What is left over belongs to the last part.
  private func rows(_ part: Int, of parts: Int) -> Range<Int> {
    let units = max(1, shape.rows / Self.rowUnit)
    func start(_ part: Int) -> Int { part == parts ? shape.rows : units * part / parts * Self.rowUnit }
    return start(part)..<start(part + 1)
  }

  /// Calls `body` with each run of neighbouring floats that a share consists of.
  public func forEachRun(_ index: Int, _ body: (Range<Int>) -> Void) {
    let (panels, rows) = self[index]
    guard !panels.isEmpty, !rows.isEmpty else { return }
    if rows.count == shape.rows {
      body(shape.start(of: panels.lowerBound) * shape.rows..<shape.start(of: panels.upperBound) * shape.rows)
      return
    }
    for panel in panels {
      let (start, width) = (shape.start(of: panel) * shape.rows, shape.width(of: panel))
      body(start + rows.lowerBound * width..<start + rows.upperBound * width)
    }
  }
}
