// The error of every elementary function and activation on every float, or on every n-th where a number n is given, against
// the C library's double precision; and that the sets with fused multiply-add agree to the bit. A quarter of an hour on two
// cores.
#include "CDenseKernels.h"
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 4096, FUNCTIONS = 10, MOST_SETS = 4, MOST_THREADS = 64 };

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }
static double softplus(double x) { return x != x ? x : fmax(x, 0) + log1p(exp(-fabs(x))); }
/// With alpha 1.
static double elu(double x) { return x > 0 ? x : expm1(x); }
/// Where x grows without bound, its factor vanishes faster.
static double silu(double x) { return x < -1000 ? -0.0 : x * sigmoid(x); }
static double gelu(double x) { return x < -1000 ? -0.0 : 0.5 * x * erfc(-x * 0.7071067811865476); }
static double gelu_tanh(double x) {
  return x < -1000 ? -0.0 : x * sigmoid(1.5957691216057308 * x * (1 + 0.044715 * x * x));
}

/// A kernel of its own, or an activation (`kernel` 0); the bound of its error; and below which magnitude of the exact value
/// it may have fewer bits, or be zero.
static const struct {
  const char *name;
  double (*exact)(double);
  size_t kernel;
  dk_activation activation;
  double bound;
  double smallest;
} functions[FUNCTIONS] = {
    {"exp", exp, offsetof(dk_kernels, exp), DK_LINEAR, 0.501, 0},
    {"log", log, offsetof(dk_kernels, log), DK_LINEAR, 0.501, 0},
    {"softplus", softplus, offsetof(dk_kernels, softplus), DK_LINEAR, 0.501, 0},
    {"erf", erf, offsetof(dk_kernels, erf), DK_LINEAR, 0.501, 0},
    {"tanh", tanh, offsetof(dk_kernels, tanh), DK_LINEAR, 2.5, 0x1p-126},
    {"sigmoid", sigmoid, offsetof(dk_kernels, sigmoid), DK_LINEAR, 2.5, 0x1p-126},
    {"elu", elu, 0, DK_ELU, 1.1, 0x1p-126},
    {"silu", silu, 0, DK_SILU, 3.5, 0x1p-119},
    {"gelu", gelu, 0, DK_GELU, 8.5, 0x1p-119},
    {"gelu_tanh", gelu_tanh, 0, DK_GELU_TANH, 0.501, 0},
};

typedef struct worst {
  double error;
  float input;
} worst;

typedef struct share {
  uint64_t first, step, end;
  worst worst[FUNCTIONS][MOST_SETS];
  uint64_t disagreements[FUNCTIONS];
} share;

static const dk_kernels *sets[MOST_SETS];
static size_t set_count;

static void apply(size_t set, size_t function, const float *x, float *y, size_t count) {
  if (functions[function].kernel == 0) {
    sets[set]->activate(functions[function].activation, 1, 1, count, x, count, y, count);
    return;
  }
  dk_map *map;
  memcpy(&map, (const char *)sets[set] + functions[function].kernel, sizeof map);
  map(x, y, count);
}

static int same_bits(float a, float b) { return memcmp(&a, &b, sizeof a) == 0 || (a != a && b != b); }

/// In units of the spacing of floats at the exact value.
static double error(float value, double exact, double smallest) {
  float rounded = (float)exact;
  if (fabs(exact) < smallest && fabs(value - exact) <= fabs(exact)) return 0;
  if (!isfinite(value) || !isfinite(rounded)) return same_bits(value, rounded) ? 0 : INFINITY;
  int exponent = -149;
  if (exact != 0 && ilogb(exact) > -126) exponent = ilogb(exact) - 23;
  return fabs(ldexp((double)value - exact, -exponent));
}

static void check_block(share *s, const float *x, size_t count) {
  static _Thread_local float y[MOST_SETS][BLOCK];
  for (size_t f = 0; f < FUNCTIONS; f++) {
    for (size_t set = 0; set < set_count; set++) apply(set, f, x, y[set], count);
    for (size_t i = 0; i < count; i++) {
      double exact = functions[f].exact(x[i]);
      for (size_t set = 0; set < set_count; set++) {
        double distance = error(y[set][i], exact, functions[f].smallest);
        if (!(distance <= s->worst[f][set].error)) s->worst[f][set] = (worst){distance, x[i]};
        if (set > 0 && strcmp(sets[set]->name, "baseline") != 0 && !same_bits(y[set][i], y[0][i]))
          s->disagreements[f]++;
      }
    }
  }
}

static void *check_share(void *argument) {
  share *s = argument;
  float x[BLOCK];
  size_t count = 0;
  for (uint64_t bits = s->first; bits < s->end; bits += s->step) {
    uint32_t pattern = (uint32_t)bits;
    memcpy(&x[count++], &pattern, sizeof pattern);
    if (count == BLOCK || bits + s->step >= s->end) {
      check_block(s, x, count);
      count = 0;
    }
  }
  return NULL;
}

int main(int argc, char **argv) {
  uint64_t step = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
  long threads = dk_allowed_processors();
  if (threads > MOST_THREADS) threads = MOST_THREADS;
  while (set_count < MOST_SETS && dk_supported_kernels(set_count)) {
    sets[set_count] = dk_supported_kernels(set_count);
    set_count++;
  }
  static share shares[MOST_THREADS];
  pthread_t ids[MOST_THREADS];
  for (long t = 0; t < threads; t++) {
    shares[t] = (share){.first = (uint64_t)t * step, .step = (uint64_t)threads * step, .end = 1ull << 32};
    if (pthread_create(&ids[t], NULL, check_share, &shares[t]) != 0) return 2;
  }
  for (long t = 0; t < threads; t++) pthread_join(ids[t], NULL);

  int failed = 0;
  for (size_t f = 0; f < FUNCTIONS; f++) {
    uint64_t disagreements = 0;
    for (long t = 0; t < threads; t++) disagreements += shares[t].disagreements[f];
    for (size_t set = 0; set < set_count; set++) {
      worst most = shares[0].worst[f][set];
      for (long t = 1; t < threads; t++)
        if (!(shares[t].worst[f][set].error <= most.error)) most = shares[t].worst[f][set];
      int holds = most.error <= functions[f].bound;
      failed |= !holds;
      printf("%-9s %-8s %.5f ULP at %a%s\n", functions[f].name, sets[set]->name, most.error, (double)most.input,
             holds ? "" : "  FAILED");
    }
    if (disagreements > 0)
      printf("%-9s FAILED: %llu floats differ between sets\n", functions[f].name, (unsigned long long)disagreements);
    failed |= disagreements > 0;
  }
  return failed;
}
