// Sums of products of at most DK_NARROW_COLUMNS columns: left . right + bias. A vector holds 16 terms of one sum in place of
// 16 columns, so that few columns waste nothing. Its lanes are folded by halves at the end, for as many sums at once as a
// vector has lanes. The result does not overlap the factors.

/// The sums of the lanes of `count` vectors, at most 16 and a constant after inlining, each as `fold` has it: sum i in lane i.
/// A round adds the halves of what two vectors hold of each sum and puts the results into one.
DK_INLINE v16 fold_each(const v16 *sum, int count) {
  v16 v[DK_LANES];
  DK_UNROLL for (int i = 0; i < DK_LANES; i++) v[i] = i < count ? sum[i] : (v16){0};
#define DK_LIST(...) __VA_ARGS__
#define DK_ADD_HALVES(I, J, LOW, HIGH) \
  v[I] = __builtin_shufflevector(v[I], v[J], LOW) + __builtin_shufflevector(v[I], v[J], HIGH)
#define DK_EIGHTS(I)                                                                                     \
  DK_ADD_HALVES(I, I + 4, DK_LIST(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),                \
                DK_LIST(8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))
#define DK_FOURS(I)                                                                                      \
  DK_ADD_HALVES(I, I + 8, DK_LIST(0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27),              \
                DK_LIST(4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31))
#define DK_TWOS(I)                                                                                       \
  DK_ADD_HALVES(I, I + 1, DK_LIST(0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),              \
                DK_LIST(2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))
  DK_EIGHTS(0), DK_EIGHTS(1), DK_EIGHTS(2), DK_EIGHTS(3), DK_EIGHTS(8), DK_EIGHTS(9), DK_EIGHTS(10), DK_EIGHTS(11);
  DK_FOURS(0), DK_FOURS(1), DK_FOURS(2), DK_FOURS(3);
  DK_TWOS(0), DK_TWOS(2);
  DK_ADD_HALVES(0, 2, DK_LIST(0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14, 28, 30),
                DK_LIST(1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31));
#undef DK_TWOS
#undef DK_FOURS
#undef DK_EIGHTS
#undef DK_ADD_HALVES
#undef DK_LIST
  return v[0];
}

/// `rows` x `columns` sums, the one of row i and column j in lane i * columns + j. Both counts are constants after inlining.
/// `right` is the first of the columns as `pack` lays them out.
DK_INLINE v16 narrow_sums(size_t inner, const float *left, size_t left_stride, const float *right, int rows, int columns) {
  size_t padded = whole_vectors(inner), k = 0;
  v16 sum[DK_LANES];
  DK_UNROLL for (int i = 0; i < rows * columns; i++) sum[i] = (v16){0};
  for (; k + DK_LANES <= inner; k += DK_LANES)
    DK_UNROLL for (int i = 0; i < rows; i++) {
      v16 values = load(left + (size_t)i * left_stride + k);
      DK_UNROLL for (int j = 0; j < columns; j++)
        sum[i * columns + j] = fused(values, load(right + (size_t)j * padded + k), sum[i * columns + j]);
    }
  if (k < inner)
    DK_UNROLL for (int i = 0; i < rows; i++) {
      v16 values = load_first(left + (size_t)i * left_stride + k, inner - k);
      DK_UNROLL for (int j = 0; j < columns; j++)
        sum[i * columns + j] = fused(values, load(right + (size_t)j * padded + k), sum[i * columns + j]);
    }
  return fold_each(sum, rows * columns);
}

/// Tiles of `rows` rows, as many as there are from `row` on, for `columns` columns from `column` on. Both counts are constants
/// after inlining. Returns the row that comes after them.
DK_INLINE size_t multiply_narrow_tiles(const dk_product *p, size_t row, size_t column, int rows, int columns) {
  size_t left_rows = (size_t)rows, count = left_rows * (size_t)columns;
  float bias[DK_LANES] __attribute__((aligned(64))) = {0};
  if (p->bias)
    for (size_t i = 0; i < count; i++) bias[i] = p->bias[column + i % (size_t)columns];
  const float *right = p->right + column * whole_vectors(p->inner);
  for (; row + left_rows <= p->rows; row += left_rows) {
    v16 sums = narrow_sums(p->inner, p->left + row * p->left_stride, p->left_stride, right, rows, columns);
    if (p->bias) sums += load(bias);
    float *place = p->sums + row * p->sums_stride + column;
    if (rows == 1 || p->sums_stride == (size_t)columns) {
      store_up_to(place, sums, count);
    } else {
      float lanes[DK_LANES] __attribute__((aligned(64)));
      store(lanes, sums);
      DK_UNROLL for (int i = 0; i < rows; i++)
        DK_UNROLL for (int j = 0; j < columns; j++) place[(size_t)i * p->sums_stride + (size_t)j] = lanes[i * columns + j];
    }
  }
  return row;
}

#define DK_NARROW_CASE(COLUMNS)                                                               \
  case COLUMNS:                                                                               \
    row = multiply_narrow_tiles(p, 0, column, DK_NARROW_SUMS / COLUMNS, COLUMNS);             \
    if (DK_NARROW_SUMS / COLUMNS > 4) row = multiply_narrow_tiles(p, row, column, 4, COLUMNS); \
    if (DK_NARROW_SUMS / COLUMNS > 1) multiply_narrow_tiles(p, row, column, 1, COLUMNS);      \
    break;

/// All sums and the bias.
static void multiply_narrow_sums(const dk_product *p) {
  size_t columns;
  for (size_t column = 0; column < p->columns; column += columns) {
    size_t row;
    columns = least(DK_NARROW_GROUP, p->columns - column);
    switch (columns) { DK_EACH_NARROW_GROUP(DK_NARROW_CASE) }
  }
}

#undef DK_NARROW_CASE

/// `columns` sums of a row, a constant after inlining, added to `sums` in the lanes from `column` on.
DK_INLINE v16 narrow_row_sums(const dk_row_product *p, const float *input, v16 sums, size_t column, int columns) {
  v16 group = narrow_sums(p->inner, input, 0, p->right + column * whole_vectors(p->inner), 1, columns);
  if (p->columns <= DK_NARROW_GROUP) return group;
  DK_UNROLL for (int j = 0; j < columns; j++)
    sums = choose(lane_numbers() == (int32_t)column + j, all(group[j]), sums);
  return sums;
}

#define DK_NARROW_CASE(COLUMNS) \
  case COLUMNS: sums = narrow_row_sums(p, input, sums, column, COLUMNS); break;

/// The sums of one row.
static v16 multiply_row_narrow(const dk_row_product *p, const float *input) {
  v16 sums = {0};
  size_t columns;
  for (size_t column = 0; column < p->columns; column += columns) {
    columns = least(DK_NARROW_GROUP, p->columns - column);
    switch (columns) { DK_EACH_NARROW_GROUP(DK_NARROW_CASE) }
  }
  return sums;
}
#undef DK_NARROW_CASE
