// Which instruction sets this machine has, and the processor state that goes with them.
#include "CDenseKernels.h"

#if defined(__aarch64__)

extern const dk_kernels dk_neon_kernels;

const dk_kernels *dk_supported_kernels(size_t index) { return index == 0 ? &dk_neon_kernels : NULL; }

#else

extern const dk_kernels dk_baseline_kernels;

#if defined(__x86_64__)

#include <immintrin.h>

extern const dk_kernels dk_avx2_kernels, dk_avx512_kernels;

// The builtins ask the processor, and whether the system keeps the wide registers.
static int has_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
}

static int has_avx512(void) {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
}

const dk_kernels *dk_supported_kernels(size_t index) {
  __builtin_cpu_init();
  if (has_avx512() && index-- == 0) return &dk_avx512_kernels;
  if (has_avx2() && index-- == 0) return &dk_avx2_kernels;
  return index == 0 ? &dk_baseline_kernels : NULL;
}

#else

const dk_kernels *dk_supported_kernels(size_t index) { return index == 0 ? &dk_baseline_kernels : NULL; }

#endif
#endif

size_t dk_packed_count(size_t inner, size_t columns) {
  return columns <= DK_NARROW_COLUMNS ? columns * ((inner + 15) / 16 * 16) : (columns + 15) / 16 * 16 * inner;
}
