// Memory stays flat: many predictions, many networks and predictors made and destroyed.
//
// usage: soak PREDICTIONS NETWORKS
#include <unistd.h>

#include "common.h"

static long resident_kilobytes(void) {
  long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file == NULL || fscanf(file, "%*s %ld", &pages) != 1) fail("cannot read /proc/self/statm");
  fclose(file);
  return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static float input[INPUTS], output[OUTPUTS], expected[OUTPUTS];

static void predict(dense_predictor *predictor, const dense_network *network, long count) {
  for (long i = 0; i < count; i++) {
    // Now and then through the network, whose predictions have a pool of workspaces.
    if (i % 16 == 0) {
      must(dense_network_predict(network, input, 1, INPUTS, output, OUTPUTS));
    } else {
      must(dense_predictor_run(predictor, input, 1, INPUTS, output, OUTPUTS));
    }
    if (memcmp(output, expected, sizeof output) != 0) fail("prediction %ld has other bits", i);
  }
}

// The largest resident memory between two networks: the heap gives memory back now and then, not each time.
static long make_and_destroy(long count) {
  long largest = 0;
  for (long i = 0; i < count; i++) {
    dense_network *network = make_network(1);
    dense_predictor *predictor = make_predictor(network, 1, 2);
    must(dense_network_predict(network, input, 1, INPUTS, expected, OUTPUTS));
    must(dense_predictor_run(predictor, input, 1, INPUTS, output, OUTPUTS));
    if (memcmp(output, expected, sizeof output) != 0) fail("network %ld: predictor and network differ", i);
    dense_network_destroy(network);
    dense_predictor_destroy(predictor);
    long resident = resident_kilobytes();
    if (resident > largest) largest = resident;
  }
  return largest;
}

static void expect_flat(const char *what, long before, long after) {
  printf("%s: resident memory %ld kB before, %ld kB after\n", what, before, after);
  if (after > before + 512) fail("%s: resident memory grew by %ld kB", what, after - before);
}

int main(int count, char **arguments) {
  if (count != 3) return fprintf(stderr, "usage: soak PREDICTIONS NETWORKS\n"), 2;
  long predictions = atol(arguments[1]), networks = atol(arguments[2]);
  fill(input, INPUTS);

  // The heap finds its size.
  long before = make_and_destroy(200);
  long after = make_and_destroy(networks);
  char what[64];
  snprintf(what, sizeof what, "%ld networks and predictors", networks);
  expect_flat(what, before, after);

  dense_network *network = make_network(0);
  dense_predictor *predictor = make_predictor(network, 1, 2);
  must(dense_network_predict(network, input, 1, INPUTS, expected, OUTPUTS));
  predict(predictor, network, 1000);
  before = resident_kilobytes();
  predict(predictor, network, predictions);
  snprintf(what, sizeof what, "%ld predictions", predictions);
  expect_flat(what, before, resident_kilobytes());
  dense_predictor_destroy(predictor);
  dense_network_destroy(network);
  if (dense_memory_in_use() != 0) fail("%lld bytes are still in use", (long long)dense_memory_in_use());
  return 0;
}
