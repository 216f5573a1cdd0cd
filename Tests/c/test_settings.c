// Settings by name, of every kind of handle.
#include <float.h>
#include <math.h>
#include <string.h>

#include "support.h"

static double real;
static const char *text;

static void numbers_flags_and_names_are_set_and_read(void **state) {
  const handles *good = *state;
  dense_layer *layer = make_dense(7, "tanh");
  assert_ok(dense_layer_get(layer, "units", &real));
  assert_int_equal((int)real, 7);
  assert_ok(dense_layer_get_text(layer, "activation", &text));
  assert_string_equal(text, "tanh");
  assert_ok(dense_layer_set_text(layer, "activation", NULL));
  assert_ok(dense_layer_get_text(layer, "activation", &text));
  assert_null(text);
  assert_ok(dense_layer_set(layer, "use_bias", 0));
  assert_ok(dense_layer_get(layer, "use_bias", &real));
  assert_int_equal((int)real, 0);
  assert_ok(dense_layer_set_text(layer, "name", "first"));
  assert_ok(dense_layer_get_text(layer, "name", &text));
  assert_string_equal(text, "first");
  assert_ok(dense_layer_set(layer, "trainable", 0));
  assert_ok(dense_layer_get(layer, "trainable", &real));
  assert_int_equal((int)real, 0);
  dense_layer_destroy(layer);

  assert_ok(dense_optimizer_set(good->optimizer, "learning_rate", 0.25));
  assert_ok(dense_optimizer_get(good->optimizer, "learning_rate", &real));
  assert_true(real == 0.25);
  assert_ok(dense_optimizer_set(good->optimizer, "weight_decay", 0.5));
  assert_ok(dense_optimizer_set_text(good->optimizer, "weight_decay", NULL));
  assert_ok(dense_optimizer_get_text(good->optimizer, "weight_decay", &text));
  assert_null(text);
  assert_ok(dense_fit_options_set(good->fit_options, "epochs", 5));
  assert_ok(dense_fit_options_get(good->fit_options, "epochs", &real));
  assert_int_equal((int)real, 5);
  assert_ok(dense_fit_options_set_text(good->fit_options, "monitor", "loss"));
  assert_ok(dense_fit_options_get_text(good->fit_options, "monitor", &text));
  assert_string_equal(text, "loss");
  assert_ok(dense_predictor_options_set(good->predictor_options, "workspaces", 7));
  assert_ok(dense_predictor_options_get(good->predictor_options, "workspaces", &real));
  assert_int_equal((int)real, 7);
}

static void a_dot_leads_into_a_nested_kind(void **state) {
  (void)state;
  dense_layer *layer = make_dense(3, "relu");
  assert_ok(dense_layer_set_text(layer, "kernel_initializer", "random_normal"));
  assert_ok(dense_layer_set(layer, "kernel_initializer.stddev", 0.5));
  assert_ok(dense_layer_get(layer, "kernel_initializer.stddev", &real));
  assert_true(real == 0.5);
  assert_ok(dense_layer_set_text(layer, "kernel_regularizer", "l2"));
  assert_ok(dense_layer_set(layer, "kernel_regularizer.l2", 0.01));
  assert_ok(dense_layer_get_text(layer, "kernel_regularizer", &text));
  assert_string_equal(text, "l2");
  assert_fails(dense_layer_set(layer, "kernel_regularizer.colour", 1), DENSE_ERROR_UNKNOWN_NAME, "'colour'", "l2");
  assert_fails(dense_layer_get(layer, "bias_regularizer.l2", &real), DENSE_ERROR_UNKNOWN_NAME, "bias_regularizer");
  assert_fails(dense_layer_set(layer, "units.", 1), DENSE_ERROR_UNKNOWN_NAME, "units");
  assert_fails(dense_layer_set(layer, ".", 1), DENSE_ERROR_UNKNOWN_NAME, "''");
  dense_layer_destroy(layer);
}

#define REFUSALS(KIND, NUMBER)                                                                                    \
  static void KIND##_refuses(void **state) {                                                                      \
    dense_##KIND *it = ((handles *)*state)->KIND;                                                                 \
    double before = 0, after = 0;                                                                                 \
    assert_fails(dense_##KIND##_set(it, "colour", 1), DENSE_ERROR_UNKNOWN_NAME, "'colour'");                      \
    assert_fails(dense_##KIND##_set_text(it, "colour", "x"), DENSE_ERROR_UNKNOWN_NAME, "'colour'");               \
    assert_fails(dense_##KIND##_set_text(it, "colour", NULL), DENSE_ERROR_UNKNOWN_NAME, "'colour'");              \
    assert_fails(dense_##KIND##_get(it, "colour", &real), DENSE_ERROR_UNKNOWN_NAME, "'colour'");                  \
    assert_fails(dense_##KIND##_get_text(it, "colour", &text), DENSE_ERROR_UNKNOWN_NAME, "'colour'");             \
    assert_ok(dense_##KIND##_get(it, NUMBER, &before));                                                           \
    const double refused[] = {NAN, INFINITY, -INFINITY, -DBL_MAX, 1e300, -1};                                     \
    for (int i = 0; i < LENGTH(refused); i++) {                                                                   \
      if (strcmp(NUMBER, "learning_rate") == 0 && refused[i] == 1e300) continue;                                  \
      assert_fails(dense_##KIND##_set(it, NUMBER, refused[i]), DENSE_ERROR_INVALID_ARGUMENT, NUMBER ": expected", \
                   "received");                                                                                   \
    }                                                                                                             \
    assert_fails(dense_##KIND##_set_text(it, NUMBER, "x"), DENSE_ERROR_INVALID_ARGUMENT, NUMBER, "received");     \
    assert_fails(dense_##KIND##_get_text(it, NUMBER, &text), DENSE_ERROR_INVALID_ARGUMENT, NUMBER ": expected");  \
    assert_ok(dense_##KIND##_get(it, NUMBER, &after));                                                            \
    assert_true(before == after);                                                                                 \
  }
REFUSALS(optimizer, "learning_rate")
REFUSALS(fit_options, "epochs")
REFUSALS(predictor_options, "max_rows")

static void kinds_without_settings_say_so(void **state) {
  const handles *good = *state;
  assert_fails(dense_metric_set(good->metric, "colour", 1), DENSE_ERROR_UNKNOWN_NAME, "'colour'");
  assert_fails(dense_metric_set_text(good->metric, "colour", "x"), DENSE_ERROR_UNKNOWN_NAME, "'colour'");
  assert_fails(dense_metric_get(good->metric, "colour", &real), DENSE_ERROR_UNKNOWN_NAME, "'colour'");
  assert_fails(dense_metric_get_text(good->metric, "colour", &text), DENSE_ERROR_UNKNOWN_NAME, "'colour'");
  assert_fails(dense_loss_set(good->loss, "colour", 1), DENSE_ERROR_UNKNOWN_NAME, "'colour'");
  assert_fails(dense_loss_set_text(good->loss, "colour", "x"), DENSE_ERROR_UNKNOWN_NAME, "'colour'");
  assert_fails(dense_loss_get(good->loss, "colour", &real), DENSE_ERROR_UNKNOWN_NAME, "'colour'");
  assert_fails(dense_loss_get_text(good->loss, "colour", &text), DENSE_ERROR_UNKNOWN_NAME, "'colour'");
}

static void losses_and_metrics_have_settings(void **state) {
  (void)state;
  dense_loss *loss = NULL;
  dense_metric *metric = NULL;
  assert_ok(dense_loss_create("huber", &loss));
  assert_ok(dense_loss_set(loss, "delta", 2));
  assert_ok(dense_loss_get(loss, "delta", &real));
  assert_true(real == 2);
  dense_loss_destroy(loss);
  assert_ok(dense_metric_create("binary_accuracy", &metric));
  assert_ok(dense_metric_set(metric, "threshold", 0.25));
  assert_ok(dense_metric_get(metric, "threshold", &real));
  assert_true(real == 0.25);
  assert_fails(dense_metric_set(metric, "threshold", NAN), DENSE_ERROR_INVALID_ARGUMENT, "threshold", "received nan");
  dense_metric_destroy(metric);
}

static void layers_refuse_what_is_out_of_range(void **state) {
  (void)state;
  dense_layer *layer = make_dense(3, "relu"), *dropout = NULL;
  const double units[] = {0, -1, 2.5, NAN, INFINITY, 1e30, -1e30};
  for (int i = 0; i < LENGTH(units); i++) {
    assert_fails(dense_layer_set(layer, "units", units[i]), DENSE_ERROR_INVALID_ARGUMENT, "units: expected",
                 "received");
  }
  assert_fails(dense_layer_set(layer, "use_bias", 2), DENSE_ERROR_INVALID_ARGUMENT, "use_bias: expected 0 or 1");
  assert_fails(dense_layer_set(layer, "use_bias", NAN), DENSE_ERROR_INVALID_ARGUMENT, "use_bias: expected 0 or 1");
  assert_fails(dense_layer_set(layer, "trainable", -1), DENSE_ERROR_INVALID_ARGUMENT, "trainable: expected 0 or 1");
  assert_fails(dense_layer_set(layer, "activation", 1), DENSE_ERROR_INVALID_ARGUMENT, "activation", "received");
  assert_fails(dense_layer_set_text(layer, "activation", "colour"), DENSE_ERROR_UNKNOWN_NAME, "'colour'", "softmax");
  assert_fails(dense_layer_set_text(layer, "kernel_initializer", NULL), DENSE_ERROR_INVALID_ARGUMENT, "received none");
  assert_fails(dense_layer_set_text(layer, "name", NULL), DENSE_ERROR_INVALID_ARGUMENT, "name");
  assert_fails(dense_layer_set(layer, "name", 3), DENSE_ERROR_INVALID_ARGUMENT, "name");
  assert_fails(dense_layer_set(layer, "rate", 0.5), DENSE_ERROR_UNKNOWN_NAME, "'rate'", "units", "use_bias");
  assert_ok(dense_layer_create("dropout", &dropout));
  assert_ok(dense_layer_set(dropout, "rate", 0.5));
  assert_fails(dense_layer_set(dropout, "rate", 1), DENSE_ERROR_INVALID_ARGUMENT, "rate: expected", "received 1");
  dense_layer_destroy(dropout);
  dense_layer_destroy(layer);
}

static void what_shapes_parameters_is_fixed_once_built(void **state) {
  const handles *good = *state;
  assert_fails(dense_layer_set(good->layer, "units", 5), DENSE_ERROR_INVALID_STATE, "units");
  assert_ok(dense_layer_get(good->layer, "units", &real));
  assert_int_equal((int)real, 3);
}

static void descriptions_are_json_with_every_setting(void **state) {
  const handles *good = *state;
  char buffer[8192];
  int64_t length = 0;
  assert_ok(dense_layer_describe(good->layer, buffer, sizeof buffer, &length));
  assert_int_equal(strlen(buffer), length);
  assert_non_null(strstr(buffer, "\"units\":3"));
  assert_ok(dense_optimizer_describe(good->optimizer, buffer, sizeof buffer, &length));
  assert_non_null(strstr(buffer, "\"learning_rate\":"));
  assert_ok(dense_loss_describe(good->loss, buffer, sizeof buffer, &length));
  assert_non_null(strstr(buffer, "\"mean_squared_error\""));
  assert_ok(dense_metric_describe(good->metric, buffer, sizeof buffer, &length));
  assert_non_null(strstr(buffer, "\"mean_absolute_error\""));
  assert_ok(dense_fit_options_describe(good->fit_options, buffer, sizeof buffer, &length));
  assert_non_null(strstr(buffer, "\"epochs\":"));
  assert_ok(dense_predictor_options_describe(good->predictor_options, buffer, sizeof buffer, &length));
  assert_non_null(strstr(buffer, "\"max_rows\":256"));
  assert_ok(dense_network_describe(good->network, buffer, sizeof buffer, &length));
  assert_non_null(strstr(buffer, "\"inputs\":4"));
  assert_ok(dense_network_summary(good->network, buffer, sizeof buffer, &length));
  assert_non_null(strstr(buffer, "15")); // 4 * 3 weights and 3 biases
}

static void unknown_kinds_are_refused_with_the_known_ones(void **state) {
  (void)state;
  dense_layer *layer = NULL;
  dense_optimizer *optimizer = NULL;
  dense_loss *loss = NULL;
  dense_metric *metric = NULL;
  assert_fails(dense_layer_create("colour", &layer), DENSE_ERROR_UNKNOWN_NAME, "'colour'", "batch_normalization");
  assert_fails(dense_optimizer_create("colour", &optimizer), DENSE_ERROR_UNKNOWN_NAME, "'colour'", "rmsprop");
  assert_fails(dense_loss_create("colour", &loss), DENSE_ERROR_UNKNOWN_NAME, "'colour'", "huber");
  assert_fails(dense_metric_create("colour", &metric), DENSE_ERROR_UNKNOWN_NAME, "'colour'", "accuracy");
  assert_true(layer == NULL && optimizer == NULL && loss == NULL && metric == NULL);
}

int settings_tests(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_flags_and_names_are_set_and_read),
      cmocka_unit_test(a_dot_leads_into_a_nested_kind),
      cmocka_unit_test(optimizer_refuses),
      cmocka_unit_test(fit_options_refuses),
      cmocka_unit_test(predictor_options_refuses),
      cmocka_unit_test(kinds_without_settings_say_so),
      cmocka_unit_test(losses_and_metrics_have_settings),
      cmocka_unit_test(layers_refuse_what_is_out_of_range),
      cmocka_unit_test(what_shapes_parameters_is_fixed_once_built),
      cmocka_unit_test(descriptions_are_json_with_every_setting),
      cmocka_unit_test(unknown_kinds_are_refused_with_the_known_ones),
  };
  return cmocka_run_group_tests_name("settings", tests, set_up_handles, tear_down_handles);
}
