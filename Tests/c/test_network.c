// Networks: making, predicting, the verbs of training one by one.
#include <math.h>
#include <string.h>

#include "support.h"

static digits data;

static void layers_are_shared_with_the_network(void **state) {
  (void)state;
  dense_network *network = NULL, *another = NULL;
  dense_layer *layer = make_dense(3, "relu"), *second = make_dense(2, "linear"), *found = NULL;
  const char *name = NULL;
  int64_t count = 0, inputs = 0, outputs = 0;
  float kernel[12], ones[12];
  for (int i = 0; i < 12; i++) ones[i] = 1;
  assert_ok(dense_network_create(4, &network));
  assert_ok(dense_network_create(4, &another));
  assert_ok(dense_network_add(network, layer));
  assert_ok(dense_network_add(network, second));
  assert_fails(dense_network_add(network, layer), DENSE_ERROR_INVALID_STATE, "this network");
  assert_fails(dense_network_add(another, layer), DENSE_ERROR_INVALID_STATE, "another network");
  assert_ok(dense_network_layer_count(network, &count));
  assert_int_equal(count, 2);
  assert_ok(dense_layer_get_text(second, "name", &name));
  assert_string_equal(name, "dense_1");
  assert_fails(dense_layer_set_text(second, "name", "dense"), DENSE_ERROR_INVALID_ARGUMENT, "'dense'");
  assert_ok(dense_network_build(network));
  assert_ok(dense_network_build(network));
  assert_ok(dense_network_shape(network, &inputs, &outputs));
  assert_true(inputs == 4 && outputs == 2);
  assert_ok(dense_network_layer(network, 0, &found));
  assert_ok(dense_layer_set_parameter(layer, "kernel", ones, 12));
  assert_ok(dense_layer_get_parameter(found, "kernel", kernel, 12));
  assert_memory_equal(kernel, ones, sizeof ones);
  assert_fails(dense_layer_build(layer, 4, 0), DENSE_ERROR_INVALID_STATE, "network");
  dense_layer *late = make_dense(1, "linear");
  assert_fails(dense_network_add(network, late), DENSE_ERROR_INVALID_STATE, "before the network is built");
  dense_layer_destroy(late);
  dense_layer_destroy(found);
  dense_layer_destroy(second);
  dense_layer_destroy(layer);
  dense_network_destroy(another);
  dense_network_destroy(network);
}

static void predictions_do_not_depend_on_how_rows_are_split(void **state) {
  (void)state;
  static float whole[ROWS * CLASSES], part[ROWS * CLASSES];
  dense_network *network = make_classifier(7);
  make_digits(&data, 1);
  assert_ok(dense_network_predict(network, data.x, ROWS, INPUTS, whole, ROWS * CLASSES));
  const int64_t splits[] = {1, 3, 7, 16, 64, 299};
  for (int i = 0; i < LENGTH(splits); i++) {
    memset(part, 0, sizeof part);
    for (int64_t start = 0; start < ROWS; start += splits[i]) {
      int64_t rows = start + splits[i] <= ROWS ? splits[i] : ROWS - start;
      assert_ok(dense_network_predict(network, data.x + start * INPUTS, rows, INPUTS, part + start * CLASSES,
                                      rows * CLASSES));
    }
    assert_memory_equal(part, whole, sizeof whole);
  }
  dense_network_destroy(network);
}

static void forward_backward_and_step_train(void **state) {
  (void)state;
  dense_network *network = make_classifier(3);
  static float y[ROWS * CLASSES], dy[ROWS * CLASSES], dx[ROWS * INPUTS];
  make_digits(&data, 1);
  double first = 0, last = 0;
  for (int step = 0; step < 60; step++) {
    // The gradient of half the squared error against one-hot targets.
    double loss = 0;
    assert_ok(dense_network_forward(network, data.x, ROWS, INPUTS, 1, y, ROWS * CLASSES));
    for (int i = 0; i < ROWS * CLASSES; i++) {
      float wanted = i % CLASSES == (int)data.targets[i / CLASSES];
      dy[i] = (y[i] - wanted) / ROWS;
      loss += 0.5 * (y[i] - wanted) * (y[i] - wanted) / ROWS;
    }
    assert_ok(dense_network_backward(network, dy, ROWS, CLASSES, step % 2 ? dx : NULL, step % 2 ? ROWS * INPUTS : 0));
    assert_ok(dense_network_step(network));
    if (step == 0) first = loss;
    last = loss;
  }
  assert_true(last < 0.5 * first);
  double iterations = 0;
  assert_ok(dense_network_get(network, "iterations", &iterations));
  assert_int_equal((int)iterations, 60);
  assert_ok(dense_network_zero_gradients(network));
  dense_network_destroy(network);
}

static void calls_out_of_order_are_refused(void **state) {
  (void)state;
  dense_network *network = NULL;
  dense_layer *layer = make_dense(3, "linear");
  dense_optimizer *sgd = NULL;
  dense_loss *loss = NULL;
  dense_metric *metric = NULL;
  float x[8] = {0}, y[8];
  double real = 0;
  int64_t a = 0, b = 0;
  const char *text = NULL;
  char buffer[2048];
  assert_ok(dense_network_create(4, &network));
  assert_ok(dense_optimizer_create("sgd", &sgd));
  assert_ok(dense_loss_create("mse", &loss));
  assert_ok(dense_metric_create("mae", &metric));
#define REFUSED(call) assert_fails(call, DENSE_ERROR_INVALID_STATE, "expected")
  // Without layers
  REFUSED(dense_network_build(network));
  REFUSED(dense_network_compile(network, sgd, loss));
  REFUSED(dense_network_count(network, "weights", 32, NULL, &a));
  REFUSED(dense_network_summary(network, buffer, sizeof buffer, &a));
  assert_ok(dense_network_add(network, layer));
  // Before the network is built
  REFUSED(dense_network_predict(network, x, 2, 4, y, 6));
  REFUSED(dense_network_forward(network, x, 2, 4, 1, y, 6));
  REFUSED(dense_network_backward(network, x, 2, 3, y, 8));
  REFUSED(dense_network_zero_gradients(network));
  REFUSED(dense_network_shape(network, &a, &b));
  REFUSED(dense_network_save(network, scratch_path("unused")));
  assert_ok(dense_network_count(network, "parameters", 32, NULL, &a));
  assert_int_equal(a, 15);
  assert_ok(dense_network_build(network));
  // Before it is compiled
  REFUSED(dense_network_step(network));
  REFUSED(dense_network_backward(network, x, 2, 3, y, 8));
  REFUSED(dense_network_add_metric(network, metric));
  REFUSED(dense_network_set(network, "optimizer.learning_rate", 0.1));
  REFUSED(dense_network_get(network, "optimizer.learning_rate", &real));
  REFUSED(dense_network_result_count(network, &a));
  REFUSED(dense_network_result_name(network, 0, &text));
  REFUSED(dense_network_train_batch(network, x, 2, 4, x, 3, NULL, &real, 1));
  REFUSED(dense_network_evaluate(network, x, 2, 4, x, 3, NULL, 32, &real, 1));
  REFUSED(dense_network_fit(network, x, 2, 4, x, 3, NULL, NULL));
  dense_metric_destroy(metric);
  dense_loss_destroy(loss);
  dense_optimizer_destroy(sgd);
  dense_layer_destroy(layer);
  dense_network_destroy(network);
}

static void live_settings_of_the_optimizer(void **state) {
  (void)state;
  dense_network *network = make_classifier(1);
  double value = 0;
  assert_ok(dense_network_get(network, "optimizer.learning_rate", &value));
  assert_true(value == 0.01);
  assert_ok(dense_network_set(network, "optimizer.learning_rate", 0.5));
  assert_ok(dense_network_get(network, "optimizer.learning_rate", &value));
  assert_true(value == 0.5);
  assert_fails(dense_network_set(network, "optimizer.colour", 1), DENSE_ERROR_UNKNOWN_NAME, "'colour'", "beta_1");
  assert_fails(dense_network_set(network, "colour", 1), DENSE_ERROR_UNKNOWN_NAME, "'colour'");
  assert_fails(dense_network_get(network, "optimizer.", &value), DENSE_ERROR_UNKNOWN_NAME, "''");
  assert_fails(dense_network_set(network, "optimizer.learning_rate", NAN), DENSE_ERROR_INVALID_ARGUMENT,
               "learning_rate: expected", "received nan");
  assert_fails(dense_network_set(network, "iterations", 3), DENSE_ERROR_INVALID_ARGUMENT, "iterations");
  assert_fails(dense_network_get(network, "optimizer.weight_decay", &value), DENSE_ERROR_INVALID_ARGUMENT,
               "received none");
  dense_network_destroy(network);
}

static void losses_and_metrics_must_fit_the_output(void **state) {
  (void)state;
  dense_network *single = NULL, *classifier = make_classifier(1);
  dense_layer *layer = make_dense(1, "softmax");
  dense_optimizer *sgd = NULL;
  dense_loss *loss = NULL;
  dense_metric *metric = NULL;
  assert_ok(dense_network_create(4, &single));
  assert_ok(dense_network_add(single, layer));
  assert_ok(dense_optimizer_create("sgd", &sgd));
  assert_ok(dense_loss_create("sparse_categorical_crossentropy", &loss));
  assert_fails(dense_network_compile(single, sgd, loss), DENSE_ERROR_SHAPE_MISMATCH, "expected at least 2 outputs",
               "received 1");
  assert_ok(dense_metric_create("r2_score", &metric));
  assert_fails(dense_network_add_metric(classifier, metric), DENSE_ERROR_SHAPE_MISMATCH, "expected targets of 10",
               "received 1");
  dense_metric_destroy(metric);
  dense_loss_destroy(loss);
  dense_optimizer_destroy(sgd);
  dense_layer_destroy(layer);
  dense_network_destroy(classifier);
  dense_network_destroy(single);
}

int network_tests(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(layers_are_shared_with_the_network),
      cmocka_unit_test(predictions_do_not_depend_on_how_rows_are_split),
      cmocka_unit_test(forward_backward_and_step_train),
      cmocka_unit_test(calls_out_of_order_are_refused),
      cmocka_unit_test(live_settings_of_the_optimizer),
      cmocka_unit_test(losses_and_metrics_must_fit_the_output),
  };
  return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
