// A library's sgemm as a peer: the product of a work of kind `gemm`.
#include "sgemm.h"
#include "work.h"

#include <stdlib.h>
#include <string.h>

static float *left, *right, *output;
static int rows, inner, columns;

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
  return sgemm(rows, inner, columns, left, right, output);
}

int peer_command(const char *name, const char *first, const char *second, char *answer, size_t capacity) {
  (void)first, (void)second, (void)answer, (void)capacity;
  return work_fail("unsupported: %s", name);
}
