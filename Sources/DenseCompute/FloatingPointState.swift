import CDenseKernels

/// The processor's handling of denormal numbers on one thread. No system call is made for it.
public struct FloatingPointState {
  private let bits: UInt64

  /// Takes denormal inputs and results as zero from now on. Returns the state that was, for the same thread to restore.
  public static func flushDenormals() -> FloatingPointState {
    let bits = dk_floating_point_state()
    dk_set_floating_point_state(dk_flushing_denormals(bits))
    return FloatingPointState(bits: bits)
  }

  /// Makes this the thread's state again.
  public func restore() { dk_set_floating_point_state(bits) }

  /// Runs `body` with denormal inputs and results taken as zero on this thread and on the pool's threads that work for it,
  /// and restores the caller's state.
  public static func withFlushedDenormals<R, E>(_ body: () throws(E) -> R) throws(E) -> R {
    let state = flushDenormals()
    defer { state.restore() }
    return try body()
  }
}
