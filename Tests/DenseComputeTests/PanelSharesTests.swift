import Testing

@testable import DenseCompute

struct PanelSharesTests {
  static let shapes = [
    (0, 5), (1, 1), (1, 1000), (1000, 1), (23, 64), (24, 63), (784, 128), (50, 300), (2048, 2048), (100, 33), (7, 65),
  ].map { PanelShape(rows: $0.0, columns: $0.1) }

  /// Every element belongs to one share, and every panel to one share by panels.
  @Test(arguments: [1, 2, 3, 8])
  func sharesCoverTheMatrix(threads: Int) {
    for shape in Self.shapes {
      let shares = PanelShares(shape, threads: threads)
      #expect(shares.count == PanelShares.count(threads: threads))
      var visits = [Int](repeating: 0, count: shape.count)
      var nextPanel = 0
      for index in 0..<shares.count {
        shares.forEachRun(index) { run in for place in run { visits[place] += 1 } }
        let panels = shares.panels(index)
        #expect(panels.lowerBound == nextPanel)
        nextPanel = panels.upperBound
      }
      #expect(visits.allSatisfy { $0 == 1 }, "\(shape)")
      #expect(nextPanel == shape.panels)
    }
  }

  /// What a thread reads in a product by panels is what it changes in an update.
  @Test(arguments: [1, 2, 3, 4])
  func threadsKeepTheirPanels(threads: Int) {
    for shape in Self.shapes where shape.panels >= threads {
      let shares = PanelShares(shape, threads: threads)
      let each = shares.count / threads
      for thread in 0..<threads {
        let own = (0..<each).map { shares.panels(thread * each + $0) }
        let owned = Set(own.flatMap { Array($0) })
        // Pairs, but for a last one alone.
        #expect(own.allSatisfy { $0.count % 2 == 0 || $0.upperBound == own.last?.upperBound })
        for index in thread * each..<(thread + 1) * each {
          #expect(Set(shares[index].panels) == owned)
          // What comes next is the thread's own, too.
          let isLast = index == (thread + 1) * each - 1
          #expect(Array(shares.panelsAfter(index)) == (isLast ? [] : Array(shares.panels(index + 1))))
        }
      }
    }
  }
}

struct PanelShapeTests {
  @Test func laysOutAndBack() {
    for shape in PanelSharesTests.shapes {
      let values = (0..<shape.count).map(Float.init)
      let (rowMajor, place) = (GuardedFloats(values), GuardedFloats(count: shape.count))
      shape.pack(rowMajor.pointer, into: place.pointer)
      #expect(shape.unpacked(place.pointer) == values)
      #expect(shape.isRowMajor == (place.values == values) || shape.count == 0)
      for index in 0..<shape.panels {
        let panel = shape.panel(index, of: place.pointer)
        for row in 0..<shape.rows {
          for column in 0..<panel.columns {
            #expect(panel.row(row)[column] == values[row * shape.columns + 32 * index + column])
          }
        }
      }
      let middle = shape.rows / 3..<shape.rows
      let part = GuardedFloats(count: middle.count * shape.columns)
      shape.unpack(place.pointer, rows: middle, into: part.pointer)
      #expect(part.values == Array(values.dropFirst(middle.lowerBound * shape.columns)))
      #expect(place.isIntact && part.isIntact)
    }
  }
}
