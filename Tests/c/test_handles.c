// Every function, with every handle that is none: NULL, of another kind, closed, and garbage.
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "calls.h"
#include "support.h"

#define DEFINE(KIND, ID, CALL)                                                                                \
  static dense_status call_##ID(void *handle, const handles *good) {                                          \
    const float x[8] = {1, 2, 3, 4, 5, 6, 7, 8};                                                              \
    float y[14] = {0};                                                                                        \
    double real = 0;                                                                                          \
    int64_t whole = 0, other = 0;                                                                             \
    int32_t flag = 0;                                                                                         \
    const char *text = NULL;                                                                                  \
    char buffer[4096];                                                                                        \
    dense_layer *layer = NULL;                                                                                \
    dense_predictor *predictor = NULL;                                                                        \
    (void)good, (void)x, (void)y, (void)real, (void)whole, (void)other, (void)flag, (void)text, (void)buffer; \
    dense_status status = CALL;                                                                               \
    dense_layer_destroy(layer);                                                                               \
    dense_predictor_destroy(predictor);                                                                       \
    return status;                                                                                            \
  }
HANDLE_CALLS(DEFINE)

typedef struct {
  const char *kind, *name;
  dense_status (*call)(void *handle, const handles *good);
} entry;

#define ENTRY(KIND, ID, CALL) {#KIND, #ID, call_##ID},
static const entry entries[] = {HANDLE_CALLS(ENTRY)};

// Checks one call with a handle that is none.
static void refuse(const entry *entry, void *handle, const handles *good, dense_status expected, const char *fragment) {
  char kind[64];
  snprintf(kind, sizeof kind, "%s handle", entry->kind);
  const char *const fragments[] = {"expected a", kind, "received", fragment};
  expect_failure(entry->call(handle, good), expected, fragments, LENGTH(fragments), entry->name, __FILE__, __LINE__);
}

static void null_is_refused(void **state) {
  for (int i = 0; i < LENGTH(entries); i++) {
    // There NULL means the defaults.
    if (strcmp(entries[i].name, "network_fit_fit_options") == 0) continue;
    if (strcmp(entries[i].name, "predictor_create_options") == 0) continue;
    refuse(&entries[i], NULL, *state, DENSE_ERROR_NULL_ARGUMENT, "received NULL");
  }
}

static void handles_of_other_kinds_are_refused(void **state) {
  const handles *good = *state;
  const struct {
    const char *kind;
    void *handle;
  } others[] = {
      {"layer", good->layer},     {"network", good->network},     {"optimizer", good->optimizer},
      {"loss", good->loss},       {"metric", good->metric},       {"fit_options", good->fit_options},
      {"history", good->history}, {"predictor", good->predictor}, {"predictor_options", good->predictor_options}};
  for (int i = 0; i < LENGTH(entries); i++) {
    for (int j = 0; j < LENGTH(others); j++) {
      if (strcmp(entries[i].kind, others[j].kind) == 0) continue;
      char received[64];
      snprintf(received, sizeof received, "received a %s handle", others[j].kind);
      if (others[j].kind[0] == 'o') snprintf(received, sizeof received, "received an %s handle", others[j].kind);
      refuse(&entries[i], others[j].handle, good, DENSE_ERROR_INVALID_HANDLE, received);
    }
  }
}

static void closed_handles_are_refused(void **state) {
  handles closed;
  make_handles(&closed);
  destroy_handles(&closed);
  // Their slots are taken by others, so an old handle must not reach a new object.
  handles successors;
  make_handles(&successors);
  const struct {
    const char *kind;
    void *handle;
  } old[] = {
      {"layer", closed.layer},     {"network", closed.network},     {"optimizer", closed.optimizer},
      {"loss", closed.loss},       {"metric", closed.metric},       {"fit_options", closed.fit_options},
      {"history", closed.history}, {"predictor", closed.predictor}, {"predictor_options", closed.predictor_options}};
  for (int i = 0; i < LENGTH(entries); i++) {
    for (int j = 0; j < LENGTH(old); j++) {
      if (strcmp(entries[i].kind, old[j].kind) != 0) continue;
      refuse(&entries[i], old[j].handle, *state, DENSE_ERROR_INVALID_HANDLE, "was destroyed");
    }
  }
  destroy_handles(&successors);
}

static void garbage_is_refused(void **state) {
  const handles *good = *state;
  int local = 0;
  uintptr_t bits = (uintptr_t)good->layer;
  void *const garbage[] = {
      (void *)1,
      &local,
      (void *)UINTPTR_MAX,
      (void *)(UINTPTR_MAX / 2),
      (void *)(bits ^ ((uintptr_t)1 << 63)),      // no kind
      (void *)(bits | 0xffffff),                  // a slot that was never used
      (void *)(bits + ((uintptr_t)1 << 24)),      // a generation to come
      (void *)(bits + ((uintptr_t)0xffff << 40)), // one far away
  };
  for (int i = 0; i < LENGTH(entries); i++) {
    int first = strcmp(entries[i].kind, "layer") == 0 ? 0 : LENGTH(garbage) - 3;
    for (int j = 0; j < LENGTH(garbage); j++) {
      // The last three are numbers of layers, which other kinds refuse for that.
      const char *fragment = j < LENGTH(garbage) - 3 || first == 0 ? "never made" : "received a layer handle";
      refuse(&entries[i], garbage[j], good, DENSE_ERROR_INVALID_HANDLE, fragment);
    }
  }
}

static void destroy_takes_anything(void **state) {
  const handles *good = *state;
  int local = 0;
#define DESTROY(KIND, OTHER)                                         \
  dense_##KIND##_destroy(NULL);                                      \
  dense_##KIND##_destroy((dense_##KIND *)(void *)&local);            \
  assert_non_null(strstr(dense_last_error(), #KIND ": expected a")); \
  assert_non_null(strstr(dense_last_error(), "never made"));         \
  dense_##KIND##_destroy((dense_##KIND *)(void *)good->OTHER);       \
  assert_non_null(strstr(dense_last_error(), #OTHER " handle"));
  DESTROY(layer, network)
  DESTROY(network, layer)
  DESTROY(optimizer, loss)
  DESTROY(loss, optimizer)
  DESTROY(metric, history)
  DESTROY(fit_options, metric)
  DESTROY(history, fit_options)
  DESTROY(predictor, network)
  DESTROY(predictor_options, predictor)

  dense_loss *loss = NULL;
  assert_ok(dense_loss_create("mse", &loss));
  dense_loss_destroy(loss);
  dense_loss_destroy(loss);
  assert_non_null(strstr(dense_last_error(), "received one that was destroyed"));
}

static void objects_live_as_long_as_somebody_needs_them(void **state) {
  (void)state;
  dense_network *network = NULL;
  dense_layer *layer = make_dense(3, "relu"), *shared = NULL;
  assert_ok(dense_network_create(4, &network));
  assert_ok(dense_network_add(network, layer));
  dense_layer_destroy(layer);
  assert_ok(dense_network_build(network));
  assert_ok(dense_network_layer(network, 0, &shared));
  dense_network_destroy(network);
  float bias[3];
  assert_ok(dense_layer_get_parameter(shared, "bias", bias, 3));
  dense_layer_destroy(shared);
}

static void many_handles_are_told_apart(void **state) {
  (void)state;
  enum { COUNT = 2000 };
  static dense_fit_options *open[COUNT];
  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < COUNT; i++) {
      assert_ok(dense_fit_options_create(&open[i]));
      assert_ok(dense_fit_options_set(open[i], "epochs", i + 1));
    }
    for (int i = 0; i < COUNT; i++) {
      double epochs = 0;
      assert_ok(dense_fit_options_get(open[i], "epochs", &epochs));
      assert_int_equal((int)epochs, i + 1);
    }
    for (int i = 0; i < COUNT; i++) dense_fit_options_destroy(open[(i * 7) % COUNT]);
  }
}

// Everything that makes and ends something, and what texts and errors leave behind.
static void use_everything_once(void) {
  handles all;
  make_handles(&all);
  const char *text = NULL;
  char buffer[4096];
  int64_t length = 0;
  dense_network *loaded = NULL;
  dense_layer *layer = NULL, *refused = NULL;
  assert_ok(dense_network_layer(all.network, 0, &layer));
  assert_ok(dense_layer_get_text(layer, "activation", &text));
  assert_ok(dense_network_describe(all.network, buffer, sizeof buffer, &length));
  assert_ok(dense_network_save(all.network, scratch_path("grow")));
  assert_ok(dense_network_load(scratch_path("grow"), &loaded));
  assert_int_equal(dense_layer_create("no such kind", &refused), DENSE_ERROR_UNKNOWN_NAME);
  assert_int_equal(dense_network_load(scratch_path("missing"), &loaded), DENSE_ERROR_INPUT_OUTPUT);
  dense_layer_destroy(layer);
  dense_network_destroy(loaded);
  destroy_handles(&all);
}

// Blocks that the handle table still knows are reachable, so no leak detector reports them. Here they would show.
static void nothing_grows_with_use(void **state) {
  (void)state;
  for (int i = 0; i < 50; i++) use_everything_once();
  size_t before = mallinfo2().uordblks;
  for (int i = 0; i < 400; i++) use_everything_once();
  size_t after = mallinfo2().uordblks;
  assert_true(after < before + 16 * 1024);
}

int handle_tests(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(null_is_refused),
      cmocka_unit_test(handles_of_other_kinds_are_refused),
      cmocka_unit_test(closed_handles_are_refused),
      cmocka_unit_test(garbage_is_refused),
      cmocka_unit_test(destroy_takes_anything),
      cmocka_unit_test(objects_live_as_long_as_somebody_needs_them),
      cmocka_unit_test(many_handles_are_told_apart),
      cmocka_unit_test(nothing_grows_with_use),
  };
  return cmocka_run_group_tests_name("handles", tests, set_up_handles, tear_down_handles);
}
