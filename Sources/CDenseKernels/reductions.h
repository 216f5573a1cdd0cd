// Sums in double precision over 16 lanes, the last vector filled up with zeros, folded by halves; and passes over flat
// arrays.

#define DK_DEFINE_SUM(NAME, TERM)                                                       \
  static double NAME(const float *p, size_t count) {                                    \
    v16d sum = {0};                                                                     \
    for (size_t i = 0; i < count; i += DK_LANES) {                                      \
      v16d x = widen(load_up_to(p + i, count - i));                                     \
      sum += TERM;                                                                      \
    }                                                                                   \
    return fold_d(sum);                                                                 \
  }

DK_DEFINE_SUM(sum, x)
DK_DEFINE_SUM(sum_of_squares, x * x)
DK_DEFINE_SUM(sum_of_magnitudes, magnitude_d(x))

/// Lanes with their highest bit set where the magnitude of x is beyond that of `limit`: as bits, magnitudes stand in the
/// order of their values, with NaN above infinity, and here the sum runs over.
DK_INLINE v16u beyond(v16 x, v16 limit) { return (v16u)magnitude(x) + (0x7fffffffu - (v16u)limit); }

DK_INLINE int any_beyond(v16u found) {
  uint32_t any = 0;
  for (int lane = 0; lane < DK_LANES; lane++) any |= found[lane];
  return any >> 31 != 0;
}

static size_t first_beyond(const float *x, size_t count, float limit) {
  enum { BLOCK = 16 * DK_LANES };
  size_t i = 0;
  for (; i + BLOCK <= count; i += BLOCK) {
    v16u found = {0};
    for (size_t j = 0; j < BLOCK; j += DK_LANES) found |= beyond(load(x + i + j), all(limit));
    if (any_beyond(found)) break;
  }
  while (i < count && !any_beyond(beyond(all(x[i]), all(limit)))) i++;
  return i;
}

static int all_within(size_t rows, size_t columns, const float *x, size_t stride, float limit) {
  enum { BLOCK = 8 * DK_LANES };
  if (stride == columns) {
    columns *= rows;
    rows = rows > 0;
  }
  v16u found = {0};
  for (size_t row = 0; row < rows; row++, x += stride) {
    size_t i = 0;
    for (; i + BLOCK <= columns; i += BLOCK)
      DK_UNROLL for (size_t j = 0; j < BLOCK; j += DK_LANES) found |= beyond(load(x + i + j), all(limit));
    for (; i + DK_LANES <= columns; i += DK_LANES) found |= beyond(load(x + i), all(limit));
    if (i < columns) found |= beyond(load_first(x + i, columns - i), all(limit));
  }
  return !any_beyond(found);
}

DK_INLINE v16 scale_vector(v16 x, v16 factor) { return x * factor; }
static void scale(float *x, size_t count, float factor) { map(scale_vector, all(factor), x, x, count); }

DK_INLINE v16 clamp_vector(v16 x, v16 limit) {
  return choose(x > limit, limit, choose(x < -limit, -limit, x));
}
static void clamp(float *x, size_t count, float limit) { map(clamp_vector, all(limit), x, x, count); }

static void add_penalty_gradient(const float *weights, float *gradients, size_t count, float l1, float l2) {
  for (size_t i = 0; i < count; i += DK_LANES) {
    v16 w = load_up_to(weights + i, count - i), g = load_up_to(gradients + i, count - i);
    v16 sign = choose(w > 0, all(1), choose(w < 0, all(-1), (v16){0}));
    store_up_to(gradients + i, fused(all(2 * l2), w, fused(all(l1), sign, g)), count - i);
  }
}
