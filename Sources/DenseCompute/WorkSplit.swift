/// A length cut into pieces of whole units; what is left over belongs to the last piece.
struct WorkSplit {
  let length: Int
  let pieceLength: Int
  let pieces: Int

  /// About `pieces` pieces, at least one.
  init(_ length: Int, unit: Int, pieces: Int) {
    self.length = length
    let units = max(1, length / unit)
    let unitsInPiece = (units + max(1, pieces) - 1) / max(1, pieces)
    pieceLength = unitsInPiece * unit
    self.pieces = (units + unitsInPiece - 1) / unitsInPiece
  }

  subscript(index: Int) -> Range<Int> {
    let start = index * pieceLength
    return start..<(index == pieces - 1 ? length : start + pieceLength)
  }
}
