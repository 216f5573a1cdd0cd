// How long single rows take, beside an empty loop of the same length: what the loop shows is the machine's own doing.
//
// usage: latency [RUNS]
#include <time.h>

#include "common.h"

static double nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double at(const double *sorted, int count, double share) { return sorted[(int)((count - 1) * share)]; }

static void print(const char *name, double *times, int count) {
  qsort(times, (size_t)count, sizeof *times, by_size);
  printf("%-28s p50 %7.0f ns  p99 %7.0f ns  p99.9 %7.0f ns\n", name, at(times, count, 0.5), at(times, count, 0.99),
         at(times, count, 0.999));
}

static void spin(long rounds) {
  for (long i = 0; i < rounds; i++) __asm__ volatile("" ::: "memory");
}

// Rounds of the empty loop that take about `length` nanoseconds.
static long rounds_of(double length) {
  long rounds = 1000;
  for (int i = 0; i < 20; i++) {
    double best = 1e18;
    for (int j = 0; j < 50; j++) {
      double start = nanoseconds();
      spin(rounds);
      double time = nanoseconds() - start;
      if (time < best) best = time;
    }
    rounds = (long)((double)rounds * length / best) + 1;
  }
  return rounds;
}

int main(int count, char **arguments) {
  int runs = count > 1 ? atoi(arguments[1]) : 100000;
  double *run_times = malloc((size_t)runs * sizeof *run_times), *spin_times = malloc((size_t)runs * sizeof *spin_times);
  if (runs < 1 || run_times == NULL || spin_times == NULL) fail("no memory for %d runs", runs);
  static float input[INPUTS], output[OUTPUTS];
  fill(input, INPUTS);
  dense_network *network = make_network(0);
  dense_predictor *predictor = make_predictor(network, 1, 1);
  for (int i = 0; i < 1000; i++) must(dense_predictor_run(predictor, input, 1, INPUTS, output, OUTPUTS));

  for (int i = 0; i < runs; i++) {
    double start = nanoseconds();
    dense_predictor_run(predictor, input, 1, INPUTS, output, OUTPUTS);
    run_times[i] = nanoseconds() - start;
  }
  memcpy(spin_times, run_times, (size_t)runs * sizeof *run_times);
  qsort(spin_times, (size_t)runs, sizeof *spin_times, by_size);
  long rounds = rounds_of(at(spin_times, runs, 0.5));
  // In turns, so that both meet the same disturbances.
  for (int i = 0; i < runs; i++) {
    double start = nanoseconds();
    dense_predictor_run(predictor, input, 1, INPUTS, output, OUTPUTS);
    double middle = nanoseconds();
    spin(rounds);
    spin_times[i] = nanoseconds() - middle;
    run_times[i] = middle - start;
  }
  print("one row of 784-128-10", run_times, runs);
  print("an empty loop of that length", spin_times, runs);
  dense_predictor_destroy(predictor);
  dense_network_destroy(network);
  free(run_times);
  free(spin_times);
  return 0;
}
