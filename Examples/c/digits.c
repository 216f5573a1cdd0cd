/* Handwritten digits: a 64-64-10 network that learns from four of every five lines of digits.csv and is tested on the
 * fifth. Build and run: cc digits.c $(pkg-config --cflags --libs dense) -o digits && ./digits ../data/digits.csv */

#include <dense.h>
#include <stdio.h>
#include <stdlib.h>

enum { PIXELS = 64, DIGITS = 10, MAX_ROWS = 2000 };

typedef struct {
  float x[MAX_ROWS * PIXELS], y[MAX_ROWS];
  int64_t rows;
} table;

static void check(dense_status status) {
  if (status == DENSE_OK) return;
  fprintf(stderr, "%s: %s\n", dense_status_name(status), dense_last_error());
  exit(1);
}

static void read_digits(const char *path, table *train, table *test) {
  FILE *file = fopen(path, "r");
  if (!file || fscanf(file, "%*[^\n]") == EOF) { /* the line of column names */
    fprintf(stderr, "cannot read %s\n", path);
    exit(1);
  }
  for (int line = 0; line < MAX_ROWS; line++) {
    table *to = line % 5 == 0 ? test : train;
    float *row = to->x + to->rows * PIXELS;
    for (int i = 0; i < PIXELS; i++) {
      if (fscanf(file, "%f,", &row[i]) != 1) {
        fclose(file);
        return;
      }
      row[i] /= 16;
    }
    if (fscanf(file, "%f", &to->y[to->rows]) == 1) to->rows++;
  }
  fclose(file);
}

static void add_dense(dense_network *network, int units, const char *activation) {
  dense_layer *layer;
  check(dense_layer_create("dense", &layer));
  check(dense_layer_set(layer, "units", units));
  check(dense_layer_set_text(layer, "activation", activation));
  check(dense_network_add(network, layer));
  dense_layer_destroy(layer);
}

int main(int argc, char **argv) {
  static table train, test;
  read_digits(argc > 1 ? argv[1] : "digits.csv", &train, &test);

  dense_network *network;
  dense_optimizer *optimizer;
  dense_loss *loss;
  dense_metric *accuracy;
  dense_fit_options *options;
  check(dense_network_create(PIXELS, &network));
  add_dense(network, 64, "relu");
  add_dense(network, DIGITS, "softmax");
  check(dense_optimizer_create("adam", &optimizer));
  check(dense_loss_create("sparse_categorical_crossentropy", &loss));
  check(dense_metric_create("accuracy", &accuracy));
  check(dense_network_compile(network, optimizer, loss));
  check(dense_network_add_metric(network, accuracy));
  check(dense_fit_options_create(&options));
  check(dense_fit_options_set(options, "epochs", 30));
  check(dense_network_fit(network, train.x, train.rows, PIXELS, train.y, 1, options, NULL));

  double results[2];
  check(dense_network_evaluate(network, test.x, test.rows, PIXELS, test.y, 1, NULL, 32, results, 2));
  printf("test loss %.4f, test accuracy %.4f\n", results[0], results[1]);

  dense_fit_options_destroy(options);
  dense_metric_destroy(accuracy);
  dense_loss_destroy(loss);
  dense_optimizer_destroy(optimizer);
  dense_network_destroy(network);
  return 0;
}
