// Sizes, indices, addresses and texts that nobody should pass.
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

static float x[16], y[16];
static double real;
static int64_t whole;

// Every call that takes rows and columns, with both as given.
static void refuse_shape(const handles *good, int64_t rows, int64_t columns, dense_status expected,
                         const char *fragment) {
  dense_network *network = good->network;
  assert_fails(dense_layer_forward(good->layer, x, rows, columns, 0, y, 6), expected, fragment, "received");
  assert_fails(dense_layer_backward(good->layer, x, rows, columns, y, 8), expected, fragment, "received");
  assert_fails(dense_network_predict(network, x, rows, columns, y, 6), expected, fragment, "received");
  assert_fails(dense_network_forward(network, x, rows, columns, 0, y, 6), expected, fragment, "received");
  assert_fails(dense_network_backward(network, x, rows, columns, y, 8), expected, fragment, "received");
  assert_fails(dense_network_train_batch(network, x, rows, columns, x, 3, NULL, &real, 1), expected, fragment);
  assert_fails(dense_network_evaluate(network, x, rows, columns, x, 3, NULL, 32, &real, 1), expected, fragment);
  assert_fails(dense_network_fit(network, x, rows, columns, x, 3, NULL, NULL), expected, fragment);
  assert_fails(dense_fit_options_set_validation_data(good->fit_options, x, rows, columns, x, 3, NULL), expected,
               fragment);
}

static void sizes_below_one_are_refused(void **state) {
  const int64_t sizes[] = {0, -1, INT64_MIN};
  for (int i = 0; i < LENGTH(sizes); i++) {
    refuse_shape(*state, sizes[i], 4, DENSE_ERROR_INVALID_ARGUMENT, "rows: expected at least 1");
    refuse_shape(*state, 2, sizes[i], DENSE_ERROR_INVALID_ARGUMENT, "columns: expected at least 1");
  }
}

static void sizes_that_overflow_are_refused(void **state) {
  const int64_t sizes[] = {INT64_MAX, INT64_MAX / 4, (int64_t)1 << 61, (int64_t)1 << 45};
  for (int i = 0; i < LENGTH(sizes); i++) {
    refuse_shape(*state, sizes[i], 4, DENSE_ERROR_SIZE_OVERFLOW, "bytes");
    refuse_shape(*state, 4, sizes[i], DENSE_ERROR_SIZE_OVERFLOW, "bytes");
    refuse_shape(*state, sizes[i], sizes[i], DENSE_ERROR_SIZE_OVERFLOW, "bytes");
  }
}

static void other_sizes_are_refused(void **state) {
  const handles *good = *state;
  dense_network *network = good->network, *none = NULL;
  dense_layer *layer = make_dense(3, "relu");
  const int64_t sizes[] = {0, -1, INT64_MIN, INT64_MAX};
  for (int i = 0; i < LENGTH(sizes); i++) {
    int is_large = sizes[i] > 0;
    dense_status expected = is_large ? DENSE_ERROR_SIZE_OVERFLOW : DENSE_ERROR_INVALID_ARGUMENT;
    assert_fails(dense_layer_build(layer, sizes[i], 0), expected, "received");
    assert_fails(dense_network_train_batch(network, x, 2, 4, x, sizes[i], NULL, &real, 1), expected, "target");
    assert_fails(dense_network_train_batch(network, x, 2, 4, x, 3, NULL, &real, sizes[i]), expected, "result");
    assert_fails(dense_network_evaluate(network, x, 2, 4, x, 3, NULL, 32, &real, sizes[i]), expected, "result");
    assert_fails(dense_network_fit(network, x, 2, 4, x, sizes[i], NULL, NULL), expected, "target");
    assert_fails(dense_layer_set_parameter(good->layer, "bias", x, sizes[i]), expected, "received");
    assert_fails(dense_layer_count(layer, sizes[i], "weights", 32, NULL, &whole), expected, "received");
    if (is_large) continue;
    assert_fails(dense_network_create(sizes[i], &none), DENSE_ERROR_INVALID_ARGUMENT, "inputs: expected at least 1");
    assert_fails(dense_network_evaluate(network, x, 2, 4, x, 3, NULL, sizes[i], &real, 1), DENSE_ERROR_INVALID_ARGUMENT,
                 "batch_size: expected at least 1");
    assert_fails(dense_network_count(network, "weights", sizes[i], NULL, &whole), DENSE_ERROR_INVALID_ARGUMENT,
                 "batch_size: expected at least 1");
    assert_fails(dense_fit_options_set_sample_weights(good->fit_options, x, sizes[i] == 0 ? -2 : sizes[i]),
                 DENSE_ERROR_INVALID_ARGUMENT, "count: expected at least 1");
  }
  assert_ok(dense_network_evaluate(network, x, 2, 4, x, 3, NULL, INT64_MAX, &real, 1));
  dense_layer_destroy(layer);
}

static void counts_must_be_those_of_the_object(void **state) {
  const handles *good = *state;
  dense_network *network = good->network;
  const int64_t counts[] = {0, 5, 7, -1, INT64_MIN, INT64_MAX};
  for (int i = 0; i < LENGTH(counts); i++) {
    int64_t count = counts[i];
    assert_fails(dense_layer_forward(good->layer, x, 2, 4, 0, y, count), DENSE_ERROR_SHAPE_MISMATCH,
                 "output: expected 6 values (2 x 3), received");
    assert_fails(dense_network_predict(network, x, 2, 4, y, count), DENSE_ERROR_SHAPE_MISMATCH,
                 "output: expected 6 values (2 x 3), received");
    assert_fails(dense_network_forward(network, x, 2, 4, 0, y, count), DENSE_ERROR_SHAPE_MISMATCH,
                 "output: expected 6 values (2 x 3), received");
    assert_fails(dense_layer_backward(good->layer, x, 2, 3, y, count), DENSE_ERROR_SHAPE_MISMATCH,
                 "input_gradient: expected 8 values (2 x 4), received");
    assert_fails(dense_network_backward(network, x, 2, 3, y, count), DENSE_ERROR_SHAPE_MISMATCH,
                 "input_gradient: expected 8 values (2 x 4), received");
    assert_fails(dense_layer_get_parameter(good->layer, "bias", y, count), DENSE_ERROR_SHAPE_MISMATCH,
                 "values: expected 3 values, received");
    assert_fails(dense_layer_get_gradient(good->layer, "bias", y, count), DENSE_ERROR_SHAPE_MISMATCH,
                 "values: expected 3 values, received");
  }
  assert_fails(dense_layer_set_parameter(good->layer, "bias", x, 4), DENSE_ERROR_SHAPE_MISMATCH, "expected 3",
               "received 4");
  double two[2];
  assert_fails(dense_network_train_batch(network, x, 2, 4, x, 3, NULL, two, 2), DENSE_ERROR_SHAPE_MISMATCH,
               "results: expected", "1 values", "received 2");
  assert_fails(dense_network_evaluate(network, x, 2, 4, x, 3, NULL, 32, two, 2), DENSE_ERROR_SHAPE_MISMATCH,
               "results: expected", "1 values", "received 2");
}

static void columns_must_be_those_of_the_object(void **state) {
  const handles *good = *state;
  dense_network *network = good->network;
  assert_fails(dense_layer_forward(good->layer, x, 2, 5, 0, y, 6), DENSE_ERROR_SHAPE_MISMATCH, "expected 4",
               "received 5");
  assert_fails(dense_network_predict(network, x, 2, 5, y, 6), DENSE_ERROR_SHAPE_MISMATCH, "expected 4", "received 5");
  assert_fails(dense_network_forward(network, x, 2, 5, 1, y, 6), DENSE_ERROR_SHAPE_MISMATCH, "expected 4",
               "received 5");
  assert_fails(dense_network_train_batch(network, x, 2, 5, x, 3, NULL, &real, 1), DENSE_ERROR_SHAPE_MISMATCH,
               "expected 4", "received 5");
  assert_fails(dense_network_train_batch(network, x, 2, 4, x, 1, NULL, &real, 1), DENSE_ERROR_SHAPE_MISMATCH,
               "expected 3", "received 1");
  assert_fails(dense_network_evaluate(network, x, 2, 4, x, 1, NULL, 32, &real, 1), DENSE_ERROR_SHAPE_MISMATCH,
               "expected 3", "received 1");
  assert_fails(dense_network_fit(network, x, 2, 4, x, 1, NULL, NULL), DENSE_ERROR_SHAPE_MISMATCH, "expected 3",
               "received 1");
  assert_ok(dense_layer_forward(good->layer, x, 2, 4, 1, y, 6));
  assert_fails(dense_layer_backward(good->layer, x, 2, 4, y, 8), DENSE_ERROR_SHAPE_MISMATCH, "expected 3",
               "received 4");
  assert_fails(dense_layer_backward(good->layer, x, 1, 3, y, 4), DENSE_ERROR_SHAPE_MISMATCH, "expected 2",
               "received 1");
  assert_ok(dense_network_forward(network, x, 2, 4, 1, y, 6));
  assert_fails(dense_network_backward(network, x, 2, 4, y, 8), DENSE_ERROR_SHAPE_MISMATCH, "expected 3", "received 4");
}

static void indices_are_checked(void **state) {
  const handles *good = *state;
  const int64_t indices[] = {-1, 2, INT64_MIN, INT64_MAX};
  const char *name = NULL;
  int64_t rows = 0, columns = 0;
  int32_t trainable = 0;
  dense_layer *layer = NULL;
  for (int i = 0; i < LENGTH(indices); i++) {
    int64_t index = indices[i];
    assert_fails(dense_layer_parameter_info(good->layer, index, &name, &rows, &columns, &trainable),
                 DENSE_ERROR_INVALID_ARGUMENT, "index: expected 0 to 1, received");
    assert_fails(dense_network_layer(good->network, index, &layer), DENSE_ERROR_INVALID_ARGUMENT,
                 "index: expected 0 to 0, received");
    assert_fails(dense_network_result_name(good->network, index, &name), DENSE_ERROR_INVALID_ARGUMENT,
                 "index: expected 0 to 0, received");
    assert_fails(dense_history_name(good->history, index, &name), DENSE_ERROR_INVALID_ARGUMENT,
                 "index: expected 0 to 0, received");
    assert_fails(dense_history_value(good->history, "loss", index, &real), DENSE_ERROR_INVALID_ARGUMENT,
                 "epoch: expected 0 to 0, received");
  }
  assert_true(layer == NULL && name == NULL);
}

static void flags_are_zero_or_one(void **state) {
  const handles *good = *state;
  const int32_t flags[] = {2, -1, INT32_MIN, INT32_MAX};
  for (int i = 0; i < LENGTH(flags); i++) {
    assert_fails(dense_layer_forward(good->layer, x, 2, 4, flags[i], y, 6), DENSE_ERROR_INVALID_ARGUMENT,
                 "training: expected 0 or 1, received");
    assert_fails(dense_network_forward(good->network, x, 2, 4, flags[i], y, 6), DENSE_ERROR_INVALID_ARGUMENT,
                 "training: expected 0 or 1, received");
  }
}

static void arrays_must_be_aligned(void **state) {
  const handles *good = *state;
  float *askew = (float *)(void *)((char *)x + 2);
  double *askew_real = (double *)(void *)((char *)&y[0] + 4 + 4 * ((uintptr_t)y % 8 == 4));
  assert_fails(dense_layer_forward(good->layer, askew, 2, 4, 0, y, 6), DENSE_ERROR_INVALID_ARGUMENT,
               "input: expected an address that is a multiple of 4");
  assert_fails(dense_layer_forward(good->layer, x, 2, 4, 0, askew, 6), DENSE_ERROR_INVALID_ARGUMENT,
               "output: expected an address that is a multiple of 4");
  assert_fails(dense_network_predict(good->network, askew, 2, 4, y, 6), DENSE_ERROR_INVALID_ARGUMENT, "x: expected");
  assert_fails(dense_network_train_batch(good->network, x, 2, 4, x, 3, askew, &real, 1), DENSE_ERROR_INVALID_ARGUMENT,
               "sample_weights: expected");
  assert_fails(dense_network_train_batch(good->network, x, 2, 4, x, 3, NULL, askew_real, 1),
               DENSE_ERROR_INVALID_ARGUMENT, "results: expected an address that is a multiple of 8");
}

static void texts_are_decoded_safely(void **state) {
  const handles *good = *state;
  dense_layer *layer = NULL;
  assert_fails(dense_layer_create("\xff\xfe", &layer), DENSE_ERROR_INVALID_ARGUMENT, "name: expected text in UTF-8");
  assert_fails(dense_layer_create("\xc0\x80", &layer), DENSE_ERROR_INVALID_ARGUMENT, "name: expected text in UTF-8");
  assert_fails(dense_layer_create("", &layer), DENSE_ERROR_UNKNOWN_NAME, "''");
  assert_fails(dense_layer_create("d\xc3\xa9nse", &layer), DENSE_ERROR_UNKNOWN_NAME, "'d\xc3\xa9nse'", "dropout");
  assert_fails(dense_layer_set_text(good->layer, "name", "\x80"), DENSE_ERROR_INVALID_ARGUMENT, "value: expected text");
  char *endless = malloc(1 << 20);
  assert_non_null(endless);
  memset(endless, 'a', 1 << 20);
  // There is no NUL at all, so that a read beyond the limit of 4096 would be seen by the sanitizer at the latest.
  assert_fails(dense_layer_create(endless, &layer), DENSE_ERROR_INVALID_ARGUMENT, "name: expected at most 4096 bytes");
  assert_fails(dense_layer_save(good->layer, endless), DENSE_ERROR_INVALID_ARGUMENT, "path: expected at most 4096");
  free(endless);
  assert_null(layer);
}

static void text_buffers_are_never_overrun(void **state) {
  const handles *good = *state;
  int64_t length = 0;
  assert_ok(dense_network_describe(good->network, NULL, 0, &length));
  assert_true(length > 10);
  char *text = malloc((size_t)length + 2);
  assert_non_null(text);
  memset(text, 'x', (size_t)length + 2);
  int64_t again = 0;
  assert_fails(dense_network_describe(good->network, text, length, &again), DENSE_ERROR_SHAPE_MISMATCH,
               "capacity: expected at least", "received");
  assert_int_equal(again, length);
  assert_int_equal(text[0], 'x');
  assert_ok(dense_network_describe(good->network, text, length + 1, &again));
  assert_int_equal(strlen(text), length);
  assert_int_equal(text[length + 1], 'x');
  assert_fails(dense_network_summary(good->network, text, -1, &again), DENSE_ERROR_INVALID_ARGUMENT,
               "capacity: expected at least 0, received -1");
  assert_fails(dense_network_summary(good->network, text, 3, &again), DENSE_ERROR_SHAPE_MISMATCH, "received 3");
  free(text);
}

int argument_tests(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sizes_below_one_are_refused),
      cmocka_unit_test(sizes_that_overflow_are_refused),
      cmocka_unit_test(other_sizes_are_refused),
      cmocka_unit_test(counts_must_be_those_of_the_object),
      cmocka_unit_test(columns_must_be_those_of_the_object),
      cmocka_unit_test(indices_are_checked),
      cmocka_unit_test(flags_are_zero_or_one),
      cmocka_unit_test(arrays_must_be_aligned),
      cmocka_unit_test(texts_are_decoded_safely),
      cmocka_unit_test(text_buffers_are_never_overrun),
  };
  return cmocka_run_group_tests_name("arguments", tests, set_up_handles, tear_down_handles);
}
