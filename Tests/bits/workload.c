/* Trains a saved network for 20 steps and predicts with it; writes weights and predictions as raw float32.
 *
 *   workload MODEL DATA RESULT BATCH
 *
 * DATA holds 640 rows of 64 inputs and then 640 classes. Prediction takes BATCH rows at a time. workload.py does the
 * same. */

#include <dense.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 640, COLUMNS = 64, OUTPUTS = 10, TRAINING_BATCH = 32 };

static void check(dense_status status) {
  if (status == DENSE_OK) return;
  fprintf(stderr, "%s: %s\n", dense_status_name(status), dense_last_error());
  exit(1);
}

static FILE *open_file(const char *path, const char *mode) {
  FILE *file = fopen(path, mode);
  if (!file) {
    perror(path);
    exit(1);
  }
  return file;
}

static void write_weights(dense_network *network, FILE *result) {
  int64_t layers;
  check(dense_network_layer_count(network, &layers));
  for (int64_t i = 0; i < layers; i++) {
    dense_layer *layer;
    int64_t parameters;
    check(dense_network_layer(network, i, &layer));
    check(dense_layer_parameter_count(layer, &parameters));
    for (int64_t k = 0; k < parameters; k++) {
      const char *name;
      int64_t rows, columns;
      int32_t trainable;
      check(dense_layer_parameter_info(layer, k, &name, &rows, &columns, &trainable));
      float *values = malloc((size_t)(rows * columns) * sizeof(float));
      check(dense_layer_get_parameter(layer, name, values, rows * columns));
      fwrite(values, sizeof(float), (size_t)(rows * columns), result);
      free(values);
    }
    dense_layer_destroy(layer);
  }
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  static float x[ROWS * COLUMNS], y[ROWS], output[ROWS * OUTPUTS];
  FILE *data = open_file(argv[2], "rb");
  if (fread(x, sizeof(float), ROWS * COLUMNS, data) != ROWS * COLUMNS || fread(y, sizeof(float), ROWS, data) != ROWS)
    return 2;
  fclose(data);

  dense_network *network;
  double results[8];
  int64_t count;
  check(dense_network_load(argv[1], &network));
  check(dense_network_result_count(network, &count));
  for (int row = 0; row < ROWS; row += TRAINING_BATCH)
    check(dense_network_train_batch(network, x + row * COLUMNS, TRAINING_BATCH, COLUMNS, y + row, 1, NULL, results,
                                    count));

  FILE *result = open_file(argv[3], "wb");
  write_weights(network, result);
  int batch = atoi(argv[4]);
  for (int row = 0; row < ROWS; row += batch) {
    int rows = row + batch < ROWS ? batch : ROWS - row;
    check(dense_network_predict(network, x + row * COLUMNS, rows, COLUMNS, output, rows * OUTPUTS));
    fwrite(output, sizeof(float), (size_t)rows * OUTPUTS, result);
  }
  fclose(result);
  dense_network_destroy(network);
  printf("%s c\n", dense_instruction_set());
  return 0;
}
