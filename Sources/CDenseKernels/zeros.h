// Terms whose input is zero, as most are in images or behind a ReLU, which a product may leave out where the right factor is
// finite. That saves multiplications, and a single row reading their part of it.
//
// To the bit, a sum is the same as with them. They add +0 or -0, which changes no sum but -0, and that into +0. Where it
// happens on the way, whatever is added later makes the same number of both zeros, or both stay zeros. So the sums differ
// only where the one without these terms ends as -0 and the other one may be +0. It takes a product that is too small for
// a float, which is so rare that all terms are then added after all.

/// Whether there are so many zeros that leaving them out pays.
static int has_many_zeros(const float *x, size_t count) {
  v16i found = {0};
  size_t k = 0;
  // NaN is not zero.
  DK_UNROLL_BY_4 for (; k + DK_LANES <= count; k += DK_LANES) found -= load(x + k) != 0;
  if (k < count) found -= load_first(x + k, count - k) != 0;
  return 3 * (size_t)fold(__builtin_convertvector(found, v16)) <= 2 * count;
}

#if DK_AVX512

/// Appends the places of the lanes that are not zero: `place` says where they are.
DK_INLINE size_t append_places(uint32_t *places, size_t found, v16 x, v16i place) {
  __mmask16 mask = _mm512_cmp_ps_mask((__m512)x, _mm512_setzero_ps(), _CMP_NEQ_UQ);
  _mm512_storeu_si512(places + found, _mm512_maskz_compress_epi32(mask, (__m512i)place));
  return found + (size_t)__builtin_popcount(mask);
}

#endif

/// Writes the places of the values that are not zero, ascending, of at most DK_INNER_BLOCK. Returns how many there are.
static size_t nonzero_places(const float *x, size_t count, uint32_t *places) {
  size_t found = 0, k = 0;
#if DK_AVX512
  v16i place = lane_numbers();
  // Whole vectors fit, because never more than k places stand before them.
  for (; k + DK_LANES <= count; k += DK_LANES, place += DK_LANES)
    found = append_places(places, found, load(x + k), place);
  if (k < count) found = append_places(places, found, load_first(x + k, count - k), place);
#else
  for (; k < count; k++) {
    places[found] = (uint32_t)k;
    found += x[k] != 0;
  }
#endif
  return found;
}
