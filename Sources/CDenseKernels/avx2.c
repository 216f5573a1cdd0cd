// AVX2 with FMA: 16 registers of 8 floats.
#if defined(__x86_64__)

#include "CDenseKernels.h"
#include <immintrin.h>
#include <math.h>

#define DK_SET avx2
#define DK_FMA 1
#define DK_AVX512 0
#define DK_AVX2 1

// 12 sums, 2 right registers and 1 left value in flight.
#define DK_TILE_ROWS 6
#define DK_TILE_VECTORS 1
#define DK_BROAD_ROWS DK_TILE_ROWS
#define DK_BROAD_PANELS 1
#define DK_EACH_BROAD_ROWS DK_EACH_TILE_ROWS
#define DK_MOST_VECTORS 4
#define DK_EACH_TILE_ROWS(X) X(1) X(2) X(3) X(4) X(5) X(6)
#define DK_EACH_WIDE_TILE(X) X(1, 4) X(1, 2) X(2, 2)
#define DK_SKIPPING_ROWS 4
#define DK_EACH_SKIPPING_ROWS(X) X(1) X(2) X(3) X(4)
#define DK_EVEN_PARTS 0
#define DK_NARROW_SUMS 6
#define DK_NARROW_GROUP 6
#define DK_EACH_NARROW_GROUP(X) X(1) X(2) X(3) X(4) X(5) X(6)

#pragma clang attribute push(__attribute__((target("avx2,fma,bmi2"))), apply_to = function)
#include "kernels.h"
#pragma clang attribute pop

#endif
