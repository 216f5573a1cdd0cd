// FANN: one row forward, and training until an accuracy, by RPROP (its default) or by incremental backpropagation.
#include "work.h"

#include <floatfann.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef PEER_VERSION
#define PEER_VERSION "unknown"
#endif

// Of 0.0125, 0.025, 0.035, 0.05 and 0.1 the fastest to 93 % of the digits (median of five shuffles).
static const float incremental_rate = 0.1f;

static work_t work;
static struct fann *network;
static struct fann_train_data *data;
static float *x, *test_x, *initial, *result;
static int32_t *test_labels;
static size_t result_count;
static unsigned runs;

static int is_incremental(void) {
  const char *name = getenv("FANN_ALGORITHM");
  return name && !strcmp(name, "incremental");
}

const char *peer_version(void) {
  return is_incremental() ? "FANN " PEER_VERSION " (incremental)" : "FANN " PEER_VERSION " (RPROP)";
}

static int set_activation(int layer, const char *name) {
  enum fann_activationfunc_enum function;
  if (!strcmp(name, "tanh")) {
    function = FANN_SIGMOID_SYMMETRIC;
  } else if (!strcmp(name, "linear")) {
    function = FANN_LINEAR;
  } else if (!strcmp(name, "sigmoid")) {
    function = FANN_SIGMOID;
  } else {
    return work_fail("unsupported activation %s", name);
  }
  fann_set_activation_function_layer(network, function, layer);
  // FANN computes tanh(s z) and 1 / (1 + exp(-2 s z)).
  fann_set_activation_steepness_layer(network, function == FANN_SIGMOID ? 0.5f : 1.0f, layer);
  return 0;
}

// Copies the task's kernels (inputs x outputs) into FANN's order: for each neuron its inputs, then its bias.
static int load_parameters(void) {
  for (int64_t i = 0; i < work.layers; i++) {
    int64_t inputs = work.widths[i], outputs = work.widths[i + 1];
    char name[16];
    snprintf(name, sizeof name, "w%d", (int)i);
    float *weights = work_floats(&work, name, (size_t)(inputs * outputs));
    snprintf(name, sizeof name, "b%d", (int)i);
    float *biases = weights ? work_floats(&work, name, (size_t)outputs) : NULL;
    if (!biases) {
      free(weights);
      return -1;
    }
    struct fann_neuron *neuron = network->first_layer[i + 1].first_neuron;
    for (int64_t o = 0; o < outputs; o++) {
      float *own = network->weights + neuron[o].first_con;
      for (int64_t k = 0; k < inputs; k++) own[k] = weights[k * outputs + o];
      own[inputs] = biases[o];
    }
    free(weights);
    free(biases);
  }
  return 0;
}

static int create(void) {
  unsigned int widths[WORK_MAX_LAYERS + 1];
  for (int64_t i = 0; i <= work.layers; i++) widths[i] = (unsigned int)work.widths[i];
  if (network) fann_destroy(network);
  network = fann_create_standard_array((unsigned int)work.layers + 1, widths);
  if (!network) return work_fail("FANN made no network");
  for (int64_t i = 0; i < work.layers; i++) {
    if (set_activation((int)i + 1, work.activations[i])) return -1;
  }
  if (is_incremental()) {
    fann_set_training_algorithm(network, FANN_TRAIN_INCREMENTAL);
    fann_set_learning_rate(network, incremental_rate);
  }
  return load_parameters();
}

static void forward(const float *rows, int64_t count, float *outputs) {
  int64_t width = work.widths[work.layers];
  for (int64_t row = 0; row < count; row++) {
    const float *values = fann_run(network, (float *)(rows + row * work.widths[0]));
    memcpy(outputs + row * width, values, (size_t)width * sizeof(float));
  }
}

// Trains anew until the accuracy is reached. The time is that of training alone, without the checks between epochs.
static int race(double *seconds) {
  int64_t columns = work.widths[work.layers];
  float *scores = malloc((size_t)(work.test_rows * columns) * sizeof(float));
  if (!scores) return work_fail("out of memory");
  memcpy(network->weights, initial, network->total_connections * sizeof(float));
  fann_clear_train_arrays(network);
  srand(++runs); // another shuffle in each run, so that the median is one over seeds
  double accuracy = 0;
  for (int64_t epoch = 0; epoch < work.epochs && accuracy < work.target_accuracy; epoch++) {
    double begin = work_seconds();
    if (is_incremental()) fann_shuffle_train_data(data);
    fann_train_epoch(network, data);
    *seconds += work_seconds() - begin;
    forward(test_x, work.test_rows, scores);
    accuracy = work_accuracy(scores, test_labels, work.test_rows, columns);
  }
  free(scores);
  result[0] = (float)accuracy;
  return 0;
}

static int prepare_race(void) {
  int64_t inputs = work.widths[0], outputs = work.widths[work.layers];
  float *targets = work_floats(&work, "targets", (size_t)(work.rows * outputs));
  test_x = work_floats(&work, "test_x", (size_t)(work.test_rows * inputs));
  test_labels = work_labels(&work, "test_labels", (size_t)work.test_rows);
  initial = malloc(network->total_connections * sizeof(float));
  data = fann_create_train((unsigned)work.rows, (unsigned)inputs, (unsigned)outputs);
  if (!targets || !test_x || !test_labels || !initial || !data) return -1;
  memcpy(initial, network->weights, network->total_connections * sizeof(float));
  for (int64_t row = 0; row < work.rows; row++) {
    memcpy(data->input[row], x + row * inputs, (size_t)inputs * sizeof(float));
    memcpy(data->output[row], targets + row * outputs, (size_t)outputs * sizeof(float));
  }
  free(targets);
  double unused = 0;
  return race(&unused);
}

int peer_prepare(const work_t *given, const float **values, size_t *count) {
  work = *given;
  int is_race = !strcmp(work.kind, "race");
  if (!is_race && strcmp(work.kind, "forward")) return work_fail("unsupported kind %s", work.kind);
  result_count = is_race ? 1 : (size_t)(work.rows * work.widths[work.layers]);
  x = work_floats(&work, "x", (size_t)(work.rows * work.widths[0]));
  result = calloc(result_count, sizeof(float));
  if (!x || !result || create()) return -1;
  if (is_race) {
    if (prepare_race()) return -1;
  } else {
    forward(x, work.rows, result);
  }
  *values = result;
  *count = result_count;
  return 0;
}

int peer_run(double *seconds) {
  if (!strcmp(work.kind, "race")) return race(seconds);
  forward(x, work.rows, result);
  return 0;
}

int peer_command(const char *name, const char *first, const char *second, char *answer, size_t capacity) {
  (void)first, (void)second, (void)answer, (void)capacity;
  return work_fail("unsupported: %s", name);
}
