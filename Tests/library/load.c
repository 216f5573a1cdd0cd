// Loads the library as a program would that knows only its path, and reports how long that took and what came along.
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dense.h"

static const char *(*version)(void);
static const char *(*names)(const char *, int64_t);

static double milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

// How many lines of a file of /proc hold `text`.
static int count_lines(const char *path, const char *text, int *number) {
  char line[4096];
  int count = 0;
  FILE *file = fopen(path, "r");
  if (file == NULL) return -1;
  while (fgets(line, sizeof line, file) != NULL) {
    if (strstr(line, text) == NULL) continue;
    count++;
    if (number != NULL) *number = atoi(line + strlen(text));
  }
  fclose(file);
  return count;
}

// Leaves a text of this thread behind, which is freed when the thread ends: after the library was closed.
static void *fail_and_wait(void *barrier) {
  names("no such kind", 0);
  pthread_barrier_wait(barrier);
  pthread_barrier_wait(barrier);
  return NULL;
}

int main(int count, char **arguments) {
  if (count != 2) return 2;
  double start = milliseconds();
  void *library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  *(void **)&version = dlsym(library, "dense_version");
  *(void **)&names = dlsym(library, "dense_names");
  if (version == NULL || names == NULL || strcmp(version(), DENSE_VERSION) != 0) return 1;
  double elapsed = milliseconds() - start;

  int threads = 0;
  count_lines("/proc/self/status", "Threads:", &threads);
  int swift = count_lines("/proc/self/maps", "libswift", NULL);
  // The signals that the process handles: those are the program's own business.
  int untouched = count_lines("/proc/self/status", "SigCgt:\t0000000000000000", NULL);

  pthread_t thread;
  pthread_barrier_t barrier;
  pthread_barrier_init(&barrier, NULL, 2);
  if (pthread_create(&thread, NULL, fail_and_wait, &barrier) != 0) return 1;
  pthread_barrier_wait(&barrier);
  dlclose(library);
  pthread_barrier_wait(&barrier);
  pthread_join(thread, NULL);

  printf("milliseconds %.2f\nthreads %d\nswift %d\nuntouched signals %d\n", elapsed, threads, swift, untouched);
  return 0;
}
