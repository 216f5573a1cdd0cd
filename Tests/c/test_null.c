// NULL for every pointer that a function does not allow to be NULL: an error that names the parameter.
#include <string.h>

#include "support.h"

#define refuses_null(call, name) assert_fails((call), DENSE_ERROR_NULL_ARGUMENT, name ": expected", "received NULL")

static float x[8], y[8];
static double real;
static int64_t whole, other;
static int32_t flag;
static const char *text;

static void creators(void **state) {
  (void)state;
  dense_layer *layer = NULL;
  dense_optimizer *optimizer = NULL;
  dense_loss *loss = NULL;
  dense_metric *metric = NULL;
  dense_network *network = NULL;
  refuses_null(dense_layer_create(NULL, &layer), "name");
  refuses_null(dense_layer_create("dense", NULL), "layer");
  refuses_null(dense_layer_load(NULL, &layer), "path");
  refuses_null(dense_layer_load("file", NULL), "layer");
  refuses_null(dense_optimizer_create(NULL, &optimizer), "name");
  refuses_null(dense_optimizer_create("adam", NULL), "optimizer");
  refuses_null(dense_loss_create(NULL, &loss), "name");
  refuses_null(dense_loss_create("mse", NULL), "loss");
  refuses_null(dense_metric_create(NULL, &metric), "name");
  refuses_null(dense_metric_create("accuracy", NULL), "metric");
  refuses_null(dense_fit_options_create(NULL), "fit_options");
  refuses_null(dense_predictor_options_create(NULL), "predictor_options");
  refuses_null(dense_network_create(4, NULL), "network");
  refuses_null(dense_network_load(NULL, &network), "path");
  refuses_null(dense_network_load("file", NULL), "network");
  assert_true(layer == NULL && optimizer == NULL && loss == NULL && metric == NULL && network == NULL);
}

#define SETTINGS_TEST(KIND)                                              \
  static void KIND##_settings(void **state) {                            \
    dense_##KIND *it = ((handles *)*state)->KIND;                        \
    refuses_null(dense_##KIND##_set(it, NULL, 1), "setting");            \
    refuses_null(dense_##KIND##_set_text(it, NULL, "x"), "setting");     \
    refuses_null(dense_##KIND##_get(it, NULL, &real), "setting");        \
    refuses_null(dense_##KIND##_get(it, "any", NULL), "value");          \
    refuses_null(dense_##KIND##_get_text(it, NULL, &text), "setting");   \
    refuses_null(dense_##KIND##_get_text(it, "any", NULL), "value");     \
    refuses_null(dense_##KIND##_describe(it, NULL, 10, &whole), "text"); \
    refuses_null(dense_##KIND##_describe(it, NULL, 0, NULL), "length");  \
  }
SETTINGS_TEST(layer)
SETTINGS_TEST(optimizer)
SETTINGS_TEST(loss)
SETTINGS_TEST(metric)
SETTINGS_TEST(fit_options)
SETTINGS_TEST(predictor_options)

static void layers(void **state) {
  dense_layer *layer = ((handles *)*state)->layer;
  refuses_null(dense_layer_forward(layer, NULL, 2, 4, 0, y, 6), "input");
  refuses_null(dense_layer_forward(layer, x, 2, 4, 0, NULL, 6), "output");
  refuses_null(dense_layer_backward(layer, NULL, 2, 3, y, 8), "output_gradient");
  refuses_null(dense_layer_backward(layer, x, 2, 3, NULL, 8), "input_gradient");
  refuses_null(dense_layer_shape(layer, NULL, &other), "inputs");
  refuses_null(dense_layer_shape(layer, &whole, NULL), "outputs");
  refuses_null(dense_layer_count(layer, 4, NULL, 32, NULL, &whole), "quantity");
  refuses_null(dense_layer_count(layer, 4, "weights", 32, NULL, NULL), "value");
  refuses_null(dense_layer_parameter_count(layer, NULL), "count");
  refuses_null(dense_layer_parameter_info(layer, 0, NULL, &whole, &other, &flag), "name");
  refuses_null(dense_layer_parameter_info(layer, 0, &text, NULL, &other, &flag), "rows");
  refuses_null(dense_layer_parameter_info(layer, 0, &text, &whole, NULL, &flag), "columns");
  refuses_null(dense_layer_parameter_info(layer, 0, &text, &whole, &other, NULL), "trainable");
  refuses_null(dense_layer_get_parameter(layer, NULL, y, 3), "name");
  refuses_null(dense_layer_get_parameter(layer, "bias", NULL, 3), "values");
  refuses_null(dense_layer_set_parameter(layer, NULL, y, 3), "name");
  refuses_null(dense_layer_set_parameter(layer, "bias", NULL, 3), "values");
  refuses_null(dense_layer_get_gradient(layer, NULL, y, 3), "name");
  refuses_null(dense_layer_get_gradient(layer, "bias", NULL, 3), "values");
  refuses_null(dense_layer_save(layer, NULL), "path");
}

static void networks(void **state) {
  dense_network *network = ((handles *)*state)->network;
  refuses_null(dense_network_layer_count(network, NULL), "count");
  refuses_null(dense_network_layer(network, 0, NULL), "layer");
  refuses_null(dense_network_set(network, NULL, 1), "setting");
  refuses_null(dense_network_get(network, NULL, &real), "setting");
  refuses_null(dense_network_get(network, "iterations", NULL), "value");
  refuses_null(dense_network_result_count(network, NULL), "count");
  refuses_null(dense_network_result_name(network, 0, NULL), "name");
  refuses_null(dense_network_shape(network, NULL, &other), "inputs");
  refuses_null(dense_network_shape(network, &whole, NULL), "outputs");
  refuses_null(dense_network_count(network, NULL, 32, NULL, &whole), "quantity");
  refuses_null(dense_network_count(network, "weights", 32, NULL, NULL), "value");
  refuses_null(dense_network_summary(network, NULL, 10, &whole), "text");
  refuses_null(dense_network_summary(network, NULL, 0, NULL), "length");
  refuses_null(dense_network_describe(network, NULL, 10, &whole), "text");
  refuses_null(dense_network_describe(network, NULL, 0, NULL), "length");
  refuses_null(dense_network_set_note(network, NULL, "b"), "name");
  assert_ok(dense_network_set_note(network, "a", "b"));
  refuses_null(dense_network_get_note(network, NULL, NULL, 0, &whole), "name");
  refuses_null(dense_network_get_note(network, "a", NULL, 10, &whole), "text");
  refuses_null(dense_network_get_note(network, "a", NULL, 0, NULL), "length");
  assert_ok(dense_network_set_note(network, "a", NULL));
  refuses_null(dense_network_save(network, NULL), "path");
}

static void arrays_of_networks(void **state) {
  dense_network *network = ((handles *)*state)->network;
  refuses_null(dense_network_train_batch(network, NULL, 2, 4, x, 3, NULL, &real, 1), "x");
  refuses_null(dense_network_train_batch(network, x, 2, 4, NULL, 3, NULL, &real, 1), "targets");
  refuses_null(dense_network_train_batch(network, x, 2, 4, x, 3, NULL, NULL, 1), "results");
  refuses_null(dense_network_evaluate(network, NULL, 2, 4, x, 3, NULL, 32, &real, 1), "x");
  refuses_null(dense_network_evaluate(network, x, 2, 4, NULL, 3, NULL, 32, &real, 1), "targets");
  refuses_null(dense_network_evaluate(network, x, 2, 4, x, 3, NULL, 32, NULL, 1), "results");
  refuses_null(dense_network_fit(network, NULL, 2, 4, x, 3, NULL, NULL), "x");
  refuses_null(dense_network_fit(network, x, 2, 4, NULL, 3, NULL, NULL), "targets");
  refuses_null(dense_network_predict(network, NULL, 2, 4, y, 6), "x");
  refuses_null(dense_network_predict(network, x, 2, 4, NULL, 6), "output");
  refuses_null(dense_network_forward(network, NULL, 2, 4, 1, y, 6), "x");
  refuses_null(dense_network_forward(network, x, 2, 4, 1, NULL, 6), "output");
  refuses_null(dense_network_backward(network, NULL, 2, 3, y, 8), "output_gradient");
  refuses_null(dense_network_backward(network, x, 2, 3, NULL, 8), "input_gradient");
}

static void predictors(void **state) {
  const handles *good = *state;
  refuses_null(dense_predictor_create(good->network, NULL, NULL), "predictor");
  refuses_null(dense_predictor_run(good->predictor, NULL, 2, 4, y, 6), "input");
  refuses_null(dense_predictor_run(good->predictor, x, 2, 4, NULL, 6), "output");
  refuses_null(dense_predictor_run_with_workspace(good->predictor, NULL, 2, 4, y, 6, y, 8), "input");
  refuses_null(dense_predictor_run_with_workspace(good->predictor, x, 2, 4, NULL, 6, y, 8), "output");
  refuses_null(dense_predictor_run_with_workspace(good->predictor, x, 2, 4, y, 6, NULL, 8), "workspace");
  refuses_null(dense_predictor_workspace_bytes(good->predictor, 2, NULL), "bytes");
  refuses_null(dense_predictor_shape(good->predictor, NULL, &other), "inputs");
  refuses_null(dense_predictor_shape(good->predictor, &whole, NULL), "outputs");
}

static void everything_else(void **state) {
  const handles *good = *state;
  const int64_t widths[] = {4, 3};
  refuses_null(dense_fit_options_set_validation_data(good->fit_options, NULL, 2, 4, x, 3, NULL), "x");
  refuses_null(dense_fit_options_set_validation_data(good->fit_options, x, 2, 4, NULL, 3, NULL), "targets");
  refuses_null(dense_fit_options_set_sample_weights(good->fit_options, NULL, 2), "weights");
  refuses_null(dense_history_epochs(good->history, NULL), "count");
  refuses_null(dense_history_name_count(good->history, NULL), "count");
  refuses_null(dense_history_name(good->history, 0, NULL), "name");
  refuses_null(dense_history_value(good->history, NULL, 0, &real), "name");
  refuses_null(dense_history_value(good->history, "loss", 0, NULL), "value");
  refuses_null(dense_history_best_epoch(good->history, NULL), "epoch");
  refuses_null(dense_calculate(NULL, 2, NULL, 32, "weights", &whole), "widths");
  refuses_null(dense_calculate(widths, 2, NULL, 32, NULL, &whole), "quantity");
  refuses_null(dense_calculate(widths, 2, NULL, 32, "weights", NULL), "value");
}

int null_tests(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(creators),      cmocka_unit_test(layer_settings),  cmocka_unit_test(optimizer_settings),
      cmocka_unit_test(loss_settings), cmocka_unit_test(metric_settings), cmocka_unit_test(fit_options_settings),
      cmocka_unit_test(layers),        cmocka_unit_test(networks),        cmocka_unit_test(arrays_of_networks),
      cmocka_unit_test(predictors),    cmocka_unit_test(everything_else), cmocka_unit_test(predictor_options_settings),
  };
  return cmocka_run_group_tests_name("null", tests, set_up_handles, tear_down_handles);
}
