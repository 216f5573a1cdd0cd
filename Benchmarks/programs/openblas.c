// OpenBLAS's cblas_sgemm.
#include "sgemm.h"
#include "work.h"

#include <cblas.h>

const char *peer_version(void) {
  openblas_set_num_threads(work_threads());
  return openblas_get_config();
}

int sgemm(int rows, int inner, int columns, const float *left, const float *right, float *output) {
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, columns, inner, 1.0f, left, inner, right, columns, 0.0f,
              output, columns);
  return 0;
}
