// Dense through its C ABI: forward passes and products, a training race, latencies and concurrent predictions.
#define _GNU_SOURCE
#include "dense_work.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_THREADS = 256 };

static work_t work;
static dense_network *network;
static dense_predictor *predictor;
static float *x, *output;
static size_t input_count, output_count;

const char *peer_version(void) {
  static char text[128];
  snprintf(text, sizeof text, "%s (%s)", dense_version(), dense_instruction_set());
  return text;
}

// The network ready for the work's rows, on as many threads as the run has.
static int predictor_create(void) {
  dense_predictor_options *options = NULL;
  CHECK(dense_predictor_options_create(&options));
  dense_status status = dense_predictor_options_set(options, "num_threads", work_threads() > 1 ? 0 : 1);
  if (!status && work.rows < 256) status = dense_predictor_options_set(options, "max_rows", (double)work.rows);
  if (!status) status = dense_predictor_create(network, options, &predictor);
  dense_predictor_options_destroy(options);
  CHECK(status);
  return 0;
}

int peer_prepare(const work_t *given, const float **result, size_t *count) {
  work = *given;
  dense_predictor_destroy(predictor);
  dense_network_destroy(network);
  predictor = NULL;
  network = NULL;
  CHECK(dense_set_num_threads(work_threads()));
  if (network_create(&work, &network)) return -1;
  if (!strcmp(work.kind, "race")) {
    static float accuracy;
    if (race_prepare(&work)) return -1;
    double unused = 0;
    if (race_run(&work, network, &unused, &accuracy)) return -1;
    *result = &accuracy;
    *count = 1;
    return 0;
  }
  input_count = (size_t)(work.rows * work.widths[0]);
  output_count = (size_t)(work.rows * work.widths[work.layers]);
  free(x), free(output);
  x = work_floats(&work, "x", input_count);
  output = calloc(output_count, sizeof(float));
  double unused = 0;
  if (!x || !output || predictor_create() || peer_run(&unused)) return -1;
  *result = output;
  *count = output_count;
  return 0;
}

int peer_run(double *seconds) {
  if (!strcmp(work.kind, "race")) {
    float accuracy;
    return race_run(&work, network, seconds, &accuracy);
  }
  CHECK(dense_predictor_run(predictor, x, work.rows, work.widths[0], output, (int64_t)output_count));
  return 0;
}

// An empty loop: what the machine alone does to code of this length.
static void spin(int64_t turns) {
  for (int64_t i = 0; i < turns; i++) __asm__ volatile("");
}

static int64_t nanoseconds(void) { return (int64_t)(work_seconds() * 1e9); }

static int compare(const void *a, const void *b) {
  int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
  return (left > right) - (left < right);
}

// The number of turns of `spin` that last as long as the median of 1,001 calls.
static int spin_turns(int64_t *turns) {
  int64_t samples[1001];
  double unused = 0;
  for (int i = 0; i < 1001; i++) {
    int64_t begin = nanoseconds();
    if (peer_run(&unused)) return -1;
    samples[i] = nanoseconds() - begin;
  }
  qsort(samples, 1001, sizeof *samples, compare);
  int64_t begin = nanoseconds();
  spin(10000000);
  double per_turn = (double)(nanoseconds() - begin) / 1e7;
  *turns = (int64_t)((double)samples[500] / per_turn);
  return 0;
}

// Times `calls` calls, each followed by a spin of the same length; writes the calls' times and then the spins'.
static int latency(const char *path, int64_t calls) {
  int64_t turns = 0;
  int64_t *times = malloc((size_t)(2 * calls) * sizeof(int64_t));
  if (!times) return work_fail("out of memory");
  int status = spin_turns(&turns);
  double unused = 0;
  for (int64_t i = 0; i < calls && !status; i++) {
    int64_t begin = nanoseconds();
    status = peer_run(&unused);
    int64_t middle = nanoseconds();
    spin(turns);
    times[i] = middle - begin;
    times[calls + i] = nanoseconds() - middle;
  }
  FILE *file = status ? NULL : fopen(path, "wb");
  if (file) {
    fwrite(times, sizeof(int64_t), (size_t)(2 * calls), file);
    fclose(file);
  } else if (!status) {
    status = work_fail("cannot write %s", path);
  }
  free(times);
  return status;
}

typedef struct {
  pthread_t thread;
  int processor;
  double calls_per_second;
  // No line of the cache that another thread writes.
  char gap[128];
} caller;

static pthread_barrier_t start;
static atomic_int stopping, failed;

static void *predict_until_stopped(void *argument) {
  caller *it = argument;
  cpu_set_t own;
  CPU_ZERO(&own);
  CPU_SET(it->processor, &own);
  if (pthread_setaffinity_np(pthread_self(), sizeof own, &own)) atomic_store(&failed, 1);
  float *mine = malloc(output_count * sizeof(float));
  int64_t calls = 0;
  pthread_barrier_wait(&start);
  double begin = work_seconds();
  while (mine && !atomic_load_explicit(&stopping, memory_order_relaxed)) {
    if (dense_predictor_run(predictor, x, work.rows, work.widths[0], mine, (int64_t)output_count)) {
      atomic_store(&failed, 1);
      break;
    }
    calls++;
  }
  it->calls_per_second = (double)calls / (work_seconds() - begin);
  free(mine);
  return NULL;
}

// The processor of caller `index`: those that the process may use, in turn.
static int processor_of(int index) {
  cpu_set_t all;
  if (sched_getaffinity(0, sizeof all, &all) || CPU_COUNT(&all) == 0) return -1;
  int left = index % CPU_COUNT(&all), processor = 0;
  while (!CPU_ISSET(processor, &all) || left-- > 0) processor++;
  return processor;
}

// Calls a second that `count` threads make together on one predictor, each on a processor of its own as far as there
// are enough. What is asked is whether the calls get in each other's way, not where the system puts threads that it has
// just been given.
static int concurrent(int count, double seconds, double *rate) {
  static caller callers[MAX_THREADS];
  if (count < 1 || count > MAX_THREADS) return work_fail("expected 1 to %d threads, received %d", MAX_THREADS, count);
  atomic_store(&stopping, 0);
  pthread_barrier_init(&start, NULL, (unsigned)count + 1);
  for (int i = 0; i < count; i++) {
    callers[i].processor = processor_of(i);
    if (callers[i].processor < 0) return work_fail("cannot tell which processors there are");
    if (pthread_create(&callers[i].thread, NULL, predict_until_stopped, &callers[i]))
      return work_fail("cannot start a thread");
  }
  pthread_barrier_wait(&start);
  struct timespec pause = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
  nanosleep(&pause, NULL);
  atomic_store(&stopping, 1);
  *rate = 0;
  for (int i = 0; i < count; i++) {
    pthread_join(callers[i].thread, NULL);
    *rate += callers[i].calls_per_second;
  }
  pthread_barrier_destroy(&start);
  return atomic_load(&failed) ? work_fail("a prediction failed") : 0;
}

int peer_command(const char *name, const char *first, const char *second, char *answer, size_t capacity) {
  if (!strcmp(name, "latency")) return latency(first, atoll(second));
  if (!strcmp(name, "concurrent")) {
    double rate = 0;
    int status = concurrent(atoi(first), atof(second), &rate);
    snprintf(answer, capacity, "%.9g", rate);
    return status;
  }
  if (!strcmp(name, "count")) {
    work_t counted;
    int64_t value = 0;
    if (work_read(first, &counted)) return -1;
    CHECK(dense_calculate(counted.widths, counted.layers + 1, "adam", counted.batch, second, &value));
    snprintf(answer, capacity, "%lld", (long long)value);
    return 0;
  }
  return work_fail("unsupported: %s", name);
}
