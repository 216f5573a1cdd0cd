// Training: batches, fits, validation, early stopping, progress, and what is not finite.
#include <math.h>
#include <string.h>

#include "support.h"

static digits data, held_back;

static dense_fit_options *make_options(int epochs) {
  dense_fit_options *options = NULL;
  assert_ok(dense_fit_options_create(&options));
  assert_ok(dense_fit_options_set(options, "epochs", epochs));
  return options;
}

static void a_network_learns_digits(void **state) {
  (void)state;
  dense_network *network = make_classifier(1);
  dense_fit_options *options = make_options(8);
  dense_history *history = NULL;
  const char *name = NULL;
  int64_t epochs = 0, names = 0;
  double results[2], first = 0, last = 0;
  assert_ok(dense_network_fit(network, data.x, ROWS, INPUTS, data.targets, 1, options, &history));
  assert_ok(dense_network_evaluate(network, held_back.x, ROWS, INPUTS, held_back.targets, 1, NULL, 32, results, 2));
  assert_true(results[1] > 0.95);
  assert_ok(dense_history_epochs(history, &epochs));
  assert_int_equal(epochs, 8);
  assert_ok(dense_history_name_count(history, &names));
  assert_int_equal(names, 2);
  assert_ok(dense_history_name(history, 1, &name));
  assert_string_equal(name, "accuracy");
  assert_ok(dense_history_value(history, "loss", 0, &first));
  assert_ok(dense_history_value(history, "loss", 7, &last));
  assert_true(last < first);
  assert_fails(dense_history_value(history, "val_loss", 0, &last), DENSE_ERROR_UNKNOWN_NAME, "'val_loss'",
               "loss, accuracy");
  dense_history_destroy(history);
  dense_fit_options_destroy(options);
  dense_network_destroy(network);
}

static void the_same_seed_gives_the_same_bits(void **state) {
  (void)state;
  static float outputs[3][ROWS * CLASSES];
  for (int run = 0; run < 3; run++) {
    dense_network *network = make_classifier(run == 2 ? 6 : 5);
    assert_ok(dense_network_fit(network, data.x, ROWS, INPUTS, data.targets, 1, NULL, NULL));
    assert_ok(dense_network_predict(network, data.x, ROWS, INPUTS, outputs[run], ROWS * CLASSES));
    dense_network_destroy(network);
  }
  assert_memory_equal(outputs[0], outputs[1], sizeof outputs[0]);
  assert_memory_not_equal(outputs[0], outputs[2], sizeof outputs[0]);
}

static void batches_report_loss_and_metrics(void **state) {
  (void)state;
  dense_network *network = make_classifier(1);
  const char *name = NULL;
  int64_t count = 0;
  double first[2], last[2];
  float weights[32];
  for (int i = 0; i < 32; i++) weights[i] = 2;
  assert_ok(dense_network_result_count(network, &count));
  assert_int_equal(count, 2);
  assert_ok(dense_network_result_name(network, 0, &name));
  assert_string_equal(name, "loss");
  assert_ok(dense_network_train_batch(network, data.x, 32, INPUTS, data.targets, 1, NULL, first, 2));
  for (int step = 0; step < 20; step++) {
    assert_ok(dense_network_train_batch(network, data.x, 32, INPUTS, data.targets, 1, weights, last, 2));
  }
  assert_true(last[0] < first[0] && last[1] >= first[1]);
  double plain[2], doubled[2];
  assert_ok(dense_network_evaluate(network, data.x, 32, INPUTS, data.targets, 1, NULL, 32, plain, 2));
  assert_ok(dense_network_evaluate(network, data.x, 32, INPUTS, data.targets, 1, weights, 32, doubled, 2));
  assert_true(fabs(doubled[0] - 2 * plain[0]) < 1e-6);
  dense_network_destroy(network);
}

typedef struct {
  int events[3];
  int stop_event, stop_count;
  int64_t last_step, value_counts[3];
} listener;

static int32_t listen(void *user, int32_t event, int64_t epoch, int64_t step, int64_t steps, const double *values,
                      int64_t value_count) {
  listener *it = user;
  it->events[event]++;
  it->value_counts[event] = value_count;
  it->last_step = step;
  int is_fine = epoch >= 0 && step >= 0 && step <= steps && (values != NULL) == (value_count > 0);
  for (int64_t i = 0; i < value_count; i++) is_fine = is_fine && isfinite(values[i]);
  return !is_fine || (event == it->stop_event && it->events[event] == it->stop_count);
}

static void progress_is_reported_and_may_stop_the_run(void **state) {
  (void)state;
  static const struct {
    int event, count, begins, batches, ends, epochs;
  } runs[] = {
      {-1, 0, 3, 30, 3, 3},
      {DENSE_EVENT_BATCH_END, 4, 1, 4, 0, 0},
      {DENSE_EVENT_EPOCH_BEGIN, 2, 2, 10, 1, 1},
      {DENSE_EVENT_EPOCH_END, 2, 2, 20, 2, 2},
  };
  for (int i = 0; i < LENGTH(runs); i++) {
    listener it = {.stop_event = runs[i].event, .stop_count = runs[i].count};
    dense_network *network = make_classifier(1);
    dense_fit_options *options = make_options(3);
    dense_history *history = NULL;
    int64_t epochs = -1;
    assert_ok(dense_fit_options_set_validation_data(options, held_back.x, 50, INPUTS, held_back.targets, 1, NULL));
    assert_ok(dense_fit_options_set_progress(options, listen, &it));
    assert_ok(dense_network_fit(network, data.x, ROWS, INPUTS, data.targets, 1, options, &history));
    assert_int_equal(it.events[DENSE_EVENT_EPOCH_BEGIN], runs[i].begins);
    assert_int_equal(it.events[DENSE_EVENT_BATCH_END], runs[i].batches);
    assert_int_equal(it.events[DENSE_EVENT_EPOCH_END], runs[i].ends);
    assert_int_equal(it.value_counts[DENSE_EVENT_EPOCH_BEGIN], 0);
    assert_int_equal(it.value_counts[DENSE_EVENT_BATCH_END], 2);
    if (runs[i].ends > 0) assert_int_equal(it.value_counts[DENSE_EVENT_EPOCH_END], 4);
    assert_ok(dense_history_epochs(history, &epochs));
    assert_int_equal(epochs, runs[i].epochs);
    dense_history_destroy(history);
    dense_fit_options_destroy(options);
    dense_network_destroy(network);
  }
}

static float answers[ROWS * CLASSES];

// Does with the network under training what a callback may do, and tries what it may not.
static int32_t use_network(void *user, int32_t event, int64_t epoch, int64_t step, int64_t steps, const double *values,
                           int64_t value_count) {
  dense_network *network = user;
  dense_optimizer *sgd = NULL;
  dense_loss *loss = NULL;
  dense_metric *metric = NULL;
  (void)event, (void)epoch, (void)step, (void)steps, (void)values, (void)value_count;
  assert_ok(dense_optimizer_create("sgd", &sgd));
  assert_ok(dense_loss_create("mse", &loss));
  assert_ok(dense_metric_create("accuracy", &metric));
  assert_ok(dense_network_predict(network, data.x, ROWS, INPUTS, answers, ROWS * CLASSES));
  assert_ok(dense_network_set(network, "optimizer.learning_rate", 0.005));
  assert_fails(dense_network_compile(network, sgd, loss), DENSE_ERROR_INVALID_STATE, "while fit is running");
  assert_fails(dense_network_add_metric(network, metric), DENSE_ERROR_INVALID_STATE, "while fit is running");
  assert_fails(dense_network_fit(network, data.x, ROWS, INPUTS, data.targets, 1, NULL, NULL), DENSE_ERROR_INVALID_STATE,
               "while fit is running");
  dense_network_destroy(network); // the fit keeps what it works on
  dense_metric_destroy(metric);
  dense_loss_destroy(loss);
  dense_optimizer_destroy(sgd);
  return 1;
}

static void a_callback_may_use_its_network(void **state) {
  (void)state;
  dense_network *network = make_classifier(1);
  dense_fit_options *options = make_options(2);
  assert_ok(dense_fit_options_set_progress(options, use_network, network));
  assert_ok(dense_network_fit(network, data.x, ROWS, INPUTS, data.targets, 1, options, NULL));
  assert_fails(dense_network_fit(network, data.x, ROWS, INPUTS, data.targets, 1, options, NULL),
               DENSE_ERROR_INVALID_HANDLE, "was destroyed");
  dense_fit_options_destroy(options);
}

static void early_stopping_returns_the_best_weights(void **state) {
  (void)state;
  dense_network *network = make_classifier(1);
  dense_fit_options *options = make_options(60);
  dense_history *history = NULL;
  int64_t epochs = 0, best = 0;
  double of_best = 0, results[2];
  assert_ok(dense_network_set(network, "optimizer.learning_rate", 0.3)); // too much, so that it gets worse soon
  assert_ok(dense_fit_options_set_validation_data(options, held_back.x, ROWS, INPUTS, held_back.targets, 1, NULL));
  assert_ok(dense_fit_options_set(options, "early_stopping", 1));
  assert_ok(dense_fit_options_set(options, "patience", 2));
  assert_ok(dense_network_fit(network, data.x, ROWS, INPUTS, data.targets, 1, options, &history));
  assert_ok(dense_history_epochs(history, &epochs));
  assert_ok(dense_history_best_epoch(history, &best));
  assert_true(epochs < 60 && best >= 0 && best < epochs);
  assert_ok(dense_history_value(history, "val_loss", best, &of_best));
  for (int64_t epoch = 0; epoch < epochs; epoch++) {
    double value = 0;
    assert_ok(dense_history_value(history, "val_loss", epoch, &value));
    assert_true(value >= of_best);
  }
  assert_ok(dense_network_evaluate(network, held_back.x, ROWS, INPUTS, held_back.targets, 1, NULL, 32, results, 2));
  assert_true(fabs(results[0] - of_best) < 1e-6);
  dense_history_destroy(history);
  dense_fit_options_destroy(options);
  dense_network_destroy(network);
}

static void options_that_do_not_fit_are_refused(void **state) {
  (void)state;
  dense_network *network = make_classifier(1);
  dense_fit_options *options = make_options(1);
  const float weights[2] = {1, 1};
#define FIT dense_network_fit(network, data.x, ROWS, INPUTS, data.targets, 1, options, NULL)
  assert_ok(dense_fit_options_set_sample_weights(options, weights, 2));
  assert_fails(FIT, DENSE_ERROR_SHAPE_MISMATCH, "sample_weights: expected 300", "received 2");
  assert_ok(dense_fit_options_set_sample_weights(options, NULL, 0));
  assert_ok(dense_fit_options_set_validation_data(options, data.x, 4, 32, data.targets, 1, NULL));
  assert_fails(FIT, DENSE_ERROR_SHAPE_MISMATCH, "expected 64", "received 32");
  assert_ok(dense_fit_options_set_validation_data(options, NULL, 0, 0, NULL, 0, NULL));
  assert_ok(dense_fit_options_set(options, "early_stopping", 1));
  assert_fails(FIT, DENSE_ERROR_UNKNOWN_NAME, "monitor", "'val_loss'", "loss, accuracy");
  assert_ok(dense_fit_options_set_text(options, "monitor", "loss"));
  assert_ok(FIT);
  assert_fails(dense_fit_options_set_text(options, "mode", "colour"), DENSE_ERROR_UNKNOWN_NAME, "'colour'", "auto");
  assert_fails(dense_fit_options_set(options, "validation_split", 1), DENSE_ERROR_INVALID_ARGUMENT, "received 1");
  assert_fails(dense_fit_options_set(options, "validation_split", NAN), DENSE_ERROR_INVALID_ARGUMENT, "received nan");
  assert_ok(dense_fit_options_set(options, "validation_split", 0.9999));
  assert_fails(FIT, DENSE_ERROR_INVALID_ARGUMENT, "validation_split");
  dense_fit_options_destroy(options);
  dense_network_destroy(network);
}

static void targets_that_are_no_class_are_refused(void **state) {
  (void)state;
  dense_network *network = make_classifier(1);
  double results[2];
  const float refused[] = {-1, 10, 2.5f, NAN, INFINITY, 1e30f, -1e30f};
  for (int i = 0; i < LENGTH(refused); i++) {
    float targets[3] = {1, refused[i], 2};
    assert_fails(dense_network_train_batch(network, data.x, 3, INPUTS, targets, 1, NULL, results, 2),
                 DENSE_ERROR_INVALID_ARGUMENT, "received", "row 1");
    assert_fails(dense_network_evaluate(network, data.x, 3, INPUTS, targets, 1, NULL, 32, results, 2),
                 DENSE_ERROR_INVALID_ARGUMENT, "received", "row 1");
    assert_fails(dense_network_fit(network, data.x, 3, INPUTS, targets, 1, NULL, NULL), DENSE_ERROR_INVALID_ARGUMENT,
                 "received", "row 1");
  }
  dense_network_destroy(network);
}

static void what_is_not_finite_is_reported_with_its_place(void **state) {
  (void)state;
  dense_network *network = make_classifier(1);
  static float before[ROWS * CLASSES], after[ROWS * CLASSES], x[ROWS * INPUTS];
  double results[2];
  memcpy(x, data.x, sizeof x);
  x[200 * INPUTS + 3] = NAN;
  assert_ok(dense_network_predict(network, data.x, ROWS, INPUTS, before, ROWS * CLASSES));
  assert_fails(dense_network_train_batch(network, x, ROWS, INPUTS, data.targets, 1, NULL, results, 2),
               DENSE_ERROR_NON_FINITE, "nan");
  assert_ok(dense_network_predict(network, data.x, ROWS, INPUTS, after, ROWS * CLASSES));
  assert_memory_equal(before, after, sizeof before); // the weights are as before
  assert_fails(dense_network_fit(network, x, ROWS, INPUTS, data.targets, 1, NULL, NULL), DENSE_ERROR_NON_FINITE,
               "epoch 1", "step");
  // A run that diverges ends, too.
  dense_fit_options *options = make_options(1000);
  assert_ok(dense_network_set(network, "optimizer.learning_rate", 1e38));
  assert_fails(dense_network_fit(network, data.x, ROWS, INPUTS, data.targets, 1, options, NULL), DENSE_ERROR_NON_FINITE,
               "epoch 1", "step", "dense");
  dense_fit_options_destroy(options);
  dense_network_destroy(network);
}

static int set_up(void **state) {
  (void)state;
  make_digits(&data, 1);
  make_digits(&held_back, 2);
  return 0;
}

int training_tests(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_network_learns_digits),
      cmocka_unit_test(the_same_seed_gives_the_same_bits),
      cmocka_unit_test(batches_report_loss_and_metrics),
      cmocka_unit_test(progress_is_reported_and_may_stop_the_run),
      cmocka_unit_test(a_callback_may_use_its_network),
      cmocka_unit_test(early_stopping_returns_the_best_weights),
      cmocka_unit_test(options_that_do_not_fit_are_refused),
      cmocka_unit_test(targets_that_are_no_class_are_refused),
      cmocka_unit_test(what_is_not_finite_is_reported_with_its_place),
  };
  return cmocka_run_group_tests_name("training", tests, set_up, NULL);
}
