// AVX-512: 32 registers of 16 floats.
#if defined(__x86_64__)

#include "CDenseKernels.h"
#include <immintrin.h>
#include <math.h>

#define DK_SET avx512
#define DK_FMA 1
#define DK_AVX512 1
#define DK_AVX2 0

// 24 sums, 2 right vectors and 1 left value in flight; or 4 right vectors, with a tenth to a fifth fewer instructions, which
// a core has to spare unless it works for two.
#define DK_TILE_ROWS 12
#define DK_TILE_VECTORS 2
#define DK_BROAD_ROWS 6
#define DK_BROAD_PANELS 2
#define DK_EACH_BROAD_ROWS(X) X(1) X(2) X(3) X(4) X(5) X(6)
#define DK_MOST_VECTORS 8
#define DK_EACH_TILE_ROWS(X) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12)
#define DK_EACH_WIDE_TILE(X) X(1, 4) X(1, 2) X(2, 4) X(2, 2) X(3, 2) X(4, 2) X(5, 2) X(6, 2)
#define DK_SKIPPING_ROWS 4
#define DK_EACH_SKIPPING_ROWS(X) X(1) X(2) X(3) X(4)
#define DK_EVEN_PARTS 1
#define DK_NARROW_SUMS 16
#define DK_NARROW_GROUP 8
#define DK_EACH_NARROW_GROUP(X) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8)

#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma,bmi2,popcnt"))),            \
                             apply_to = function)
#include "kernels.h"
#pragma clang attribute pop

#endif
