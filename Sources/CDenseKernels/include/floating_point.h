// The processor's treatment of denormals, and its hint for waiting loops. Inline, since the smallest networks take little
// longer than a call.
#ifndef C_DENSE_FLOATING_POINT_H
#define C_DENSE_FLOATING_POINT_H

#include <stdint.h>

/// This thread's floating-point state, to be handed to `dk_set_floating_point_state`.
static inline uint64_t dk_floating_point_state(void) {
#if defined(__x86_64__)
  return __builtin_ia32_stmxcsr();
#elif defined(__aarch64__)
  uint64_t state;
  __asm__ volatile("mrs %0, fpcr" : "=r"(state));
  return state;
#else
  return 0;
#endif
}

static inline void dk_set_floating_point_state(uint64_t state) {
#if defined(__x86_64__)
  __builtin_ia32_ldmxcsr((unsigned)state);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(state));
#else
  (void)state;
#endif
}

/// `state`, with denormals taken as zero.
static inline uint64_t dk_flushing_denormals(uint64_t state) {
#if defined(__x86_64__)
  const uint64_t flush_to_zero = 0x8000, denormals_are_zero = 0x0040;
  return state | flush_to_zero | denormals_are_zero;
#elif defined(__aarch64__)
  const uint64_t flush_to_zero = 1ull << 24;
  return state | flush_to_zero;
#else
  return state;
#endif
}

/// Tells the processor that this thread waits in a loop.
static inline void dk_spin_hint(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#endif
