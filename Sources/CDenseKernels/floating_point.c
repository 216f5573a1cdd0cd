// The processor's treatment of denormals, and its hint for waiting loops.
#include "CDenseKernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

uint64_t dk_flush_denormals(void) {
  const unsigned flush_to_zero = 0x8000, denormals_are_zero = 0x0040;
  unsigned state = _mm_getcsr();
  _mm_setcsr(state | flush_to_zero | denormals_are_zero);
  return state;
}

void dk_restore_floating_point_state(uint64_t state) { _mm_setcsr((unsigned)state); }

void dk_spin_hint(void) { _mm_pause(); }

#elif defined(__aarch64__)

uint64_t dk_flush_denormals(void) {
  const uint64_t flush_to_zero = 1ull << 24;
  uint64_t state;
  __asm__ volatile("mrs %0, fpcr" : "=r"(state));
  __asm__ volatile("msr fpcr, %0" : : "r"(state | flush_to_zero));
  return state;
}

void dk_restore_floating_point_state(uint64_t state) { __asm__ volatile("msr fpcr, %0" : : "r"(state)); }

void dk_spin_hint(void) { __asm__ volatile("yield"); }

#else

uint64_t dk_flush_denormals(void) { return 0; }
void dk_restore_floating_point_state(uint64_t state) { (void)state; }
void dk_spin_hint(void) {}

#endif
