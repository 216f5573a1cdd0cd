#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void expect_ok(dense_status received, const char *call, const char *file, int line) {
  if (received == DENSE_OK) return;
  print_error("%s: %s: %s\n", call, dense_status_name(received), dense_last_error());
  _fail(file, line);
}

void expect_failure(dense_status received, dense_status expected, const char *const *fragments, int count,
                    const char *call, const char *file, int line) {
  const char *message = dense_last_error();
  if (received != expected) {
    print_error("%s: expected %s, received %s: %s\n", call, dense_status_name(expected), dense_status_name(received),
                message);
    _fail(file, line);
  }
  for (int i = 0; i < count; i++) {
    if (strstr(message, fragments[i]) != NULL) continue;
    print_error("%s: expected a message with '%s', received '%s'\n", call, fragments[i], message);
    _fail(file, line);
  }
}

void make_digits(digits *data, uint32_t seed) {
  uint32_t state = seed;
  for (int row = 0; row < ROWS; row++) {
    int class = row % CLASSES;
    data->targets[row] = (float)class;
    for (int pixel = 0; pixel < INPUTS; pixel++) {
      state = state * 1664525u + 1013904223u;
      float noise = (float)(state >> 8) / 16777216.0f;
      int is_lit = (pixel * 7 + class * 13) % 10 < 4 && pixel % CLASSES != class;
      data->x[row * INPUTS + pixel] = 0.7f * (float)is_lit + 0.3f * noise;
    }
  }
}

dense_layer *make_dense(int units, const char *activation) {
  dense_layer *layer = NULL;
  assert_ok(dense_layer_create("dense", &layer));
  assert_ok(dense_layer_set(layer, "units", units));
  assert_ok(dense_layer_set_text(layer, "activation", activation));
  return layer;
}

static void add_dense(dense_network *network, int units, const char *activation) {
  dense_layer *layer = make_dense(units, activation);
  assert_ok(dense_network_add(network, layer));
  dense_layer_destroy(layer);
}

void make_handles(handles *made) {
  const float x[8] = {1, 2, 3, 4, 5, 6, 7, 8}, targets[6] = {0, 1, 0, 1, 0, 1};
  made->layer = make_dense(3, "relu");
  assert_ok(dense_layer_build(made->layer, 4, 1));
  assert_ok(dense_optimizer_create("sgd", &made->optimizer));
  assert_ok(dense_loss_create("mean_squared_error", &made->loss));
  assert_ok(dense_metric_create("mean_absolute_error", &made->metric));
  assert_ok(dense_fit_options_create(&made->fit_options));
  assert_ok(dense_network_create(4, &made->network));
  add_dense(made->network, 3, "linear");
  assert_ok(dense_network_compile(made->network, made->optimizer, made->loss));
  assert_ok(dense_network_fit(made->network, x, 2, 4, targets, 3, made->fit_options, &made->history));
  assert_ok(dense_predictor_options_create(&made->predictor_options));
  assert_ok(dense_predictor_create(made->network, made->predictor_options, &made->predictor));
}

void destroy_handles(handles *made) {
  dense_predictor_destroy(made->predictor);
  dense_predictor_options_destroy(made->predictor_options);
  dense_history_destroy(made->history);
  dense_fit_options_destroy(made->fit_options);
  dense_metric_destroy(made->metric);
  dense_loss_destroy(made->loss);
  dense_optimizer_destroy(made->optimizer);
  dense_network_destroy(made->network);
  dense_layer_destroy(made->layer);
}

int set_up_handles(void **state) {
  static handles good;
  make_handles(&good);
  *state = &good;
  return 0;
}

int tear_down_handles(void **state) {
  destroy_handles(*state);
  return 0;
}

dense_network *make_classifier(uint64_t seed) {
  dense_network *network = NULL;
  dense_optimizer *optimizer = NULL;
  dense_loss *loss = NULL;
  dense_metric *metric = NULL;
  assert_ok(dense_network_create(INPUTS, &network));
  assert_ok(dense_network_set_seed(network, seed));
  add_dense(network, 32, "relu");
  add_dense(network, CLASSES, "softmax");
  assert_ok(dense_optimizer_create("adam", &optimizer));
  assert_ok(dense_optimizer_set(optimizer, "learning_rate", 0.01));
  assert_ok(dense_loss_create("sparse_categorical_crossentropy", &loss));
  assert_ok(dense_metric_create("accuracy", &metric));
  assert_ok(dense_network_compile(network, optimizer, loss));
  assert_ok(dense_network_add_metric(network, metric));
  dense_metric_destroy(metric);
  dense_loss_destroy(loss);
  dense_optimizer_destroy(optimizer);
  return network;
}

const char *scratch_path(const char *name) {
  static char path[4096];
  const char *directory = getenv("DENSE_TEST_DIRECTORY");
  snprintf(path, sizeof path, "%s/%s", directory == NULL ? "." : directory, name);
  return path;
}
