#include "CDenseKernels.h"

#include <string.h>

// Rows lie anywhere: only what is asked for ahead of its turn arrives in time. The processor finds the rest of long rows
// by itself.
enum { FLOATS_OF_LINE = 16, MOST_FLOATS_AHEAD = 1024 };

void dk_gather_rows(size_t rows, size_t columns, const float *from, size_t stride, const int32_t *positions, float *to) {
  size_t ahead = columns < MOST_FLOATS_AHEAD ? columns : MOST_FLOATS_AHEAD;
  for (size_t row = 0; row < rows; row++, to += columns) {
    if (row + 1 < rows) {
      const float *next = from + (size_t)positions[row + 1] * stride;
      for (size_t column = 0; column < ahead; column += FLOATS_OF_LINE) __builtin_prefetch(next + column);
    }
    memcpy(to, from + (size_t)positions[row] * stride, columns * sizeof(float));
  }
}
