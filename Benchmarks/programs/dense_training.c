// Building a network from a work, and training it until an accuracy.
#include "dense_work.h"

#include <stdio.h>
#include <stdlib.h>

static float *x, *targets, *test_x, *scores;
static int32_t *test_labels;
static int64_t runs;

static int add_layer(const work_t *work, int64_t index, dense_network *network) {
  dense_layer *layer = NULL;
  CHECK(dense_layer_create("dense", &layer));
  dense_status status = dense_layer_set(layer, "units", (double)work->widths[index + 1]);
  if (!status) status = dense_layer_set_text(layer, "activation", work->activations[index]);
  if (!status) status = dense_network_add(network, layer);
  dense_layer_destroy(layer);
  CHECK(status);
  return 0;
}

static int load_layer(const work_t *work, int64_t index, dense_network *network) {
  int64_t inputs = work->widths[index], outputs = work->widths[index + 1];
  char name[16];
  snprintf(name, sizeof name, "w%d", (int)index);
  float *kernel = work_floats(work, name, (size_t)(inputs * outputs));
  snprintf(name, sizeof name, "b%d", (int)index);
  float *bias = work_floats(work, name, (size_t)outputs);
  dense_layer *layer = NULL;
  dense_status status = DENSE_OK;
  if (kernel && bias) {
    status = dense_network_layer(network, index, &layer);
    if (!status) status = dense_layer_set_parameter(layer, "kernel", kernel, inputs * outputs);
    if (!status) status = dense_layer_set_parameter(layer, "bias", bias, outputs);
    dense_layer_destroy(layer);
  }
  int found = kernel && bias;
  free(kernel), free(bias);
  if (!found) return -1;
  CHECK(status);
  return 0;
}

int network_load_parameters(const work_t *work, dense_network *network) {
  for (int64_t i = 0; i < work->layers; i++) {
    if (load_layer(work, i, network)) return -1;
  }
  return 0;
}

int network_create(const work_t *work, dense_network **network) {
  CHECK(dense_network_create(work->widths[0], network));
  for (int64_t i = 0; i < work->layers; i++) {
    if (add_layer(work, i, *network)) return -1;
  }
  CHECK(dense_network_build(*network));
  return network_load_parameters(work, *network);
}

// A fresh optimizer at the work's rate, and the squared loss that FANN minimizes too.
static int compile(const work_t *work, dense_network *network) {
  dense_optimizer *optimizer = NULL;
  dense_loss *loss = NULL;
  dense_status status = dense_optimizer_create("adam", &optimizer);
  if (!status) status = dense_optimizer_set(optimizer, "learning_rate", work->learning_rate);
  if (!status) status = dense_loss_create("mean_squared_error", &loss);
  if (!status) status = dense_network_compile(network, optimizer, loss);
  dense_optimizer_destroy(optimizer);
  dense_loss_destroy(loss);
  CHECK(status);
  return 0;
}

int race_prepare(const work_t *work) {
  size_t inputs = (size_t)work->widths[0], outputs = (size_t)work->widths[work->layers];
  x = work_floats(work, "x", (size_t)work->rows * inputs);
  targets = work_floats(work, "targets", (size_t)work->rows * outputs);
  test_x = work_floats(work, "test_x", (size_t)work->test_rows * inputs);
  test_labels = work_labels(work, "test_labels", (size_t)work->test_rows);
  scores = calloc((size_t)work->test_rows * outputs, sizeof(float));
  return x && targets && test_x && test_labels && scores ? 0 : -1;
}

// One epoch of shuffled batches; `epoch` makes each shuffle another one.
static int train_epoch(const work_t *work, dense_network *network, dense_fit_options *options, int64_t epoch) {
  CHECK(dense_fit_options_set(options, "initial_epoch", (double)epoch));
  CHECK(dense_fit_options_set(options, "epochs", (double)(epoch + 1)));
  CHECK(dense_network_fit(network, x, work->rows, work->widths[0], targets, work->widths[work->layers], options, NULL));
  return 0;
}

int race_run(const work_t *work, dense_network *network, double *seconds, float *accuracy) {
  int64_t columns = work->widths[work->layers];
  CHECK(dense_network_set_seed(network, (uint64_t)++runs)); // the median is one over seeds
  if (network_load_parameters(work, network) || compile(work, network)) return -1;
  dense_fit_options *options = NULL;
  CHECK(dense_fit_options_create(&options));
  int status = dense_fit_options_set(options, "batch_size", (double)work->batch) ? work_fail("batch_size") : 0;
  *accuracy = 0;
  for (int64_t epoch = 0; !status && epoch < work->epochs && *accuracy < work->target_accuracy; epoch++) {
    double begin = work_seconds();
    status = train_epoch(work, network, options, epoch);
    *seconds += work_seconds() - begin;
    if (!status &&
        dense_network_predict(network, test_x, work->test_rows, work->widths[0], scores, work->test_rows * columns)) {
      status = work_fail("%s", dense_last_error());
    }
    *accuracy = (float)work_accuracy(scores, test_labels, work->test_rows, columns);
  }
  dense_fit_options_destroy(options);
  return status;
}
