// OpenBLAS sgemm: the product of a work of kind `gemm`.
#include "work.h"

#include <cblas.h>
#include <stdlib.h>
#include <string.h>

static float *left, *right, *output;
static int rows, inner, columns;

const char *peer_version(void) {
  openblas_set_num_threads(work_threads());
  return openblas_get_config();
}

int peer_prepare(const work_t *work, const float **result, size_t *count) {
  if (strcmp(work->kind, "gemm")) return work_fail("unsupported kind %s", work->kind);
  rows = (int)work->rows, inner = (int)work->widths[0], columns = (int)work->widths[1];
  free(left), free(right), free(output);
  left = work_floats(work, "x", (size_t)rows * (size_t)inner);
  right = work_floats(work, "w0", (size_t)inner * (size_t)columns);
  output = calloc((size_t)rows * (size_t)columns, sizeof(float));
  if (!left || !right || !output) return -1;
  double unused = 0;
  if (peer_run(&unused)) return -1;
  *result = output;
  *count = (size_t)rows * (size_t)columns;
  return 0;
}

int peer_run(double *seconds) {
  (void)seconds;
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, columns, inner, 1.0f, left, inner, right, columns, 0.0f,
              output, columns);
  return 0;
}

int peer_command(const char *name, const char *first, const char *second, char *answer, size_t capacity) {
  (void)first, (void)second, (void)answer, (void)capacity;
  return work_fail("unsupported: %s", name);
}
