// What every x86-64 processor has: SSE2, 16 registers of 4 floats, no fused multiply-add. Also the one portable set for
// processors that no other file knows.
#if !defined(__aarch64__)

#include "CDenseKernels.h"
#include <math.h>

#define DK_SET baseline
#define DK_FMA 0
#define DK_AVX512 0
#define DK_AVX2 0

// 8 sums, 4 right registers, 1 left value and products in flight.
#define DK_TILE_ROWS 2
#define DK_TILE_VECTORS 1
#define DK_BROAD_ROWS DK_TILE_ROWS
#define DK_BROAD_PANELS 1
#define DK_EACH_BROAD_ROWS DK_EACH_TILE_ROWS
#define DK_MOST_VECTORS 2
#define DK_EACH_TILE_ROWS(X) X(1) X(2)
#define DK_EACH_WIDE_TILE(X) X(1, 2)
#define DK_SKIPPING_ROWS 2
#define DK_EACH_SKIPPING_ROWS(X) X(1) X(2)
#define DK_EVEN_PARTS 0
#define DK_NARROW_SUMS 2
#define DK_NARROW_GROUP 2
#define DK_EACH_NARROW_GROUP(X) X(1) X(2)

#include "kernels.h"

#endif
