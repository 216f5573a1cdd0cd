// Layout of a packed right factor (inner x columns), padded with zeros.
//
// Wide (more than DK_NARROW_COLUMNS columns): panels of DK_TILE_COLUMNS columns, the last one only as many whole
// vectors as it needs; in a panel, the columns of term 0, then those of term 1, and so on. The panel of column c starts
// at c * inner.
// Narrow: column after column, each padded to whole vectors.

DK_INLINE size_t whole_vectors(size_t count) { return (count + DK_LANES - 1) / DK_LANES * DK_LANES; }

/// Floats from term to term in the panel that starts at a column with `left` columns still to come.
DK_INLINE size_t panel_width(size_t left) { return least(DK_TILE_COLUMNS, whole_vectors(left)); }

DK_INLINE v16 load_up_to(const float *p, size_t count) { return count >= DK_LANES ? load(p) : load_first(p, count); }

/// One panel: `terms` rows of `count` columns, `width` floats apart.
static void pack_panel(size_t terms, size_t count, const float *matrix, size_t stride, float *panel, size_t width) {
  for (size_t k = 0; k < terms; k++, matrix += stride, panel += width) {
    size_t j = 0;
    for (; j + DK_LANES <= count; j += DK_LANES) store(panel + j, load(matrix + j));
    if (j < count) store(panel + j, load_first(matrix + j, count - j));
  }
}

/// Exchanges rows and columns of a 16 x 16 block, doubling the size of what is exchanged in each round.
DK_INLINE void transpose(v16 row[DK_LANES]) {
#define DK_ROUND(HALF, LOW, HIGH)                                       \
  DK_UNROLL for (int i = 0; i < DK_LANES; i++)                          \
    if (!(i & HALF)) {                                                  \
      v16 a = row[i], b = row[i + HALF];                                \
      row[i] = __builtin_shufflevector(a, b, LOW);                      \
      row[i + HALF] = __builtin_shufflevector(a, b, HIGH);              \
    }
#define DK_LIST(...) __VA_ARGS__
  DK_ROUND(1, DK_LIST(0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30),
           DK_LIST(1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31))
  DK_ROUND(2, DK_LIST(0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),
           DK_LIST(2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))
  DK_ROUND(4, DK_LIST(0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27),
           DK_LIST(4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31))
  DK_ROUND(8, DK_LIST(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),
           DK_LIST(8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))
#undef DK_LIST
#undef DK_ROUND
}

/// Panels packed on the stack: one for a full inner block, more where there are fewer terms.
enum { DK_STACK_FLOATS = DK_INNER_BLOCK * DK_TILE_VECTORS * DK_LANES };

/// One block of a matrix (columns x inner), turned: `count` rows of `terms` elements become `terms` vectors `width` floats
/// apart. Both counts are constants after inlining where the block is whole.
DK_INLINE void pack_transposed_block(size_t terms, size_t count, const float *matrix, size_t stride, float *panel,
                                     size_t width) {
  v16 block[DK_LANES];
  DK_UNROLL for (size_t j = 0; j < DK_LANES; j++)
    block[j] = j < count ? load_up_to(matrix + j * stride, terms) : (v16){0};
  transpose(block);
  DK_UNROLL for (size_t i = 0; i < DK_LANES; i++)
    if (i < terms) store(panel + i * width, block[i]);
}

/// One vector's width of columns: `count` rows of a matrix (columns x inner), turned into `inner` terms `width` floats
/// apart.
static void pack_transposed_vector(size_t inner, size_t count, const float *matrix, size_t stride, float *panel,
                                   size_t width) {
  size_t k = 0;
  if (count == DK_LANES) {
    for (; k + DK_LANES <= inner; k += DK_LANES)
      pack_transposed_block(DK_LANES, DK_LANES, matrix + k, stride, panel + k * width, width);
  }
  for (; k < inner; k += DK_LANES)
    pack_transposed_block(least(DK_LANES, inner - k), count, matrix + k, stride, panel + k * width, width);
}

static void pack_terms(size_t inner, size_t columns, size_t first, size_t terms, const float *matrix, size_t stride,
                       float *packed) {
  for (size_t c = 0; c < columns; c += DK_TILE_COLUMNS) {
    size_t left = columns - c, width = panel_width(left);
    pack_panel(terms, least(left, DK_TILE_COLUMNS), matrix + first * stride + c, stride,
               packed + c * inner + first * width, width);
  }
}

static void pack(size_t inner, size_t columns, const float *matrix, size_t stride, float *packed) {
  if (columns <= DK_NARROW_COLUMNS) {
    size_t padded = whole_vectors(inner);
    for (size_t j = 0; j < columns; j++)
      for (size_t k = 0; k < padded; k++) packed[j * padded + k] = k < inner ? matrix[k * stride + j] : 0;
    return;
  }
  pack_terms(inner, columns, 0, inner, matrix, stride, packed);
}
