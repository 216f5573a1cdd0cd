// Version, statuses, names, threads, memory and the last error.
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "support.h"

static void library_and_header_have_the_same_version(void **state) {
  (void)state;
  assert_string_equal(dense_version(), DENSE_VERSION);
  assert_int_equal(dense_version_number(), DENSE_VERSION_NUMBER);
  assert_int_equal(DENSE_VERSION_NUMBER, DENSE_VERSION_MAJOR * 10000 + DENSE_VERSION_MINOR * 100 + DENSE_VERSION_PATCH);
}

static void every_status_has_its_name(void **state) {
  (void)state;
  static const char *const names[] = {"ok",           "null_argument",  "invalid_handle", "invalid_argument",
                                      "unknown_name", "shape_mismatch", "size_overflow",  "invalid_state",
                                      "non_finite",   "out_of_memory",  "input_output",   "file_format",
                                      "file_version"};
  for (int i = 0; i < LENGTH(names); i++) assert_string_equal(dense_status_name((dense_status)i), names[i]);
  assert_int_equal(DENSE_ERROR_FILE_VERSION, LENGTH(names) - 1);
  assert_null(dense_status_name((dense_status)LENGTH(names)));
  assert_null(dense_status_name((dense_status)-1));
}

static void names_are_enumerated(void **state) {
  (void)state;
  static const struct {
    const char *kind, *name;
  } some[] = {{"activation", "relu"}, {"initializer", "glorot_uniform"},
              {"regularizer", "l2"},  {"layer", "dense"},
              {"loss", "huber"},      {"optimizer", "adam"},
              {"metric", "accuracy"}, {"quantity", "parameters"},
              {"kind", "kind"}};
  for (int i = 0; i < LENGTH(some); i++) {
    int found = 0;
    for (int64_t index = 0; dense_names(some[i].kind, index) != NULL; index++) {
      found |= strcmp(dense_names(some[i].kind, index), some[i].name) == 0;
    }
    assert_true(found);
  }
  // Every kind lists something, and the lists end.
  for (int64_t i = 0; dense_names("kind", i) != NULL; i++) assert_non_null(dense_names(dense_names("kind", i), 0));
  assert_null(dense_names("kind", INT64_MAX));
}

static void names_refuse_what_is_no_kind(void **state) {
  (void)state;
  assert_null(dense_names("colour", 0));
  assert_non_null(strstr(dense_last_error(), "'colour'"));
  assert_non_null(strstr(dense_last_error(), "activation, initializer"));
  assert_null(dense_names("loss", -1));
  assert_non_null(strstr(dense_last_error(), "received -1"));
  assert_null(dense_names("loss", INT64_MIN));
  assert_null(dense_names(NULL, 0));
  assert_non_null(strstr(dense_last_error(), "kind: expected a pointer, received NULL"));
}

static void every_name_makes_its_kind(void **state) {
  (void)state;
  for (int64_t i = 0; dense_names("layer", i) != NULL; i++) {
    dense_layer *layer = NULL;
    assert_ok(dense_layer_create(dense_names("layer", i), &layer));
    dense_layer_destroy(layer);
  }
  for (int64_t i = 0; dense_names("optimizer", i) != NULL; i++) {
    dense_optimizer *optimizer = NULL;
    assert_ok(dense_optimizer_create(dense_names("optimizer", i), &optimizer));
    dense_optimizer_destroy(optimizer);
  }
  for (int64_t i = 0; dense_names("loss", i) != NULL; i++) {
    dense_loss *loss = NULL;
    assert_ok(dense_loss_create(dense_names("loss", i), &loss));
    dense_loss_destroy(loss);
  }
  for (int64_t i = 0; dense_names("metric", i) != NULL; i++) {
    dense_metric *metric = NULL;
    assert_ok(dense_metric_create(dense_names("metric", i), &metric));
    dense_metric_destroy(metric);
  }
}

static void threads_are_counted_and_set(void **state) {
  (void)state;
  int64_t before = dense_num_threads();
  assert_true(before >= 1);
  assert_ok(dense_set_num_threads(2));
  assert_int_equal(dense_num_threads(), 2);
  static const int64_t refused[] = {0, -1, 1025, INT64_MIN, INT64_MAX};
  for (int i = 0; i < LENGTH(refused); i++) {
    assert_fails(dense_set_num_threads(refused[i]), DENSE_ERROR_INVALID_ARGUMENT,
                 "count: expected 1 to 1024, received");
  }
  assert_int_equal(dense_num_threads(), 2);
  assert_ok(dense_set_num_threads(before));
}

static void the_instruction_set_has_a_name(void **state) {
  (void)state;
  static const char *const known[] = {"baseline", "avx2", "avx512", "neon"};
  int found = 0;
  for (int i = 0; i < LENGTH(known); i++) found |= strcmp(dense_instruction_set(), known[i]) == 0;
  assert_true(found);
}

static void memory_comes_back(void **state) {
  (void)state;
  int64_t before = dense_memory_in_use();
  dense_network *network = make_classifier(1);
  assert_true(dense_memory_in_use() >= before + 4 * (INPUTS * 32 + 32 + 32 * CLASSES + CLASSES));
  dense_network_destroy(network);
  assert_int_equal(dense_memory_in_use(), before);
}

static void *fail_elsewhere(void *seen) {
  snprintf(seen, 200, "%s|", dense_last_error());
  dense_network *network = NULL;
  dense_network_create(-5, &network);
  strncat(seen, dense_last_error(), 150);
  return NULL;
}

static void each_thread_has_its_own_last_error(void **state) {
  (void)state;
  char seen[400] = "";
  pthread_t thread;
  assert_fails(dense_set_num_threads(-3), DENSE_ERROR_INVALID_ARGUMENT, "received -3");
  assert_int_equal(pthread_create(&thread, NULL, fail_elsewhere, seen), 0);
  assert_int_equal(pthread_join(thread, NULL), 0);
  assert_int_equal(seen[0], '|'); // "" before the thread's first failure
  assert_non_null(strstr(seen, "inputs: expected at least 1, received -5"));
  assert_non_null(strstr(dense_last_error(), "received -3"));
}

static void success_leaves_the_last_error(void **state) {
  (void)state;
  assert_fails(dense_set_num_threads(0), DENSE_ERROR_INVALID_ARGUMENT, "received 0");
  assert_ok(dense_set_num_threads(dense_num_threads()));
  assert_non_null(strstr(dense_last_error(), "received 0"));
}

static void quantities_of_widths(void **state) {
  (void)state;
  const int64_t widths[] = {784, 128, 10};
  int64_t value = 0;
  static const struct {
    const char *quantity;
    int64_t value;
  } expected[] = {{"parameters", 101770},
                  {"weights", 784 * 128 + 128 * 10},
                  {"biases", 138},
                  {"trainable", 101770},
                  {"non_trainable", 0}};
  for (int i = 0; i < LENGTH(expected); i++) {
    assert_ok(dense_calculate(widths, 3, NULL, 32, expected[i].quantity, &value));
    assert_int_equal(value, expected[i].value);
  }
  for (int64_t i = 0; dense_names("quantity", i) != NULL; i++) {
    assert_ok(dense_calculate(widths, 3, "adam", 32, dense_names("quantity", i), &value));
    assert_true(value >= 0);
  }
}

static void impossible_widths_are_refused(void **state) {
  (void)state;
  const int64_t zero[] = {784, 0}, negative[] = {784, -1}, huge[] = {INT64_MAX, INT64_MAX}, smallest[] = {INT64_MIN, 1};
  int64_t value = 0;
  assert_fails(dense_calculate(zero, 2, NULL, 32, "parameters", &value), DENSE_ERROR_INVALID_ARGUMENT,
               "widths[1]: expected at least 1, received 0");
  assert_fails(dense_calculate(negative, 2, NULL, 32, "parameters", &value), DENSE_ERROR_INVALID_ARGUMENT,
               "widths[1]: expected at least 1, received -1");
  assert_fails(dense_calculate(smallest, 2, NULL, 32, "parameters", &value), DENSE_ERROR_INVALID_ARGUMENT, "received");
  assert_fails(dense_calculate(huge, 2, NULL, 32, "parameters", &value), DENSE_ERROR_SIZE_OVERFLOW, "received");
  assert_fails(dense_calculate(zero, 1, NULL, 32, "parameters", &value), DENSE_ERROR_INVALID_ARGUMENT,
               "width_count: expected 2 to 1024, received 1");
  assert_fails(dense_calculate(zero, INT64_MAX, NULL, 32, "parameters", &value), DENSE_ERROR_INVALID_ARGUMENT,
               "width_count");
  const int64_t widths[] = {4, 3};
  assert_fails(dense_calculate(widths, 2, NULL, 0, "parameters", &value), DENSE_ERROR_INVALID_ARGUMENT, "batch_size",
               "received 0");
  assert_fails(dense_calculate(widths, 2, NULL, INT64_MAX, "activation_bytes", &value), DENSE_ERROR_SIZE_OVERFLOW,
               "received");
  assert_fails(dense_calculate(widths, 2, NULL, 32, "colour", &value), DENSE_ERROR_UNKNOWN_NAME, "'colour'",
               "parameter_bytes");
  assert_fails(dense_calculate(widths, 2, "adamz", 32, "parameters", &value), DENSE_ERROR_UNKNOWN_NAME, "'adamz'",
               "adam");
  assert_int_equal(value, 0);
}

int library_tests(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(library_and_header_have_the_same_version),
      cmocka_unit_test(every_status_has_its_name),
      cmocka_unit_test(names_are_enumerated),
      cmocka_unit_test(names_refuse_what_is_no_kind),
      cmocka_unit_test(every_name_makes_its_kind),
      cmocka_unit_test(threads_are_counted_and_set),
      cmocka_unit_test(the_instruction_set_has_a_name),
      cmocka_unit_test(memory_comes_back),
      cmocka_unit_test(each_thread_has_its_own_last_error),
      cmocka_unit_test(success_leaves_the_last_error),
      cmocka_unit_test(quantities_of_widths),
      cmocka_unit_test(impossible_widths_are_refused),
  };
  return cmocka_run_group_tests_name("library", tests, NULL, NULL);
}
