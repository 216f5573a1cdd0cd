// The ceiling: fused multiply-adds on registers alone, on each thread at once. `prepare` runs the loop,
// whose operations the result counts in units of 10^9; `run` does them once. And the distance between processors:
// `round_trip` tells how long two of them take to answer each other through one cache line.
#define _GNU_SOURCE // affinity
#include "work.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { STEPS = 10000000, MAX_THREADS = 256 };

static volatile float sink;

// Twelve independent chains hide the latency of a fused multiply-add (4 or 5 cycles, two a cycle). They are named one
// by one, and the empty assembly pins each to a register: as an array, compilers move them to memory and back.
#define CHAINS(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11)
#define CHAIN_COUNT 12.0
#define START(i) vector sum##i = term + (float)i;
#define STEP(i)                    \
  sum##i = sum##i * factor + term; \
  __asm__ volatile("" : "+" REGISTER(sum##i));
#define COLLECT(i) total += sum##i;

#define FMA_LOOP(NAME, ATTRIBUTE, LANES)                                      \
  ATTRIBUTE static double NAME(void) {                                        \
    typedef float vector __attribute__((vector_size(LANES * sizeof(float)))); \
    vector factor = {0}, term = {0}, total = {0};                             \
    factor += 0.999999f;                                                      \
    term += 1e-6f;                                                            \
    CHAINS(START)                                                             \
    for (int s = 0; s < STEPS; s++) {                                         \
      CHAINS(STEP)                                                            \
    }                                                                         \
    CHAINS(COLLECT)                                                           \
    sink = total[0];                                                          \
    return 2.0 * LANES * CHAIN_COUNT * (double)STEPS;                         \
  }

#if defined(__x86_64__)
#define REGISTER(value) "v"(value)
FMA_LOOP(loop_avx512, __attribute__((target("avx512f"))), 16)
#undef REGISTER
#define REGISTER(value) "x"(value)
FMA_LOOP(loop_avx2, __attribute__((target("avx2,fma"))), 8)
FMA_LOOP(loop_baseline, , 4)
#else
#define REGISTER(value) "w"(value)
FMA_LOOP(loop_baseline, , 4)
#endif

static double (*loop)(void) = loop_baseline;
static const char *loop_name = "128-bit";
static float result[2];

const char *peer_version(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) {
    loop = loop_avx512;
    loop_name = "512-bit";
  } else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    loop = loop_avx2;
    loop_name = "256-bit";
  }
#endif
  return loop_name;
}

int peer_prepare(const work_t *work, const float **values, size_t *count) {
  (void)work;
  // The caller divides by the seconds of a run, so it needs the operations of a run.
  result[0] = (float)(loop() * 1e-9) * (float)work_threads();
  *values = result;
  *count = 1;
  return 0;
}

// Each thread gets a processor of its own: a new thread may otherwise share its parent's for a millisecond or more.
static void pin(int thread) {
  cpu_set_t allowed, own;
  CPU_ZERO(&own);
  if (sched_getaffinity(getpid(), sizeof allowed, &allowed)) return;
  for (int cpu = 0, seen = 0; cpu < CPU_SETSIZE; cpu++) {
    if (CPU_ISSET(cpu, &allowed) && seen++ == thread) CPU_SET(cpu, &own);
  }
  if (CPU_COUNT(&own)) pthread_setaffinity_np(pthread_self(), sizeof own, &own);
}

static void *one_thread(void *index) {
  pin((int)(intptr_t)index);
  loop();
  return NULL;
}

int peer_run(double *seconds) {
  (void)seconds;
  pthread_t threads[MAX_THREADS];
  int count = work_threads();
  if (count > MAX_THREADS) return work_fail("at most %d threads", MAX_THREADS);
  // The first thread keeps the whole mask, which the others read, and waits.
  for (int i = 0; i < count; i++) {
    if (pthread_create(&threads[i], NULL, one_thread, (void *)(intptr_t)i)) return work_fail("cannot start a thread");
  }
  for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
  return 0;
}

// 1 asks, 0 answers, -1 ends.
static _Alignas(64) atomic_int ball;

static void *answer_each(void *index) {
  pin((int)(intptr_t)index);
  for (int seen; (seen = atomic_load(&ball)) >= 0;) {
    if (seen) atomic_store(&ball, 0);
  }
  return NULL;
}

static void *ask_repeatedly(void *nanoseconds) {
  enum { ROUNDS = 20000 };
  pin(0);
  double begin = 0;
  // The first half lets the other thread arrive.
  for (int i = 0; i < 2 * ROUNDS; i++) {
    if (i == ROUNDS) begin = work_seconds();
    atomic_store(&ball, 1);
    while (atomic_load(&ball)) continue;
  }
  *(double *)nanoseconds = (work_seconds() - begin) * 1e9 / ROUNDS;
  atomic_store(&ball, -1);
  return NULL;
}

static int round_trip(double *nanoseconds) {
  pthread_t asking, answering;
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) || CPU_COUNT(&allowed) < 2) return work_fail("one processor");
  atomic_store(&ball, 0);
  if (pthread_create(&answering, NULL, answer_each, (void *)(intptr_t)1)) return work_fail("cannot start a thread");
  int started = !pthread_create(&asking, NULL, ask_repeatedly, nanoseconds);
  if (started) {
    pthread_join(asking, NULL);
  } else {
    atomic_store(&ball, -1);
  }
  pthread_join(answering, NULL);
  return started ? 0 : work_fail("cannot start a thread");
}

int peer_command(const char *name, const char *first, const char *second, char *answer, size_t capacity) {
  (void)first, (void)second;
  if (strcmp(name, "round_trip")) return work_fail("unsupported: %s", name);
  double nanoseconds = 0;
  int status = round_trip(&nanoseconds);
  snprintf(answer, capacity, "%.0f", nanoseconds);
  return status;
}
