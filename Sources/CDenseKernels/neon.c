// NEON: 32 registers of 4 floats, with fused multiply-add.
#if defined(__aarch64__)

#include "CDenseKernels.h"
#include <math.h>

#define DK_SET neon
#define DK_FMA 1
#define DK_AVX512 0
#define DK_AVX2 0

// 24 sums, 4 right registers and left values in flight.
#define DK_TILE_ROWS 6
#define DK_TILE_VECTORS 1
#define DK_BROAD_ROWS DK_TILE_ROWS
#define DK_BROAD_PANELS 1
#define DK_EACH_BROAD_ROWS DK_EACH_TILE_ROWS
#define DK_MOST_VECTORS 4
#define DK_EACH_TILE_ROWS(X) X(1) X(2) X(3) X(4) X(5) X(6)
#define DK_EACH_WIDE_TILE(X) X(1, 4) X(1, 2) X(2, 2) X(3, 2)
#define DK_SKIPPING_ROWS 4
#define DK_EACH_SKIPPING_ROWS(X) X(1) X(2) X(3) X(4)
#define DK_EVEN_PARTS 0
#define DK_NARROW_SUMS 6
#define DK_NARROW_GROUP 6
#define DK_EACH_NARROW_GROUP(X) X(1) X(2) X(3) X(4) X(5) X(6)

#include "kernels.h"

#endif
