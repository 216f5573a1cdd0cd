// A layer by itself: build, forward, backward, step, parameters.
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "support.h"

// Two inputs, two units, known weights: y = x . [[1, 2], [3, 4]] + [0.5, -0.5].
static dense_layer *known_layer(void) {
  const float kernel[] = {1, 2, 3, 4}, bias[] = {0.5f, -0.5f};
  dense_layer *layer = make_dense(2, "linear");
  assert_ok(dense_layer_build(layer, 2, 0));
  assert_ok(dense_layer_set_parameter(layer, "kernel", kernel, 4));
  assert_ok(dense_layer_set_parameter(layer, "bias", bias, 2));
  return layer;
}

static void assert_values(const float *received, const float *expected, int count) {
  for (int i = 0; i < count; i++) assert_true(fabsf(received[i] - expected[i]) < 1e-5f);
}

static void forward_backward_and_step_compute_what_they_say(void **state) {
  (void)state;
  dense_layer *layer = known_layer();
  dense_optimizer *sgd = NULL;
  const float x[] = {1, 1, 2, -1}, dy[] = {1, 0, 0, 1};
  float y[4], dx[4], gradient[4], kernel[4];
  assert_ok(dense_layer_forward(layer, x, 2, 2, 1, y, 4));
  assert_values(y, (const float[]){4.5f, 5.5f, -0.5f, -0.5f}, 4);
  assert_ok(dense_layer_backward(layer, dy, 2, 2, dx, 4));
  assert_values(dx, (const float[]){1, 3, 2, 4}, 4); // dy . W^T
  assert_ok(dense_layer_get_gradient(layer, "kernel", gradient, 4));
  assert_values(gradient, (const float[]){1, 2, 1, -1}, 4); // x^T . dy
  assert_ok(dense_layer_backward(layer, dy, 2, 2, NULL, 0));
  assert_ok(dense_layer_get_gradient(layer, "kernel", gradient, 4));
  assert_values(gradient, (const float[]){2, 4, 2, -2}, 4); // gradients add up
  assert_ok(dense_optimizer_create("sgd", &sgd));
  assert_ok(dense_optimizer_set(sgd, "learning_rate", 0.5));
  assert_ok(dense_layer_step(layer, sgd));
  assert_ok(dense_layer_get_parameter(layer, "kernel", kernel, 4));
  assert_values(kernel, (const float[]){0, 0, 2, 5}, 4);
  assert_ok(dense_layer_get_gradient(layer, "kernel", gradient, 4));
  assert_values(gradient, (const float[]){0, 0, 0, 0}, 4); // a step uses them up
  assert_ok(dense_layer_backward(layer, dy, 2, 2, NULL, 0));
  assert_ok(dense_layer_zero_gradients(layer));
  assert_ok(dense_layer_get_gradient(layer, "bias", gradient, 2));
  assert_values(gradient, (const float[]){0, 0}, 2);
  dense_optimizer_destroy(sgd);
  dense_layer_destroy(layer);
}

static void parameters_are_listed(void **state) {
  (void)state;
  dense_layer *layer = known_layer(), *dropout = NULL;
  const char *name = NULL;
  int64_t count = 0, rows = 0, columns = 0, inputs = 0, outputs = 0;
  int32_t trainable = 0;
  assert_ok(dense_layer_shape(layer, &inputs, &outputs));
  assert_true(inputs == 2 && outputs == 2);
  assert_ok(dense_layer_parameter_count(layer, &count));
  assert_int_equal(count, 2);
  assert_ok(dense_layer_parameter_info(layer, 0, &name, &rows, &columns, &trainable));
  assert_string_equal(name, "kernel");
  assert_true(rows == 2 && columns == 2 && trainable == 1);
  assert_ok(dense_layer_parameter_info(layer, 1, &name, &rows, &columns, &trainable));
  assert_string_equal(name, "bias");
  assert_true(rows == 1 && columns == 2);
  assert_ok(dense_layer_set(layer, "trainable", 0));
  assert_ok(dense_layer_parameter_info(layer, 0, &name, &rows, &columns, &trainable));
  assert_int_equal(trainable, 0);
  dense_layer_destroy(layer);
  assert_ok(dense_layer_create("dropout", &dropout));
  assert_ok(dense_layer_build(dropout, 5, 0));
  assert_ok(dense_layer_parameter_count(dropout, &count));
  assert_int_equal(count, 0);
  assert_fails(dense_layer_parameter_info(dropout, 0, &name, &rows, &columns, &trainable), DENSE_ERROR_INVALID_ARGUMENT,
               "index", "received 0");
  dense_layer_destroy(dropout);
}

static void moving_statistics_have_no_gradient(void **state) {
  (void)state;
  dense_layer *layer = NULL;
  float values[3];
  assert_ok(dense_layer_create("batch_normalization", &layer));
  assert_ok(dense_layer_build(layer, 3, 0));
  assert_ok(dense_layer_get_parameter(layer, "moving_variance", values, 3));
  assert_values(values, (const float[]){1, 1, 1}, 3);
  assert_fails(dense_layer_get_gradient(layer, "moving_mean", values, 3), DENSE_ERROR_INVALID_ARGUMENT, "moving_mean");
  dense_layer_destroy(layer);
}

static void unknown_parameters_are_refused(void **state) {
  (void)state;
  dense_layer *layer = known_layer();
  float values[4] = {0};
  assert_fails(dense_layer_get_parameter(layer, "colour", values, 4), DENSE_ERROR_UNKNOWN_NAME, "'colour'",
               "kernel, bias");
  assert_fails(dense_layer_set_parameter(layer, "colour", values, 4), DENSE_ERROR_UNKNOWN_NAME, "'colour'");
  assert_fails(dense_layer_get_gradient(layer, "colour", values, 4), DENSE_ERROR_UNKNOWN_NAME, "'colour'");
  dense_layer_destroy(layer);
}

static void calls_out_of_order_are_refused(void **state) {
  (void)state;
  dense_layer *layer = make_dense(2, "relu"), *nothing = NULL;
  dense_optimizer *sgd = NULL;
  float x[4] = {1, 2, 3, 4}, y[4];
  const char *name = NULL;
  int64_t a = 0, b = 0;
  int32_t flag = 0;
  assert_ok(dense_optimizer_create("sgd", &sgd));
#define REFUSED(call) assert_fails(call, DENSE_ERROR_INVALID_STATE, "expected")
  REFUSED(dense_layer_forward(layer, x, 2, 2, 0, y, 4));
  REFUSED(dense_layer_backward(layer, x, 2, 2, y, 4));
  REFUSED(dense_layer_step(layer, sgd));
  REFUSED(dense_layer_zero_gradients(layer));
  REFUSED(dense_layer_shape(layer, &a, &b));
  REFUSED(dense_layer_parameter_count(layer, &a));
  REFUSED(dense_layer_parameter_info(layer, 0, &name, &a, &b, &flag));
  REFUSED(dense_layer_get_parameter(layer, "kernel", y, 4));
  REFUSED(dense_layer_set_parameter(layer, "kernel", x, 4));
  REFUSED(dense_layer_get_gradient(layer, "kernel", y, 4));
  REFUSED(dense_layer_save(layer, scratch_path("unused")));
  assert_ok(dense_layer_build(layer, 2, 0));
  assert_fails(dense_layer_build(layer, 2, 0), DENSE_ERROR_INVALID_STATE, "built before");
  REFUSED(dense_layer_backward(layer, x, 2, 2, y, 4)); // no forward
  assert_ok(dense_layer_forward(layer, x, 2, 2, 0, y, 4));
  REFUSED(dense_layer_backward(layer, x, 2, 2, y, 4)); // no training
  assert_ok(dense_layer_create("dense", &nothing));
  assert_fails(dense_layer_build(nothing, 2, 0), DENSE_ERROR_INVALID_ARGUMENT, "units");
  dense_layer_destroy(nothing);
  dense_optimizer_destroy(sgd);
  dense_layer_destroy(layer);
}

static void counts_need_no_build(void **state) {
  (void)state;
  dense_layer *layer = make_dense(10, "relu");
  int64_t value = 0;
  assert_ok(dense_layer_count(layer, 100, "parameters", 32, NULL, &value));
  assert_int_equal(value, 1010);
  assert_ok(dense_layer_count(layer, 100, "optimizer_bytes", 32, "adam", &value));
  assert_true(value >= 2 * 4 * 1010);
  assert_fails(dense_layer_count(layer, 100, "colour", 32, NULL, &value), DENSE_ERROR_UNKNOWN_NAME, "'colour'");
  assert_fails(dense_layer_count(layer, 100, "weights", 32, "colour", &value), DENSE_ERROR_UNKNOWN_NAME, "'colour'");
  assert_fails(dense_layer_count(layer, 100, "weights", 0, NULL, &value), DENSE_ERROR_INVALID_ARGUMENT, "batch_size");
  assert_ok(dense_layer_build(layer, 4, 0));
  assert_ok(dense_layer_count(layer, -1, "parameters", 32, NULL, &value)); // inputs do not matter any more
  assert_int_equal(value, 50);
  dense_layer_destroy(layer);
}

static void what_does_not_fit_into_memory_is_refused(void **state) {
  (void)state;
  dense_layer *layer = make_dense(1 << 30, "relu");
  assert_fails(dense_layer_build(layer, 1 << 14, 0), DENSE_ERROR_OUT_OF_MEMORY, "bytes of memory");
  assert_fails(dense_layer_build(layer, INT64_MAX / 2, 0), DENSE_ERROR_SIZE_OVERFLOW, "received");
  assert_ok(dense_layer_set(layer, "units", 2)); // it is as before, and works
  assert_ok(dense_layer_build(layer, 2, 0));
  dense_layer_destroy(layer);
}

static void a_gradient_that_is_no_number_is_refused(void **state) {
  (void)state;
  dense_layer *layer = known_layer();
  dense_optimizer *sgd = NULL;
  const float x[] = {1, 1}, dy[] = {INFINITY, 0};
  float y[2], before[4], after[4];
  assert_ok(dense_optimizer_create("sgd", &sgd));
  assert_ok(dense_layer_get_parameter(layer, "kernel", before, 4));
  assert_ok(dense_layer_forward(layer, x, 1, 2, 1, y, 2));
  assert_ok(dense_layer_backward(layer, dy, 1, 2, NULL, 0));
  assert_fails(dense_layer_step(layer, sgd), DENSE_ERROR_NON_FINITE, "kernel");
  assert_ok(dense_layer_get_parameter(layer, "kernel", after, 4));
  assert_memory_equal(before, after, sizeof before);
  dense_optimizer_destroy(sgd);
  dense_layer_destroy(layer);
}

enum { WIDE = 130, MANY_ROWS = 1100 };

/// What `a_small_stack_is_enough` runs: the products with the largest buffers.
static void *train_wide_layer(void *made) {
  static float x[MANY_ROWS * WIDE], y[MANY_ROWS * WIDE];
  dense_layer *layer = made;
  for (int i = 0; i < MANY_ROWS * WIDE; i++) x[i] = 0.01f * (float)(i % 97 - 48);
  int done = dense_layer_forward(layer, x, MANY_ROWS, WIDE, 1, y, MANY_ROWS * WIDE) == DENSE_OK &&
             dense_layer_backward(layer, y, MANY_ROWS, WIDE, x, MANY_ROWS * WIDE) == DENSE_OK;
  return done ? layer : NULL;
}

static void a_small_stack_is_enough(void **state) {
  (void)state;
  dense_layer *layer = make_dense(WIDE, "relu");
  pthread_attr_t attributes;
  pthread_t thread;
  void *result = NULL;
  assert_ok(dense_layer_build(layer, WIDE, 0));
  assert_int_equal(pthread_attr_init(&attributes), 0);
  assert_int_equal(pthread_attr_setstacksize(&attributes, 256 << 10), 0);
  assert_int_equal(pthread_create(&thread, &attributes, train_wide_layer, layer), 0);
  assert_int_equal(pthread_join(thread, &result), 0);
  assert_ptr_equal(result, layer);
  pthread_attr_destroy(&attributes);
  dense_layer_destroy(layer);
}

int layer_tests(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(forward_backward_and_step_compute_what_they_say),
      cmocka_unit_test(parameters_are_listed),
      cmocka_unit_test(moving_statistics_have_no_gradient),
      cmocka_unit_test(unknown_parameters_are_refused),
      cmocka_unit_test(calls_out_of_order_are_refused),
      cmocka_unit_test(counts_need_no_build),
      cmocka_unit_test(what_does_not_fit_into_memory_is_refused),
      cmocka_unit_test(a_gradient_that_is_no_number_is_refused),
      cmocka_unit_test(a_small_stack_is_enough),
  };
  return cmocka_run_group_tests_name("layer", tests, NULL, NULL);
}
