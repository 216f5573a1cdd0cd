// What every C test needs: cmocka, the library, and checks of status and message at once.
#ifndef SUPPORT_H
#define SUPPORT_H

// The order that cmocka wants.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "dense.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))

// The call succeeds.
#define assert_ok(call) expect_ok((call), #call, __FILE__, __LINE__)

// The call fails with `status`, and the message has each of the fragments (strings, at least one).
#define assert_fails(call, status, ...)                                                        \
  do {                                                                                         \
    const char *const fragments[] = {__VA_ARGS__};                                             \
    expect_failure((call), (status), fragments, LENGTH(fragments), #call, __FILE__, __LINE__); \
  } while (0)

void expect_ok(dense_status received, const char *call, const char *file, int line);
void expect_failure(dense_status received, dense_status expected, const char *const *fragments, int count,
                    const char *call, const char *file, int line);

enum { INPUTS = 64, CLASSES = 10, ROWS = 300 };

// Rows that look like small images of digits: for each class a pattern, with noise that `seed` fixes.
typedef struct {
  float x[ROWS * INPUTS];
  float targets[ROWS];
} digits;
void make_digits(digits *data, uint32_t seed);

// One of each kind of handle.
typedef struct {
  dense_layer *layer;     // 3 units, built for 4 inputs
  dense_network *network; // 4 inputs, a dense layer of 3 units, compiled with sgd and mean squared error
  dense_optimizer *optimizer;
  dense_loss *loss;
  dense_metric *metric;
  dense_fit_options *fit_options;
  dense_history *history;
  dense_predictor_options *predictor_options;
  dense_predictor *predictor; // of the network
} handles;
void make_handles(handles *made);
void destroy_handles(handles *made);
// For a group of tests whose state is a set of handles that they leave as it is.
int set_up_handles(void **state);
int tear_down_handles(void **state);

dense_layer *make_dense(int units, const char *activation);
// INPUTS inputs, a hidden layer, CLASSES outputs; compiled with adam, cross-entropy and accuracy.
dense_network *make_classifier(uint64_t seed);

// A path in the directory of this run; the text is valid until the next call.
const char *scratch_path(const char *name);

int library_tests(void);
int handle_tests(void);
int argument_tests(void);
int null_tests(void);
int settings_tests(void);
int layer_tests(void);
int network_tests(void);
int training_tests(void);
int file_tests(void);
int thread_tests(void);
int predictor_tests(void);

#endif
