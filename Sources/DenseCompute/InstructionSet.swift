package import CDenseKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The functions of one instruction set.
package typealias Kernels = UnsafePointer<dk_kernels>

/// The instruction set that the kernels use, chosen once, at first need.
public enum InstructionSet {
  /// `baseline`, `avx2`, `avx512` or `neon`: the best that this machine has, unless the environment variable `DENSE_ISA`
  /// names another one. A name that is unknown or not supported here changes nothing, which shows in this value.
  public static var current: String { String(cString: kernels.pointee.name) }

  /// The table of every set that this machine supports, best first.
  package static var supported: [Kernels] {
    var tables: [Kernels] = []
    while let table = dk_supported_kernels(tables.count) { tables.append(table) }
    return tables
  }

  // The tables are constants of the C module.
  nonisolated(unsafe) package static let kernels: Kernels = chosen(getenv("DENSE_ISA").map { String(cString: $0) })

  /// The set of that name where it is supported, else the best.
  package static func chosen(_ name: String?) -> Kernels {
    let tables = supported
    return tables.first { String(cString: $0.pointee.name) == name } ?? tables[0]
  }
}
