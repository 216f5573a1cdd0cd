// The processor's treatment of denormals, and its hint for waiting loops.
#include "CDenseKernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

uint64_t dk_floating_point_state(void) { return _mm_getcsr(); }

void dk_set_floating_point_state(uint64_t state) { _mm_setcsr((unsigned)state); }

uint64_t dk_flushing_denormals(uint64_t state) {
  const uint64_t flush_to_zero = 0x8000, denormals_are_zero = 0x0040;
  return state | flush_to_zero | denormals_are_zero;
}

void dk_spin_hint(void) { _mm_pause(); }

#elif defined(__aarch64__)

uint64_t dk_floating_point_state(void) {
  uint64_t state;
  __asm__ volatile("mrs %0, fpcr" : "=r"(state));
  return state;
}

void dk_set_floating_point_state(uint64_t state) { __asm__ volatile("msr fpcr, %0" : : "r"(state)); }

uint64_t dk_flushing_denormals(uint64_t state) {
  const uint64_t flush_to_zero = 1ull << 24;
  return state | flush_to_zero;
}

void dk_spin_hint(void) { __asm__ volatile("yield"); }

#else

uint64_t dk_floating_point_state(void) { return 0; }
void dk_set_floating_point_state(uint64_t state) { (void)state; }
uint64_t dk_flushing_denormals(uint64_t state) { return state; }
void dk_spin_hint(void) {}

#endif
