// How many processors this process may run on. The system's interface for it is hidden from Swift.
#define _GNU_SOURCE
#include "CDenseKernels.h"
#include <unistd.h>

#if defined(__linux__)

#include <sched.h>

long dk_allowed_processors(void) {
  // A kernel refuses sets that are smaller than its own, so this one is larger than any kernel's that is in use.
  enum { WORDS = 1024 };
  unsigned long set[WORDS] = {0};
  if (sched_getaffinity(0, sizeof set, (cpu_set_t *)set) != 0) return sysconf(_SC_NPROCESSORS_ONLN);
  long count = 0;
  for (int i = 0; i < WORDS; i++) count += __builtin_popcountl(set[i]);
  return count;
}

#else

long dk_allowed_processors(void) { return sysconf(_SC_NPROCESSORS_ONLN); }

#endif
