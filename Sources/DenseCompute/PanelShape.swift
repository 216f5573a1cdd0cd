import CDenseKernels

/// How a kernel lies in memory: panels of 32 neighbouring columns, the last one with what is left. Each panel is row-major
/// without gaps, and one follows the other, so that threads which own panels share no cache line but at the seams.
/// A matrix of one row or of at most 32 columns lies as in row-major order.
public struct PanelShape: Sendable, Equatable {
  public static var panelColumns: Int { Int(DK_PANEL_COLUMNS) }

  public let rows: Int
  public let columns: Int

  public init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }

  public var count: Int { rows * columns }
  public var panels: Int { (columns + Self.panelColumns - 1) / Self.panelColumns }
  public var isRowMajor: Bool { rows <= 1 || panels <= 1 }

  /// The columns of a panel; of the panel past the last, none from the end on.
  func start(of panel: Int) -> Int { min(panel * Self.panelColumns, columns) }
  func width(of panel: Int) -> Int { start(of: panel + 1) - start(of: panel) }

  func columns(of panels: Range<Int>) -> Range<Int> { start(of: panels.lowerBound)..<start(of: panels.upperBound) }

  /// A panel of the matrix that starts at `base`.
  public func panel(_ index: Int, of base: UnsafePointer<Float>) -> MatrixView {
    MatrixView(base + start(of: index) * rows, rows: rows, columns: width(of: index))
  }

  /// Calls `body` with the start in panels, the start in row-major order, and the length of each run of neighbours in
  /// `range`, a range of rows.
  private func forEachRun(_ range: Range<Int>, _ body: (_ panels: Int, _ rowMajor: Int, _ count: Int) -> Void) {
    for panel in 0..<panels {
      let (column, width) = (start(of: panel), width(of: panel))
      for row in range { body(column * rows + row * width, row * columns + column, width) }
    }
  }

  /// Lays row-major values out in panels.
  public func pack(_ rowMajor: UnsafePointer<Float>, into place: UnsafeMutablePointer<Float>) {
    forEachRun(0..<rows) { (place + $0).update(from: rowMajor + $1, count: $2) }
  }

  /// Writes the rows of `range` of a matrix in panels to `rowMajor`, one after the other.
  public func unpack(
    _ place: UnsafePointer<Float>, rows range: Range<Int>, into rowMajor: UnsafeMutablePointer<Float>
  ) {
    let start = range.lowerBound * columns
    forEachRun(range) { (rowMajor + $1 - start).update(from: place + $0, count: $2) }
  }

  /// All values of a matrix in panels, row-major.
  public func unpacked(_ place: UnsafePointer<Float>) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = count
      guard let base = buffer.baseAddress else { return }
      base.initialize(repeating: 0, count: count)
      unpack(place, rows: 0..<rows, into: base)
    }
  }
}

/// A borrowed matrix in panels. It does not own its memory; whoever makes one keeps the memory alive while it is used.
public struct PanelMatrixView {
  public let pointer: UnsafePointer<Float>
  public let shape: PanelShape

  public init(_ pointer: UnsafePointer<Float>, _ shape: PanelShape) {
    self.pointer = pointer
    self.shape = shape
  }

  public var rows: Int { shape.rows }
  public var columns: Int { shape.columns }
  /// Whether the values come from beyond the second-level cache in each step of a training, in which an optimizer's slots
  /// pass by in between, two of them mostly.
  var passesSecondLevel: Bool { CacheSizes.current.passesSecondLevel(floats: 3 * shape.count) }
  public func panel(_ index: Int) -> MatrixView { shape.panel(index, of: pointer) }
}
