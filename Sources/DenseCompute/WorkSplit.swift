/// A length cut into pieces of whole units, as equal as these allow; what is left over belongs to the last piece, too. None
/// is shorter than a unit, unless the length is.
struct WorkSplit {
  let length: Int
  let pieces: Int
  private let unit: Int
  private let units: Int

  /// `pieces` pieces, or as many as there are units; at least one.
  init(_ length: Int, unit: Int, pieces: Int) {
    self.length = length
    self.unit = unit
    units = max(1, length / unit)
    self.pieces = max(1, min(pieces, units))
  }

  subscript(index: Int) -> Range<Int> { start(index)..<start(index + 1) }

  private func start(_ index: Int) -> Int {
    if index == pieces { return length }
    let started = units * unit < length ? units + 1 : units
    return min(started * index / pieces, units - (pieces - index)) * unit
  }
}
