// What the header promises to threads.
#include <pthread.h>
#include <string.h>

#include "support.h"

enum { THREADS = 4 };

static digits data;
static dense_network *network;
static float expected[ROWS * CLASSES];

static void *predict(void *failures) {
  static _Thread_local float output[ROWS * CLASSES];
  for (int round = 0; round < 20; round++) {
    memset(output, 0, sizeof output);
    dense_status status = dense_network_predict(network, data.x, ROWS, INPUTS, output, ROWS * CLASSES);
    *(int *)failures += status != DENSE_OK || memcmp(output, expected, sizeof output) != 0;
  }
  return NULL;
}

static void run(void *(*body)(void *), int *failures) {
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, body, &failures[i]), 0);
  for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
  for (int i = 0; i < THREADS; i++) assert_int_equal(failures[i], 0);
}

static void any_number_of_threads_predict_at_once(void **state) {
  (void)state;
  int failures[THREADS] = {0};
  network = make_classifier(1);
  assert_ok(dense_network_predict(network, data.x, ROWS, INPUTS, expected, ROWS * CLASSES));
  run(predict, failures);
  dense_network_destroy(network);
}

static void *use_handles(void *failures) {
  for (int round = 0; round < 300; round++) {
    dense_loss *loss = NULL;
    double delta = 0;
    int is_fine = dense_loss_create("huber", &loss) == DENSE_OK &&
                  dense_loss_set(loss, "delta", round + 1) == DENSE_OK &&
                  dense_loss_get(loss, "delta", &delta) == DENSE_OK && delta == round + 1;
    dense_loss_destroy(loss);
    *(int *)failures += !is_fine || dense_loss_get(loss, "delta", &delta) != DENSE_ERROR_INVALID_HANDLE;
  }
  return NULL;
}

static void threads_make_and_destroy_at_once(void **state) {
  (void)state;
  int failures[THREADS] = {0};
  run(use_handles, failures);
}

static _Atomic(dense_optimizer *) contested;
static _Atomic int is_over;

// Uses whatever handle there is at the moment. It may be destroyed before, during or after the call.
static void *use_until_over(void *failures) {
  while (!is_over) {
    double rate = 0.125;
    dense_status status = dense_optimizer_get(contested, "learning_rate", &rate);
    *(int *)failures += (status != DENSE_OK && status != DENSE_ERROR_INVALID_HANDLE) || rate != 0.125;
  }
  return NULL;
}

static dense_optimizer *make_contested(void) {
  dense_optimizer *made = NULL;
  assert_ok(dense_optimizer_create("sgd", &made));
  assert_ok(dense_optimizer_set(made, "learning_rate", 0.125));
  return made;
}

static void a_handle_may_be_destroyed_while_others_use_it(void **state) {
  (void)state;
  pthread_t threads[THREADS];
  int failures[THREADS] = {0};
  contested = make_contested();
  is_over = 0;
  for (int i = 0; i < THREADS; i++) {
    assert_int_equal(pthread_create(&threads[i], NULL, use_until_over, &failures[i]), 0);
  }
  for (int round = 0; round < 20000; round++) {
    dense_optimizer *old = contested;
    contested = make_contested();
    dense_optimizer_destroy(old);
  }
  is_over = 1;
  for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
  for (int i = 0; i < THREADS; i++) assert_int_equal(failures[i], 0);
  dense_optimizer_destroy(contested);
}

static int set_up(void **state) {
  (void)state;
  make_digits(&data, 5);
  return 0;
}

int thread_tests(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_number_of_threads_predict_at_once),
      cmocka_unit_test(threads_make_and_destroy_at_once),
      cmocka_unit_test(a_handle_may_be_destroyed_while_others_use_it),
  };
  return cmocka_run_group_tests_name("threads", tests, set_up, NULL);
}
