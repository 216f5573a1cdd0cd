#include "CDenseKernels.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Rows lie anywhere: only what is asked for ahead of its turn arrives in time. The processor finds the rest of long rows
// by itself.
enum { FLOATS_OF_LINE = 16, MOST_FLOATS_AHEAD = 1024 };

#if defined(__SSE2__)

/// One float past the caches.
static void copy_float(const float *from, float *to) {
  int bits;
  memcpy(&bits, from, sizeof bits);
  _mm_stream_si32((int *)to, bits);
}

/// Copies past the caches: a plain store would first have to take the line from the cores that have read what it held. A
/// line that rows share gets no plain store either, which would tear it.
static void copy_past_caches(size_t count, const float *from, float *to) {
  size_t i = 0;
  for (; i < count && (uintptr_t)(to + i) % 16 != 0; i++) copy_float(from + i, to + i);
  for (; i + 4 <= count; i += 4) _mm_stream_si128((__m128i *)(to + i), _mm_loadu_si128((const __m128i *)(from + i)));
  for (; i < count; i++) copy_float(from + i, to + i);
}

/// Whoever is told afterwards that copies are there will find them.
static void finish_past_caches(void) { _mm_sfence(); }

#else

static void copy_past_caches(size_t count, const float *from, float *to) { memcpy(to, from, count * sizeof(float)); }

static void finish_past_caches(void) {}

#endif

void dk_gather_rows(size_t rows, size_t columns, const float *from, size_t stride, const int32_t *positions, float *to,
                    size_t to_stride, int past_caches) {
  size_t ahead = columns < MOST_FLOATS_AHEAD ? columns : MOST_FLOATS_AHEAD;
  for (size_t row = 0; row < rows; row++, to += to_stride) {
    if (row + 1 < rows) {
      const float *next = from + (size_t)positions[row + 1] * stride;
      for (size_t column = 0; column < ahead; column += FLOATS_OF_LINE) __builtin_prefetch(next + column);
    }
    const float *source = from + (size_t)positions[row] * stride;
    if (past_caches) {
      copy_past_caches(columns, source, to);
    } else {
      memcpy(to, source, columns * sizeof(float));
    }
  }
  if (past_caches) finish_past_caches();
}
