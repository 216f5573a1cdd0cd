// Which processors this process may run on, and its threads do. The system's interface for it is hidden from Swift.
#define _GNU_SOURCE
#include "CDenseKernels.h"
#include <unistd.h>

#if defined(__linux__)

#include <sched.h>

// A kernel refuses sets that are smaller than its own, so these are larger than any kernel's that is in use.
enum { WORDS = 1024, WORD_BITS = 8 * sizeof(unsigned long) };

long dk_allowed_processors(void) {
  unsigned long set[WORDS] = {0};
  if (sched_getaffinity(0, sizeof set, (cpu_set_t *)set) != 0) return sysconf(_SC_NPROCESSORS_ONLN);
  long count = 0;
  for (int i = 0; i < WORDS; i++) count += __builtin_popcountl(set[i]);
  return count;
}

int32_t dk_current_processor(void) { return sched_getcpu(); }

void dk_wake_elsewhere(pthread_t thread, pthread_cond_t *condition, int32_t processor) {
  unsigned long set[WORDS] = {0}, *word = NULL, bit = 0;
  cpu_set_t *allowed = (cpu_set_t *)set;
  if (processor >= 0 && processor < WORDS * WORD_BITS && pthread_getaffinity_np(thread, sizeof set, allowed) == 0) {
    word = &set[processor / WORD_BITS];
    bit = *word & 1ul << processor % WORD_BITS;
    *word &= ~bit;
  }
  // Refused where no processor is left; some hosts refuse any such call.
  int is_narrowed = bit != 0 && pthread_setaffinity_np(thread, sizeof set, allowed) == 0;
  pthread_cond_signal(condition);
  if (!is_narrowed) return;
  *word |= bit;
  pthread_setaffinity_np(thread, sizeof set, allowed);
}

void dk_move_to_processor(pthread_t thread, int32_t processor) {
  unsigned long before[WORDS] = {0}, set[WORDS] = {0};
  if (processor < 0 || processor >= WORDS * WORD_BITS) return;
  if (pthread_getaffinity_np(thread, sizeof before, (cpu_set_t *)before) != 0) return;
  set[processor / WORD_BITS] = before[processor / WORD_BITS] & 1ul << processor % WORD_BITS;
  if (set[processor / WORD_BITS] == 0 || pthread_setaffinity_np(thread, sizeof set, (cpu_set_t *)set) != 0) return;
  pthread_setaffinity_np(thread, sizeof before, (cpu_set_t *)before);
}

int64_t dk_processor_time(pthread_t thread) {
  clockid_t clock;
  struct timespec time;
  if (pthread_getcpuclockid(thread, &clock) != 0 || clock_gettime(clock, &time) != 0) return -1;
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

#else

long dk_allowed_processors(void) { return sysconf(_SC_NPROCESSORS_ONLN); }

int32_t dk_current_processor(void) { return -1; }

void dk_wake_elsewhere(pthread_t thread, pthread_cond_t *condition, int32_t processor) {
  (void)thread;
  (void)processor;
  pthread_cond_signal(condition);
}

void dk_move_to_processor(pthread_t thread, int32_t processor) {
  (void)thread;
  (void)processor;
}

int64_t dk_processor_time(pthread_t thread) {
  (void)thread;
  return -1;
}

#endif
