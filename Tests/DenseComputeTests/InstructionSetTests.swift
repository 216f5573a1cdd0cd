import DenseCompute
import Testing

struct InstructionSetTests {
  @Test func everyMachineHasASet() {
    #expect(!KernelSet.all.isEmpty)
    #expect(KernelSet.all.map(\.name).contains(InstructionSet.current))
    #if arch(x86_64)
      #expect(KernelSet.all.last?.name == "baseline")
    #endif
  }

  @Test func aNamedSetIsTaken() {
    for set in KernelSet.all { #expect(String(cString: InstructionSet.chosen(set.name).pointee.name) == set.name) }
  }

  @Test func anUnknownNameMeansTheBest() {
    for name in [nil, "", "avx", "AVX2", "mips"] {
      #expect(InstructionSet.chosen(name) == InstructionSet.supported.first)
    }
  }
}

struct FloatingPointStateTests {
  @Test func denormalsAreFlushedInsideAndKeptOutside() {
    let summed = { (x: Float) -> Float in
      // The sum over a pointer keeps the compiler from computing it beforehand.
      withUnsafePointer(to: x) { Float(Vector.sum($0, count: 1)) }
    }
    #expect(summed(0x1p-133) == 0x1p-133)
    FloatingPointState.withFlushedDenormals { #expect(summed(0x1p-133) == 0) }
    #expect(summed(0x1p-133) == 0x1p-133)
  }

  @Test func stateComesBackAfterAnError() {
    #expect(throws: DenseError(.nonFinite, "expected")) {
      try FloatingPointState.withFlushedDenormals { () throws(DenseError) in throw DenseError(.nonFinite, "expected") }
    }
    #expect(withUnsafePointer(to: Float(0x1p-133)) { Vector.sum($0, count: 1) } != 0)
  }
}

struct PackedMatrixTests {
  @Test func impossibleSizesAreRefused() {
    for (inner, columns) in [(-1, 3), (3, -1), (Int.max, 2), (1 << 40, 1 << 40), (Int.max, 0)] {
      #expect(throws: DenseError.self) { try PackedMatrix.byteCount(inner: inner, columns: columns) }
    }
  }

  @Test func packedSizeIsWholeVectors() throws {
    #expect(try PackedMatrix.byteCount(inner: 784, columns: 128) == 784 * 128 * 4)
    #expect(try PackedMatrix.byteCount(inner: 784, columns: 10) == 784 * 16 * 4)
    #expect(try PackedMatrix.byteCount(inner: 17, columns: 2) == 2 * 32 * 4)
    #expect(try PackedMatrix.byteCount(inner: 0, columns: 0) == 64)
  }
}
