extension ThreadPool {
  /// Multiplications from which on work is shared: some 15 microseconds of one thread with AVX-512. Publishing work
  /// takes a fraction of one microsecond while the pool's threads watch, and a few where one of them has to be woken.
  private static var leastShared: Double { 2_000_000 }
  /// Multiplications of which a piece of work has about as many at least, so that taking it costs little beside.
  private static var leastPiece: Double { 400_000 }
  /// Pieces for each thread: several, so that none has to wait long for a late one.
  private static var mostPieces: Double { 4 }

  static func isWorthSharing(_ multiplications: Double) -> Bool { multiplications >= leastShared }

  /// How many pieces to cut work into: equally many for each thread.
  static func pieces(_ multiplications: Double, threads: Int) -> Int {
    threads * Int(max(1, min(mostPieces, multiplications / leastPiece / Double(threads))))
  }
}
