// Prints a hash of the bits that each kernel computes from fixed inputs, for one instruction set: `kernel_bits avx2`.
// Two sets agree to the bit if and only if their lines are equal; `kernel_bits` alone lists the sets of this machine.
#include "CDenseKernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FLOATS = 1 << 19 };

static float *first, *second, *third, *fourth, *packed;

/// Values between -2 and 2 from a linear congruence, with a few zeros, ones and large magnitudes.
static void fill(float *x, size_t count, uint32_t seed) {
  for (size_t i = 0; i < count; i++) {
    seed = seed * 1664525u + 1013904223u;
    x[i] = (float)(int32_t)seed * 0x1p-30f;
    if (i % 97 == 0) x[i] = (float)(i % 3);
    if (i % 211 == 0) x[i] *= 100;
  }
}

static uint64_t hash(const void *data, size_t bytes) {
  const unsigned char *p = data;
  uint64_t h = 0xcbf29ce484222325u;
  for (size_t i = 0; i < bytes; i++) h = (h ^ p[i]) * 0x100000001b3u;
  return h;
}

static void report(const char *what, size_t a, size_t b, size_t c, const void *data, size_t bytes) {
  printf("%s %zu %zu %zu %016llx\n", what, a, b, c, (unsigned long long)hash(data, bytes));
}

/// first . packed, into `fourth`.
static dk_product product(size_t rows, size_t columns, size_t inner, dk_activation activation) {
  return (dk_product){
      .rows = rows,
      .columns = columns,
      .inner = inner,
      .left = first,
      .left_stride = inner,
      .right = packed,
      .sums = fourth,
      .sums_stride = columns,
      .output = fourth,
      .output_stride = columns,
      .activation = activation,
  };
}

static void products(const dk_kernels *k) {
  static const size_t shapes[][3] = {
      {1, 1, 1},     {3, 8, 17},    {1, 10, 784}, {5, 9, 33},    {13, 33, 70},   {32, 128, 64}, {7, 1, 1030},
      {40, 64, 513}, {2, 47, 1500}, {65, 31, 5},  {1, 100, 70},  {1, 272, 600},  {1, 7, 40},    {23, 1, 37},
      {21, 2, 16},   {21, 3, 5},    {22, 4, 20},  {19, 5, 3},    {21, 6, 33},    {37, 7, 12},   {21, 8, 50},
      {70, 2, 150},  {70, 5, 90},   {70, 12, 40}, {70, 200, 60}, {270, 36, 1024}};
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
    size_t rows = shapes[s][0], columns = shapes[s][1], inner = shapes[s][2];
    fill(first, rows * inner, 1);
    fill(second, inner * columns, 2);
    fill(third, columns, 3);
    k->pack(inner, columns, second, columns, packed);
    dk_product p = product(rows, columns, inner, DK_TANH);
    p.bias = third;
    k->multiply(&p);
    report("multiply", rows, columns, inner, fourth, rows * columns * sizeof(float));
    p.right_streams = 1;
    p.block_floats = 20000;
    k->multiply(&p);
    report("multiply", rows, columns, inner, fourth, rows * columns * sizeof(float));
    p.scale = p.shift = third;
    k->multiply(&p);
    report("multiply_scaled", rows, columns, inner, fourth, rows * columns * sizeof(float));
    p.scale = p.shift = NULL;
    if (columns > DK_NARROW_COLUMNS) {
      memset(packed, 0, dk_packed_count(inner, columns) * sizeof(float));
      k->pack_terms(inner, columns, 0, inner / 2, second, columns, packed);
      k->pack_terms(inner, columns, inner / 2, inner - inner / 2, second, columns, packed);
      k->multiply(&p);
      report("multiply_of_terms", rows, columns, inner, fourth, rows * columns * sizeof(float));
      // Any values are a kernel in panels.
      p.right = second;
      k->multiply_panels(&p);
      report("multiply_panels", rows, columns, inner, fourth, rows * columns * sizeof(float));
      k->multiply_panels_transposed(&p, 0, columns);
      report("multiply_panels_transposed", rows, columns, inner, fourth, rows * columns * sizeof(float));
    }
    fill(second, rows * columns, 4);
    fill(fourth, inner * columns, 5);
    dk_transposed_product t = {
        .rows = rows,
        .left_columns = inner,
        .right_columns = columns,
        .left = first,
        .left_stride = inner,
        .right = second,
        .right_stride = columns,
        .result = fourth,
        .panel_step = DK_PANEL_COLUMNS * inner,
        .accumulates = 1,
    };
    // Blocks of one strip, and of some.
    for (t.block_floats = 0; t.block_floats <= 40000; t.block_floats += 40000) {
      k->accumulate_transposed(&t);
      report("accumulate_transposed", rows, columns, inner, fourth, inner * columns * sizeof(float));
    }
  }
}

/// Rows whose zeros, most of their values, leave most of the right factor unread.
static void rows_of_zeros(const dk_kernels *k) {
  static const size_t shapes[][2] = {{784, 128}, {1030, 45}, {600, 10}, {35, 272}, {2600, 13}, {1500, 32}};
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
    size_t inner = shapes[s][0], columns = shapes[s][1];
    fill(first, inner, 1);
    fill(second, inner * columns, 2);
    fill(third, columns, 3);
    for (size_t i = 0; i < inner; i++)
      if (i % 7 > 1) first[i] = i % 2 ? -0.0f : 1e-40f;
    k->pack(inner, columns, second, columns, packed);
    dk_row_product p = {
        .run = k->multiply_row_skipping,
        .inner = inner,
        .columns = columns,
        .right = packed,
        .bias = third,
        .activation = DK_TANH,
    };
    p.run(&p, first, fourth);
    report("multiply_row_skipping", 1, columns, inner, fourth, columns * sizeof(float));
    memset(fourth, 0, columns * sizeof(float));
    k->multiply_row(&p, first, fourth);
    report("multiply_row", 1, columns, inner, fourth, columns * sizeof(float));
  }
}

/// Batches most of whose terms are left out, and an update on the way from such a gradient.
static void batches_of_zeros(const dk_kernels *k) {
  static const size_t shapes[][3] = {{5, 40, 784}, {13, 33, 1030}, {70, 32, 90}, {4, 100, 300}};
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
    size_t rows = shapes[s][0], columns = shapes[s][1], inner = shapes[s][2];
    fill(first, rows * inner, 1);
    fill(second, inner * columns, 2);
    for (size_t i = 0; i < rows * inner; i++)
      if (i % inner % 11 > 2) first[i] = i % 2 ? -0.0f : 1e-40f;
    k->pack(inner, columns, second, columns, packed);
    dk_product p = product(rows, columns, inner, DK_RELU);
    p.right_is_finite = 1;
    p.block_floats = 20000;
    k->multiply(&p);
    report("multiply_skipping", rows, columns, inner, fourth, rows * columns * sizeof(float));
    p.right = second;
    k->multiply_panels(&p);
    report("multiply_panels_skipping", rows, columns, inner, fourth, rows * columns * sizeof(float));
    int32_t selected[70];
    for (size_t i = 0; i < rows; i++) selected[i] = (int32_t)(rows - 1 - i / 2);
    p.left_rows = selected;
    for (p.right_is_finite = 0; p.right_is_finite < 2; p.right_is_finite++) {
      k->multiply_panels(&p);
      report("multiply_panels_selected", rows, columns, inner, fourth, rows * columns * sizeof(float));
    }
    fill(second, rows * columns, 4);
    fill(third, inner * 32, 5);
    dk_update update = {.count = inner * 32, .weights = third, .gradients = fourth, .rule = {.rate = 0.01f}};
    dk_transposed_product t = {
        .rows = rows,
        .left_columns = inner,
        .right_columns = 32,
        .left = first,
        .left_stride = inner,
        .right = second,
        .right_stride = columns,
        .right_is_finite = 1,
        .result = fourth,
        .panel_step = DK_PANEL_COLUMNS * inner,
        .update = &update,
        .update_function = k->sgd,
    };
    k->accumulate_transposed(&t);
    report("update_skipping", rows, 32, inner, third, inner * 32 * sizeof(float));
    t.left_rows = selected;
    k->accumulate_transposed(&t);
    report("update_selected", rows, 32, inner, third, inner * 32 * sizeof(float));
  }
}

static void functions(const dk_kernels *k) {
  const struct {
    const char *name;
    dk_map *map;
  } maps[] = {{"exp", k->exp},         {"log", k->log},           {"tanh", k->tanh},
              {"sigmoid", k->sigmoid}, {"softplus", k->softplus}, {"erf", k->erf}};
  size_t count = 100003;
  for (size_t m = 0; m < sizeof maps / sizeof *maps; m++) {
    fill(first, count, 6);
    for (size_t i = 0; i < count; i++) first[i] *= 20;
    maps[m].map(first, second, count);
    report(maps[m].name, count, 0, 0, second, count * sizeof(float));
  }
  for (int a = DK_LINEAR; a <= DK_SOFTMAX; a++) {
    size_t rows = 61, columns = 37;
    fill(first, rows * columns, 7);
    fill(third, rows * columns, 8);
    k->activate((dk_activation)a, 0.25f, rows, columns, first, columns, second, columns);
    report("activate", (size_t)a, rows, columns, second, rows * columns * sizeof(float));
    k->activation_gradient((dk_activation)a, 0.25f, rows, columns, second, columns, third, columns, fourth, columns);
    report("activation_gradient", (size_t)a, rows, columns, fourth, rows * columns * sizeof(float));
  }
}

static void reductions(const dk_kernels *k) {
  size_t rows = 203, columns = 45;
  fill(first, rows * columns, 9);
  double sums[3] = {k->sum(first, rows * columns), k->sum_of_squares(first, rows * columns),
                    k->sum_of_magnitudes(first, rows * columns)};
  report("sums", rows, columns, 0, sums, sizeof sums);
  memset(second, 0, columns * sizeof(float));
  k->column_sums(rows, columns, first, columns, second);
  report("column_sums", rows, columns, 0, second, columns * sizeof(float));
  k->column_moments(rows, columns, first, columns, second, third);
  report("column_mean", rows, columns, 0, second, columns * sizeof(float));
  report("column_variance", rows, columns, 0, third, columns * sizeof(float));
  k->log_sum_exp(rows, columns, first, columns, second);
  report("log_sum_exp", rows, columns, 0, second, rows * sizeof(float));
  k->shifted_exponentials(rows, columns, first, columns, second, columns, third, fourth);
  k->class_gradient(columns, second, fourth[0], 0.75f, first, 0.9f, 0.01f, 0.5f);
  report("shifted_exponentials", rows, columns, 0, second, rows * columns * sizeof(float));
}

static void columns_in_place(const dk_kernels *k) {
  size_t rows = 67, columns = 45, count = rows * columns;
  float *mean = packed, *deviation = packed + columns, *scale = packed + 2 * columns, *sums = packed + 3 * columns;
  fill(first, count, 13);
  fill(second, count, 14);
  fill(packed, 5 * columns, 15);
  k->scale_columns(rows, columns, first, columns, scale, mean, third, columns);
  report("scale_columns", rows, columns, 0, third, count * sizeof(float));
  dk_batch_normalization pass = {
      .rows = rows,
      .columns = columns,
      .input = first,
      .input_stride = columns,
      .output_gradient = second,
      .output_gradient_stride = columns,
      .mean = mean,
      .inverse_deviation = deviation,
      .scale = scale,
      .scale_gradient = sums,
      .shift_gradient = sums + columns,
      .input_gradient = third,
      .input_gradient_stride = columns,
  };
  k->batch_normalization_gradient(&pass);
  report("batch_normalization_gradient", rows, columns, 0, third, count * sizeof(float));
  report("batch_normalization_sums", rows, columns, 0, sums, 2 * columns * sizeof(float));

  size_t beyond[] = {k->first_beyond(first, count, 1.9f), k->first_beyond(first, count, 1000),
                     (size_t)k->all_within(rows, columns, first, columns, 1.9f),
                     (size_t)k->all_within(rows, columns, first, columns, 1000)};
  report("beyond", rows, columns, 0, beyond, sizeof beyond);
  k->scale(first, count, 0.3f);
  k->clamp(first, count, 0.5f);
  report("clamp", count, 0, 0, first, count * sizeof(float));
  k->add_penalty_gradient(first, second, count, 0.01f, 0.02f);
  report("add_penalty_gradient", count, 0, 0, second, count * sizeof(float));
}

static void updates(const dk_kernels *k) {
  size_t count = 1003;
  const struct {
    const char *name;
    int (*pass)(const dk_update *);
  } passes[] = {{"sgd", k->sgd}, {"rmsprop", k->rmsprop}, {"adam", k->adam}};
  for (size_t i = 0; i < sizeof passes / sizeof *passes; i++) {
    fill(first, count, 10);
    memset(third, 0, 3 * count * sizeof(float));
    dk_update u = {
        .count = count,
        .weights = first,
        .gradients = second,
        .slot = {third, third + count, third + 2 * count},
        .rule =
            {
                .rate = 0.01f,
                .decay = 0.001f,
                .momentum = 0.9f,
                .rho = 0.9f,
                .share1 = 0.1f,
                .share2 = 0.001f,
                .epsilon = 1e-7f,
            },
    };
    for (int step = 0; step < 3; step++) {
      fill(second, count, 11);
      passes[i].pass(&u);
    }
    report(passes[i].name, count, 0, 0, first, count * sizeof(float));
  }
}

static void random_numbers(const dk_kernels *k) {
  size_t count = 1003;
  k->random_words(7, 9, 5, (uint32_t *)first, count);
  report("random_words", count, 0, 0, first, count * sizeof(float));
  k->uniform(7, 9, first, count, -0.05f, 0.05f);
  report("uniform", count, 0, 0, first, count * sizeof(float));
  fill(first, count, 12);
  k->dropout(7, 9, 3, first, second, count, 0x40000000u, 4.0f / 3);
  report("dropout", count, 0, 0, second, count * sizeof(float));
}

int main(int argc, char **argv) {
  const dk_kernels *kernels = NULL;
  for (size_t i = 0; dk_supported_kernels(i); i++) {
    if (argc < 2) puts(dk_supported_kernels(i)->name);
    if (argc == 2 && strcmp(argv[1], dk_supported_kernels(i)->name) == 0) kernels = dk_supported_kernels(i);
  }
  if (argc < 2) return 0;
  if (!kernels) {
    fprintf(stderr, "this machine has no instruction set '%s'\n", argv[1]);
    return 1;
  }
  float **arrays[] = {&first, &second, &third, &fourth, &packed};
  for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
    *arrays[i] = aligned_alloc(64, MOST_FLOATS * sizeof(float));
    if (!*arrays[i]) return 1;
  }
  uint64_t state = dk_floating_point_state();
  dk_set_floating_point_state(dk_flushing_denormals(state));
  products(kernels);
  rows_of_zeros(kernels);
  batches_of_zeros(kernels);
  functions(kernels);
  reductions(kernels);
  columns_in_place(kernels);
  updates(kernels);
  random_numbers(kernels);
  dk_set_floating_point_state(state);
  return 0;
}
