// Sixteen-lane vectors, in which every kernel is written once. The compiler, which is clang as it comes with Swift, splits
// a vector into the registers that the instruction set has: one zmm, two ymm, four xmm or four NEON q.
//
// An instruction set's file defines DK_SET (its name), its tile shape, and DK_FMA, DK_AVX2, DK_AVX512 where they hold,
// and then includes the bodies. A product and a sum are fused only where a kernel says so by `fused`.
#ifndef DK_SIMD_H
#define DK_SIMD_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF
// Vectors pass between inlined functions alone, so no calling convention is at stake.
#pragma clang diagnostic ignored "-Wpsabi"
#define DK_UNROLL _Pragma("clang loop unroll(full)")
#define DK_UNROLL_BY_4 _Pragma("clang loop unroll_count(4)")

#define DK_INLINE static inline __attribute__((always_inline, unused))

typedef float v16 __attribute__((vector_size(64), may_alias));
typedef float v16_unaligned __attribute__((vector_size(64), aligned(4), may_alias));
typedef int32_t v16i __attribute__((vector_size(64), may_alias));
typedef uint32_t v16u __attribute__((vector_size(64), may_alias));
typedef uint32_t v16u_unaligned __attribute__((vector_size(64), aligned(4), may_alias));
typedef uint64_t v16l __attribute__((vector_size(128), may_alias));
typedef double v16d __attribute__((vector_size(128), may_alias));

enum { DK_LANES = 16 };

DK_INLINE v16 load(const float *p) { return *(const v16_unaligned *)p; }
DK_INLINE void store(float *p, v16 v) { *(v16_unaligned *)p = v; }
DK_INLINE v16 all(float x) { return (v16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }
DK_INLINE v16d all_d(double x) { return (v16d){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }

#if DK_AVX512

DK_INLINE v16 load_first(const float *p, size_t count) {
  return (v16)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), p);
}
DK_INLINE void store_first(float *p, v16 v, size_t count) {
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), (__m512)v);
}

#elif DK_AVX2

static const int32_t dk_first_lanes[32] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};

DK_INLINE v16 load_first(const float *p, size_t count) {
  const __m256i *mask = (const __m256i *)(dk_first_lanes + DK_LANES - count);
  union { __m256 half[2]; v16 whole; } v = {
    .half = {_mm256_maskload_ps(p, _mm256_loadu_si256(mask)),
             _mm256_maskload_ps(p + 8, _mm256_loadu_si256(mask + 1))}};
  return v.whole;
}
DK_INLINE void store_first(float *p, v16 v, size_t count) {
  const __m256i *mask = (const __m256i *)(dk_first_lanes + DK_LANES - count);
  union { v16 whole; __m256 half[2]; } u = {.whole = v};
  _mm256_maskstore_ps(p, _mm256_loadu_si256(mask), u.half[0]);
  _mm256_maskstore_ps(p + 8, _mm256_loadu_si256(mask + 1), u.half[1]);
}

#else

DK_INLINE v16 load_first(const float *p, size_t count) {
  float lanes[DK_LANES] __attribute__((aligned(64))) = {0};
  for (size_t i = 0; i < count; i++) lanes[i] = p[i];
  return *(const v16 *)lanes;
}
DK_INLINE void store_first(float *p, v16 v, size_t count) {
  for (size_t i = 0; i < count; i++) p[i] = v[i];
}

#endif

/// a * b + c: rounded once where the instruction set can, twice on the baseline.
DK_INLINE v16 fused(v16 a, v16 b, v16 c) {
#if !DK_FMA
  return a * b + c;
#else
  return __builtin_elementwise_fma(a, b, c);
#endif
}

#if DK_AVX512
// The same instructions, which stay in the order in which they are written. A value keeps its register.

DK_INLINE void load_in_order(v16 *v, const float *p) {
  __asm__ volatile("vmovups %1, %0" : "+v"(*v) : "m"(*(const v16_unaligned *)p));
}
DK_INLINE void all_in_order(v16 *v, const float *p) { __asm__ volatile("vbroadcastss %1, %0" : "+v"(*v) : "m"(*p)); }
DK_INLINE void fuse_in_order(v16 *sum, v16 a, v16 b) {
  __asm__ volatile("vfmadd231ps %2, %1, %0" : "+v"(*sum) : "v"(a), "v"(b));
}
#endif

DK_INLINE v16d fused_d(v16d a, v16d b, v16d c) {
#if !DK_FMA
  return a * b + c;
#else
  return __builtin_elementwise_fma(a, b, c);
#endif
}

/// a * b - product, for the rounded `product` of a and b: exact unless it is too small for a float.
DK_INLINE v16 product_error(v16 a, v16 b, v16 product) {
#if DK_FMA
  return fused(a, b, -product);
#else
  // Both factors in halves of 12 bits, of which each product is exact (T. J. Dekker, 1971).
  v16 top_a = (v16)((v16u)a & 0xfffff000u), top_b = (v16)((v16u)b & 0xfffff000u);
  v16 rest_a = a - top_a, rest_b = b - top_b;
  return rest_a * rest_b - (((product - top_a * top_b) - rest_a * top_b) - top_a * rest_b);
#endif
}

DK_INLINE v16 square_root(v16 x) {
  return __builtin_elementwise_sqrt(x);
}

/// `yes` in the lanes where `mask` is all ones, `no` where it is zero.
DK_INLINE v16 choose(v16i mask, v16 yes, v16 no) { return (v16)((mask & (v16i)yes) | (~mask & (v16i)no)); }

DK_INLINE v16d choose_d(v16l mask, v16d yes, v16d no) { return (v16d)((mask & (v16l)yes) | (~mask & (v16l)no)); }

DK_INLINE v16 magnitude(v16 x) { return (v16)((v16u)x & 0x7fffffffu); }
DK_INLINE v16 with_sign_of(v16 x, v16 sign) { return (v16)((v16u)x | ((v16u)sign & 0x80000000u)); }

/// Whether a lane of a mask is set.
DK_INLINE int any(v16i mask) {
#if DK_AVX512
  return _mm512_test_epi32_mask((__m512i)mask, (__m512i)mask) != 0;
#else
  int32_t set = 0;
  for (int i = 0; i < DK_LANES; i++) set |= mask[i];
  return set != 0;
#endif
}

/// A bit for each lane of a mask.
DK_INLINE uint32_t lane_bits(v16i mask) {
#if DK_AVX512
  return _mm512_movepi32_mask((__m512i)mask);
#elif DK_AVX2
  union { v16i whole; __m256 half[2]; } u = {.whole = mask};
  return (uint32_t)_mm256_movemask_ps(u.half[0]) | (uint32_t)_mm256_movemask_ps(u.half[1]) << 8;
#else
  uint32_t bits = 0;
  for (int i = 0; i < DK_LANES; i++) bits |= (uint32_t)(mask[i] & 1) << i;
  return bits;
#endif
}

DK_INLINE v16d widen(v16 x) { return __builtin_convertvector(x, v16d); }
DK_INLINE v16 narrow(v16d x) { return __builtin_convertvector(x, v16); }

/// The lanes that lie `DISTANCE` (8, 4, 2, 1) above; what stands in the lanes from DISTANCE on does not matter.
#define DK_LANES_ABOVE(V, DISTANCE)                                                                        \
  __builtin_shufflevector(V, V, DISTANCE, (DISTANCE + 1) % 16, (DISTANCE + 2) % 16, (DISTANCE + 3) % 16,   \
                          (DISTANCE + 4) % 16, (DISTANCE + 5) % 16, (DISTANCE + 6) % 16, (DISTANCE + 7) % 16, \
                          0, 1, 2, 3, 4, 5, 6, 7)

/// The sum of the lanes, folded by halves: the one order of such sums.
DK_INLINE float fold(v16 v) {
  v += DK_LANES_ABOVE(v, 8);
  v += DK_LANES_ABOVE(v, 4);
  v += DK_LANES_ABOVE(v, 2);
  v += DK_LANES_ABOVE(v, 1);
  return v[0];
}

DK_INLINE double fold_d(v16d v) {
  v += DK_LANES_ABOVE(v, 8);
  v += DK_LANES_ABOVE(v, 4);
  v += DK_LANES_ABOVE(v, 2);
  v += DK_LANES_ABOVE(v, 1);
  return v[0];
}

DK_INLINE v16 larger(v16 a, v16 b) { return choose(b > a, b, a); }

DK_INLINE float largest(v16 v) {
  v = larger(v, DK_LANES_ABOVE(v, 8));
  v = larger(v, DK_LANES_ABOVE(v, 4));
  v = larger(v, DK_LANES_ABOVE(v, 2));
  v = larger(v, DK_LANES_ABOVE(v, 1));
  return v[0];
}

DK_INLINE size_t least(size_t a, size_t b) { return a < b ? a : b; }

#endif
