// Once a batch of its size has passed, a step of training allocates nothing, on no thread; nor does a prediction that is
// shared between threads. A fit allocates no more for many steps than for few.
#define _GNU_SOURCE
#include "../predictor/common.h"
#include "../predictor/watch.h"

enum { MOST_ROWS = 256, MOST_OUTPUTS = 300 };

static float input[MOST_ROWS * INPUTS], targets[MOST_ROWS * MOST_OUTPUTS], output[MOST_ROWS * MOST_OUTPUTS];

typedef struct {
  const char *optimizer, *loss, *metric, *last_activation;
  int outputs, target_columns;
  /// With regularizers, dropout, batch normalization, and clipped gradients.
  int has_everything;
} training;

static dense_network *make_training(const training *it) {
  dense_network *network = NULL;
  dense_optimizer *optimizer = NULL;
  dense_loss *loss = NULL;
  dense_metric *metric = NULL;
  dense_layer *layer = NULL;
  must(dense_network_create(INPUTS, &network));
  must(dense_layer_create("dense", &layer));
  must(dense_layer_set(layer, "units", HIDDEN));
  must(dense_layer_set_text(layer, "activation", "relu"));
  if (it->has_everything) {
    must(dense_layer_set_text(layer, "kernel_regularizer", "l2"));
    must(dense_layer_set(layer, "dropout", 0.2));
  }
  must(dense_network_add(network, layer));
  dense_layer_destroy(layer);
  if (it->has_everything) add(network, "batch_normalization", 0, NULL), add(network, "dropout", 0, NULL);
  add(network, "dense", it->outputs, it->last_activation);

  must(dense_optimizer_create(it->optimizer, &optimizer));
  if (it->has_everything) must(dense_optimizer_set(optimizer, "global_clipnorm", 1));
  must(dense_loss_create(it->loss, &loss));
  must(dense_network_compile(network, optimizer, loss));
  must(dense_metric_create(it->metric, &metric));
  must(dense_network_add_metric(network, metric));
  dense_metric_destroy(metric);
  dense_loss_destroy(loss);
  dense_optimizer_destroy(optimizer);
  return network;
}

static void expect_none(const char *what, const training *it) {
  stop_watching();
  if (allocations != 0)
    fail("%s with %s, %s, %s: expected no allocation, received %d", what, it->optimizer, it->loss, it->metric,
         (int)allocations);
}

static int fit_allocations(dense_network *network, const training *it, int rows) {
  dense_fit_options *options = NULL;
  must(dense_fit_options_create(&options));
  must(dense_fit_options_set(options, "batch_size", 32));
  start_watching();
  must(dense_network_fit(network, input, rows, INPUTS, targets, it->target_columns, options, NULL));
  stop_watching();
  dense_fit_options_destroy(options);
  return allocations;
}

static void check(const training *it, int threads) {
  must(dense_set_num_threads(threads));
  dense_network *network = make_training(it);
  for (int rows = 32; rows <= 96; rows += 64) {
    double results[2];
    for (int step = 0; step < 12; step++) {
      // The first steps make what training needs, and look up what the process needs once.
      if (step == 2) start_watching();
      must(dense_network_train_batch(network, input, rows, INPUTS, targets, it->target_columns, NULL, results, 2));
    }
    expect_none("training", it);
  }
  for (int round = 0; round < 12; round++) {
    if (round == 2) start_watching();
    must(dense_network_predict(network, input, MOST_ROWS, INPUTS, output, (int64_t)MOST_ROWS * it->outputs));
  }
  expect_none("prediction", it);

  fit_allocations(network, it, 64);
  int few = fit_allocations(network, it, 64), many = fit_allocations(network, it, MOST_ROWS);
  if (few == 0) fail("a fit: expected allocations, received none: the watch sees nothing");
  if (many > few) fail("a fit of %d rows: expected at most %d allocations, received %d", MOST_ROWS, few, many);
  dense_network_destroy(network);
}

int main(void) {
  fill(input, LENGTH(input));
  for (int i = 0; i < LENGTH(targets); i++) targets[i] = i % 10 == 0;
  const training trainings[] = {
      {"adam", "sparse_categorical_crossentropy", "sparse_categorical_accuracy", "softmax", 10, 1, 0},
      {"adam", "sparse_categorical_crossentropy", "f1_score", "softmax", MOST_OUTPUTS, 1, 0},
      {"adamw", "categorical_crossentropy", "categorical_accuracy", "softmax", MOST_OUTPUTS, MOST_OUTPUTS, 1},
      {"rmsprop", "binary_crossentropy", "precision", "sigmoid", MOST_OUTPUTS, MOST_OUTPUTS, 1},
      {"sgd", "mean_squared_error", "r2_score", "linear", MOST_OUTPUTS, MOST_OUTPUTS, 1},
      {"adam", "huber", "mean_absolute_error", "tanh", 1, 1, 0},
  };
  for (int threads = 1; threads <= 3; threads++)
    for (int i = 0; i < LENGTH(trainings); i++) check(&trainings[i], threads);
  printf("ok: %d kinds of training and prediction on 1 to 3 threads: no allocation\n", LENGTH(trainings));
  return 0;
}
