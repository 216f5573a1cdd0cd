// The sums of a tile in an order of instructions that compilers do not find.

/// Terms of a round, after which every vector has its first register again.
enum { DK_ROUND_TERMS = 6 };

#if DK_AVX512
/// Vector `n` of two panels, counted term by term.
DK_INLINE const float *pair_vector(const float *panel, size_t step, size_t distance, int n) {
  return panel + (size_t)(n / 4) * step + (size_t)(n % 4 / 2) * distance + (size_t)(n % 2) * DK_LANES;
}

/// Adds the products of most terms to the sums of two panels, in the order of instructions that is written here: a right
/// vector is loaded one and a half terms before its products, as soon as its register is free. Compilers load it right
/// before, and the products that wait for it fill the processor's queue: a tenth of the time where a core works for two.
/// Returns how many terms are done. As it reads ahead, a few are left.
DK_INLINE size_t add_in_order(const tile *t, int rows, size_t row_step, size_t term_step, size_t panel_step,
                              size_t distance, looks_ahead looks, int are_columns,
                              v16 sum[DK_TILE_ROWS][DK_MOST_VECTORS]) {
  // Beside 24 sums there are registers for 6 right vectors and 2 left values. A round reads as far as the second term
  // after it.
  enum { VECTORS = 4, RIGHT = 6, VALUES = 2, AHEAD = 2 };
  if (t->terms < DK_ROUND_TERMS + AHEAD) return 0;
  const float *left[2] = {t->left, t->left + 3 * row_step}, *panel = t->panel, *ahead = t->ahead;
  const float *left_ahead[2] = {t->left_ahead[0], t->left_ahead[1]};
  const float *updated[3] = {t->updated[0], t->updated[1], t->updated[2]};
  size_t ahead_step = t->ahead_step, place = 0, second_place = t->updated_distance, wait = 1, k = 0;
  // As in `compute_tile`.
  __asm__("" : "+r"(left[0]), "+r"(left[1]));
  v16 right[RIGHT], value[VALUES];
  DK_UNROLL for (int n = 0; n < RIGHT; n++) right[n] = load(pair_vector(panel, panel_step, distance, n));
  DK_UNROLL for (int i = 0; i < VALUES; i++) value[i] = all(left[0][(size_t)i * row_step]);
  for (; k + DK_ROUND_TERMS + AHEAD <= t->terms; k += DK_ROUND_TERMS) {
    DK_UNROLL for (int term = 0; term < DK_ROUND_TERMS; term++) {
      DK_UNROLL for (int i = 0; i < rows; i++) {
        v16 *a = &value[(term * rows + i) % VALUES];
        DK_UNROLL for (int v = 0; v < VECTORS; v++) {
          v16 *b = &right[(term * VECTORS + v) % RIGHT];
          fuse_in_order(&sum[i][v], *a, *b);
          if (i == rows - 1) load_in_order(b, pair_vector(panel, panel_step, distance, v + RIGHT));
        }
        int next = (i + VALUES) % rows;
        all_in_order(a, are_columns ? left[0] + next : left[next / 3] + (size_t)(next % 3) * row_step);
        if (next == rows - 1) {
          left[0] += term_step;
          left[1] += term_step;
          if (are_columns) __asm__("" : "+r"(left[0]));
        }
      }
      panel += panel_step;
      if (are_columns) __asm__("" : "+r"(panel));
      if (looks == DK_LOOKS_TO_PANELS) {
        __builtin_prefetch(ahead, 0, DK_SECOND_LEVEL);
        __builtin_prefetch(ahead + distance, 0, DK_SECOND_LEVEL);
        ahead += ahead_step;
        __asm__("" : "+r"(ahead));
      } else if (looks == DK_LOOKS_TO_PANELS_AND_ROWS) {
        if (term % 3 < 2)
          __builtin_prefetch(term < 3 ? ahead + (term > 0 ? distance : 0) + place : left_ahead[term - 3] + k, 0,
                             DK_SECOND_LEVEL);
      }
    }
    if (looks == DK_LOOKS_TO_UPDATE) {
      if (--wait == 0) {
        DK_UNROLL for (int n = 0; n < 6; n++)
          __builtin_prefetch(updated[n % 3] + (n < 3 ? place : second_place), 0, DK_SECOND_LEVEL);
        wait = t->updated_rounds;
        place += DK_LANES;
        second_place += DK_LANES;
      }
    } else {
      if (looks == DK_LOOKS_TO_LINES) __builtin_prefetch(ahead + place, 0, DK_SECOND_LEVEL);
      place += DK_LANES;
    }
  }
  return k;
}
#endif
