import CDenseKernels

/// Which thread runs.
public enum ThreadIdentity {
  /// A number that no other living thread has. Takes neither a lock nor a system call.
  public static var current: UInt { UInt(dk_thread_identity()) }
}
