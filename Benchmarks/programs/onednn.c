// oneDNN's dnnl_sgemm.
#include "sgemm.h"
#include "work.h"

#include <dnnl.h>
#include <stdio.h>

const char *peer_version(void) {
  // Threads come from OMP_NUM_THREADS.
  static char text[64];
  const dnnl_version_t *version = dnnl_version();
  snprintf(text, sizeof text, "oneDNN %d.%d.%d", version->major, version->minor, version->patch);
  return text;
}

int sgemm(int rows, int inner, int columns, const float *left, const float *right, float *output) {
  dnnl_status_t status =
      dnnl_sgemm('N', 'N', rows, columns, inner, 1.0f, left, inner, right, columns, 0.0f, output, columns);
  if (status != dnnl_success) return work_fail("dnnl_sgemm returned %d", (int)status);
  return 0;
}
