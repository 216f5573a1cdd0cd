import CDenseKernels

/// The processor's handling of denormal numbers.
public enum FloatingPointState {
  /// Runs `body` with denormal inputs and results taken as zero on this thread and on the pool's threads that work for it,
  /// and restores the caller's state.
  public static func withFlushedDenormals<R, E>(_ body: () throws(E) -> R) throws(E) -> R {
    let state = dk_floating_point_state()
    dk_set_floating_point_state(dk_flushing_denormals(state))
    defer { dk_set_floating_point_state(state) }
    return try body()
  }
}
