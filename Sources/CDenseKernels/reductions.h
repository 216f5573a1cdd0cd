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

static size_t first_beyond(const float *x, size_t count, float limit) {
  enum { BLOCK = 16 * DK_LANES };
  // As bits, magnitudes stand in the order of their values, with NaN above infinity.
  v16u most = (v16u)all(limit);
  size_t i = 0;
  for (; i + BLOCK <= count; i += BLOCK) {
    v16u found = {0};
    for (size_t j = 0; j < BLOCK; j += DK_LANES) found |= (v16u)((v16u)magnitude(load(x + i + j)) > most);
    uint32_t any = 0;
    for (int lane = 0; lane < DK_LANES; lane++) any |= found[lane];
    if (any) break;
  }
  while (i < count && magnitude(all(x[i]))[0] <= limit) i++;
  return i;
}

static int all_within(size_t rows, size_t columns, const float *x, size_t stride, float limit) {
  if (stride == columns) {
    columns *= rows;
    rows = rows > 0;
  }
  v16u most = (v16u)all(limit), found = {0};
  for (size_t row = 0; row < rows; row++, x += stride)
    for (size_t i = 0; i < columns; i += DK_LANES)
      found |= (v16u)((v16u)magnitude(load_up_to(x + i, columns - i)) > most);
  uint32_t any = 0;
  for (int lane = 0; lane < DK_LANES; lane++) any |= found[lane];
  return !any;
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
