// What the programs of this folder share: a network, a predictor of it, and an end where a call fails.
#ifndef COMMON_H
#define COMMON_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dense.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))

// The call succeeds, or the program ends.
#define must(call)                                                  \
  do {                                                              \
    if ((call) != DENSE_OK) fail(#call ": %s", dense_last_error()); \
  } while (0)

#define fail(...) (fprintf(stderr, "FAILED: " __VA_ARGS__), fputc('\n', stderr), exit(1))

static inline void add(dense_network *network, const char *kind, int units, const char *activation) {
  dense_layer *layer = NULL;
  must(dense_layer_create(kind, &layer));
  if (units > 0) must(dense_layer_set(layer, "units", units));
  if (activation != NULL) must(dense_layer_set_text(layer, "activation", activation));
  must(dense_network_add(network, layer));
  dense_layer_destroy(layer);
}

enum { INPUTS = 784, HIDDEN = 128, OUTPUTS = 10 };

// 784-128-10. With `kinds`, batch normalization and an activation layer stand in the middle.
static inline dense_network *make_network(int kinds) {
  dense_network *network = NULL;
  must(dense_network_create(INPUTS, &network));
  add(network, "dense", HIDDEN, kinds ? NULL : "relu");
  if (kinds) add(network, "batch_normalization", 0, NULL), add(network, "activation", 0, "gelu");
  add(network, "dense", OUTPUTS, "softmax");
  must(dense_network_build(network));
  return network;
}

static inline dense_predictor *make_predictor(const dense_network *network, int max_rows, int workspaces) {
  dense_predictor_options *options = NULL;
  dense_predictor *predictor = NULL;
  must(dense_predictor_options_create(&options));
  must(dense_predictor_options_set(options, "max_rows", max_rows));
  must(dense_predictor_options_set(options, "workspaces", workspaces));
  must(dense_predictor_create(network, options, &predictor));
  dense_predictor_options_destroy(options);
  return predictor;
}

static inline void fill(float *values, int count) {
  for (int i = 0; i < count; i++) values[i] = (float)((i * 37 + 11) % 256) / 255.0f;
}

#endif
