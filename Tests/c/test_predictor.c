// Predictors: the bits of the network, workspaces, many threads, refusals.
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

enum { THREADS = 6, MOST = 9 };

static digits data;

static dense_predictor *make_predictor(const dense_network *network, int max_rows, int workspaces) {
  dense_predictor_options *options = NULL;
  dense_predictor *predictor = NULL;
  assert_ok(dense_predictor_options_create(&options));
  assert_ok(dense_predictor_options_set(options, "max_rows", max_rows));
  assert_ok(dense_predictor_options_set(options, "workspaces", workspaces));
  assert_ok(dense_predictor_create(network, options, &predictor));
  dense_predictor_options_destroy(options);
  return predictor;
}

static void has_the_bits_of_the_network(void **state) {
  (void)state;
  static const char *const activations[] = {"linear",   "relu", "leaky_relu", "elu",     "sigmoid", "tanh",
                                            "softplus", "silu", "gelu",       "softmax", NULL};
  static float expected[ROWS * 40], received[ROWS * 40];
  for (int i = 0; activations[i] != NULL; i++) {
    for (int units = 1; units <= 40; units += 13) {
      dense_network *network = NULL;
      assert_ok(dense_network_create(INPUTS, &network));
      static const char *const kinds[] = {"dense", "batch_normalization", "activation", "dropout", "dense"};
      for (int j = 0; j < LENGTH(kinds); j++) {
        dense_layer *layer = NULL;
        assert_ok(dense_layer_create(kinds[j], &layer));
        if (strcmp(kinds[j], "dense") == 0) assert_ok(dense_layer_set(layer, "units", units + j));
        if (strcmp(kinds[j], "activation") == 0 || j == 4)
          assert_ok(dense_layer_set_text(layer, "activation", activations[i]));
        assert_ok(dense_network_add(network, layer));
        dense_layer_destroy(layer);
      }
      assert_ok(dense_network_build(network));
      dense_predictor *predictor = make_predictor(network, 1 + 50 * (i % 3), 1);
      for (int rows = 1; rows <= ROWS; rows += rows < 20 ? 1 : 70) {
        int64_t count = rows * (int64_t)(units + 4);
        if (count > LENGTH(expected)) break;
        assert_ok(dense_network_predict(network, data.x, rows, INPUTS, expected, count));
        assert_ok(dense_predictor_run(predictor, data.x, rows, INPUTS, received, count));
        assert_memory_equal(expected, received, (size_t)count * sizeof(float));
      }
      dense_predictor_destroy(predictor);
      dense_network_destroy(network);
    }
  }
}

static void stays_as_it_was_made(void **state) {
  (void)state;
  static float before[ROWS * CLASSES], after[ROWS * CLASSES];
  double results[2];
  dense_network *network = make_classifier(1);
  dense_predictor *predictor = make_predictor(network, 256, 1);
  assert_ok(dense_network_predict(network, data.x, ROWS, INPUTS, before, ROWS * CLASSES));
  assert_ok(dense_network_train_batch(network, data.x, ROWS, INPUTS, data.targets, 1, NULL, results, 2));
  dense_network_destroy(network);
  assert_ok(dense_predictor_run(predictor, data.x, ROWS, INPUTS, after, ROWS * CLASSES));
  assert_memory_equal(before, after, sizeof before);
  int64_t inputs = 0, outputs = 0;
  assert_ok(dense_predictor_shape(predictor, &inputs, &outputs));
  assert_true(inputs == INPUTS && outputs == CLASSES);
  dense_predictor_destroy(predictor);
}

static void works_in_memory_of_the_caller(void **state) {
  (void)state;
  static float expected[ROWS * CLASSES], received[ROWS * CLASSES];
  dense_network *network = make_classifier(1);
  dense_predictor *predictor = make_predictor(network, 32, 0);
  assert_ok(dense_network_predict(network, data.x, ROWS, INPUTS, expected, ROWS * CLASSES));
  int64_t one = 0, block = 0, all = 0;
  assert_ok(dense_predictor_workspace_bytes(predictor, 1, &one));
  assert_ok(dense_predictor_workspace_bytes(predictor, 32, &block));
  assert_ok(dense_predictor_workspace_bytes(predictor, ROWS, &all));
  assert_true(one > 0 && one < block && block == all);
  for (int shift = 0; shift < 4; shift++) {
    // A block of exactly this size, so that valgrind and the sanitizers see every byte beyond it.
    char *memory = malloc((size_t)(all + shift));
    assert_non_null(memory);
    memset(received, 0, sizeof received);
    assert_ok(dense_predictor_run_with_workspace(predictor, data.x, ROWS, INPUTS, received, ROWS * CLASSES,
                                                 memory + shift, all));
    assert_memory_equal(expected, received, sizeof expected);
    free(memory);
  }
  assert_fails(dense_predictor_run_with_workspace(predictor, data.x, 1, INPUTS, received, CLASSES, received, one - 1),
               DENSE_ERROR_SHAPE_MISMATCH, "workspace: expected at least", "received");
  assert_fails(dense_predictor_run_with_workspace(predictor, data.x, 1, INPUTS, received, CLASSES, NULL, 0),
               DENSE_ERROR_SHAPE_MISMATCH, "workspace: expected at least", "received 0");
  assert_fails(dense_predictor_run_with_workspace(predictor, data.x, 1, INPUTS, received, CLASSES, received, -1),
               DENSE_ERROR_INVALID_ARGUMENT, "workspace_bytes: expected", "received -1");
  dense_predictor_destroy(predictor);
  dense_network_destroy(network);
}

static void refuses_what_does_not_fit(void **state) {
  (void)state;
  static float y[ROWS * CLASSES];
  dense_network *network = NULL;
  dense_predictor *predictor = NULL;
  assert_ok(dense_network_create(INPUTS, &network));
  assert_fails(dense_predictor_create(network, NULL, &predictor), DENSE_ERROR_INVALID_STATE, "expected", "built");
  dense_network_destroy(network);

  network = make_classifier(1);
  assert_ok(dense_predictor_create(network, NULL, &predictor));
  const int64_t rows[] = {0, -1, INT64_MIN, INT64_MAX};
  for (int i = 0; i < LENGTH(rows); i++) {
    dense_status expected = rows[i] == INT64_MAX ? DENSE_ERROR_SIZE_OVERFLOW : DENSE_ERROR_INVALID_ARGUMENT;
    assert_fails(dense_predictor_run(predictor, data.x, rows[i], INPUTS, y, CLASSES), expected, "received");
    assert_fails(dense_predictor_run_with_workspace(predictor, data.x, rows[i], INPUTS, y, CLASSES, y, 64), expected,
                 "received");
  }
  int64_t bytes = 0;
  assert_fails(dense_predictor_workspace_bytes(predictor, 0, &bytes), DENSE_ERROR_INVALID_ARGUMENT, "rows: expected");
  assert_fails(dense_predictor_run(predictor, data.x, 1, INPUTS - 1, y, CLASSES), DENSE_ERROR_SHAPE_MISMATCH,
               "input: expected 64 columns", "received 63");
  assert_fails(dense_predictor_run(predictor, data.x, 2, INPUTS, y, CLASSES), DENSE_ERROR_SHAPE_MISMATCH,
               "output: expected 20", "received 10");
  float *askew = (float *)(void *)((char *)y + 1);
  assert_fails(dense_predictor_run(predictor, askew, 1, INPUTS, y, CLASSES), DENSE_ERROR_INVALID_ARGUMENT,
               "input: expected an address");
  assert_fails(dense_predictor_run(predictor, data.x, 1, INPUTS, askew, CLASSES), DENSE_ERROR_INVALID_ARGUMENT,
               "output: expected an address");
  dense_predictor_destroy(predictor);

  dense_predictor_options *options = NULL;
  assert_ok(dense_predictor_options_create(&options));
  assert_fails(dense_predictor_options_set(options, "num_threads", 2), DENSE_ERROR_INVALID_ARGUMENT, "num_threads");
  assert_fails(dense_predictor_options_set(options, "workspaces", 0.5), DENSE_ERROR_INVALID_ARGUMENT, "workspaces");
  dense_predictor_options_destroy(options);
  dense_network_destroy(network);
}

static dense_predictor *shared;
static float answers[ROWS * CLASSES];

static void *run_parts(void *failures) {
  static _Thread_local float output[MOST * CLASSES];
  for (int round = 0; round < 300; round++) {
    int rows = 1 + round % MOST, start = (round * 7) % (ROWS - MOST);
    dense_status status =
        dense_predictor_run(shared, data.x + start * INPUTS, rows, INPUTS, output, rows * (int64_t)CLASSES);
    *(int *)failures +=
        status != DENSE_OK || memcmp(output, answers + start * CLASSES, (size_t)(rows * CLASSES) * sizeof(float)) != 0;
  }
  return NULL;
}

static void serves_more_threads_than_it_has_workspaces(void **state) {
  (void)state;
  dense_network *network = make_classifier(1);
  assert_ok(dense_network_predict(network, data.x, ROWS, INPUTS, answers, ROWS * CLASSES));
  for (int workspaces = 0; workspaces <= 3; workspaces += 3) {
    shared = make_predictor(network, 4, workspaces);
    pthread_t threads[THREADS];
    int failures[THREADS] = {0};
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, run_parts, &failures[i]), 0);
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < THREADS; i++) assert_int_equal(failures[i], 0);
    dense_predictor_destroy(shared);
  }
  dense_network_destroy(network);
}

static _Atomic(dense_predictor *) contested;
static _Atomic int is_over;

// The predictor may be destroyed before, during or after the call.
static void *run_until_over(void *failures) {
  float output[CLASSES];
  while (!is_over) {
    // Valgrind runs one thread at a time and changes it where a thread gives way.
    sched_yield();
    dense_status status = dense_predictor_run(contested, data.x, 1, INPUTS, output, CLASSES);
    *(int *)failures +=
        (status != DENSE_OK || memcmp(output, answers, sizeof output) != 0) && status != DENSE_ERROR_INVALID_HANDLE;
  }
  return NULL;
}

static void may_be_destroyed_while_others_run_it(void **state) {
  (void)state;
  dense_network *network = make_classifier(1);
  assert_ok(dense_network_predict(network, data.x, 1, INPUTS, answers, CLASSES));
  pthread_t threads[THREADS];
  int failures[THREADS] = {0};
  contested = make_predictor(network, 1, 1);
  for (int i = 0; i < THREADS; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, run_until_over, &failures[i]), 0);
  for (int round = 0; round < 300; round++) {
    dense_predictor *old = contested;
    contested = make_predictor(network, 1, 1);
    dense_predictor_destroy(old);
  }
  is_over = 1;
  for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
  for (int i = 0; i < THREADS; i++) assert_int_equal(failures[i], 0);
  dense_predictor_destroy(contested);
  dense_network_destroy(network);
}

static _Atomic(dense_network *) contested_network;
static float all_answers[ROWS * CLASSES];

static void *predict_until_over(void *failures) {
  float *output = malloc(sizeof all_answers);
  while (!is_over) {
    sched_yield();
    dense_status status = dense_network_predict(contested_network, data.x, ROWS, INPUTS, output, LENGTH(all_answers));
    *(int *)failures += (status != DENSE_OK || memcmp(output, all_answers, sizeof all_answers) != 0) &&
                        status != DENSE_ERROR_INVALID_HANDLE;
  }
  free(output);
  return NULL;
}

// A network that nobody has predicted with yet is prepared by whoever comes first. With many rows, most are destroyed
// in the middle of a prediction.
static void networks_may_be_destroyed_while_others_predict(void **state) {
  (void)state;
  is_over = 0;
  contested_network = make_classifier(1);
  assert_ok(dense_network_predict(contested_network, data.x, ROWS, INPUTS, all_answers, LENGTH(all_answers)));
  pthread_t threads[THREADS];
  int failures[THREADS] = {0};
  for (int i = 0; i < THREADS; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, predict_until_over, &failures[i]), 0);
  for (int round = 0; round < 100; round++) {
    dense_network *old = contested_network;
    contested_network = make_classifier(1);
    dense_network_destroy(old);
  }
  is_over = 1;
  for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
  for (int i = 0; i < THREADS; i++) assert_int_equal(failures[i], 0);
  dense_network_destroy(contested_network);
}

static int set_up(void **state) {
  (void)state;
  make_digits(&data, 9);
  return 0;
}

int predictor_tests(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(has_the_bits_of_the_network),
      cmocka_unit_test(stays_as_it_was_made),
      cmocka_unit_test(works_in_memory_of_the_caller),
      cmocka_unit_test(refuses_what_does_not_fit),
      cmocka_unit_test(serves_more_threads_than_it_has_workspaces),
      cmocka_unit_test(may_be_destroyed_while_others_run_it),
      cmocka_unit_test(networks_may_be_destroyed_while_others_predict),
  };
  return cmocka_run_group_tests_name("predictors", tests, set_up, NULL);
}
