// output = activation((left . right + bias) * scale + shift).

/// What follows the sums of a part of the result, while they are in the first-level cache.
DK_INLINE void finish(const dk_product *p, size_t row, size_t rows, size_t column, size_t columns) {
  const float *sums = p->sums + row * p->sums_stride + column;
  size_t sums_stride = p->sums_stride;
  float *output = p->output + row * p->output_stride + column;
  if (p->scale) {
    scale_columns(rows, columns, sums, sums_stride, p->scale + column, p->shift + column, output, p->output_stride);
    sums = output;
    sums_stride = p->output_stride;
  }
  activate(p->activation, p->parameter, rows, columns, sums, sums_stride, output, p->output_stride);
}

/// The tile for `rows` rows where `left` columns are still to come, and how many panels it takes.
DK_INLINE tile_function *row_tile(size_t rows, size_t left, size_t *panels) {
#define DK_TRY(ROWS, PANELS)                                                   \
  if (rows == ROWS && left >= PANELS * DK_TILE_COLUMNS) {                      \
    *panels = PANELS;                                                          \
    return DK_WIDE_NAME(ROWS, PANELS);                    \
  }
  DK_EACH_WIDE_TILE(DK_TRY)
#undef DK_TRY
  *panels = 1;
  return row_tiles[panel_width(left) / DK_LANES - 1][rows - 1];
}

/// Adds the products of terms `first` to `first + terms` for `rows` rows from `row` on, columns `column` to `end`.
static void multiply_rows(const dk_product *p, size_t row, size_t rows, size_t first, size_t terms, size_t column,
                          size_t end) {
  tile t = {
    .left = p->left + row * p->left_stride + first,
    .row_step = p->left_stride,
    .panel_distance = DK_TILE_COLUMNS * p->inner,
    .terms = terms,
    .sums_stride = p->sums_stride,
    .accumulates = first > 0,
  };
  int is_last = first + terms == p->inner;
  while (column < end) {
    size_t panels, left = end - column;
    tile_function *run = row_tile(rows, left, &panels);
    t.panel = p->right + column * p->inner + first * panel_width(left);
    t.sums = p->sums + row * p->sums_stride + column;
    t.columns = least(left, panels * DK_TILE_COLUMNS);
    t.bias = is_last && p->bias ? p->bias + column : NULL;
    run(&t);
    column += t.columns;
  }
}

/// Columns whose part of one inner block stays in a core's second-level cache while all rows pass by.
DK_INLINE size_t cached_columns(size_t terms) {
  size_t columns = DK_CACHED_FLOATS / (terms > 0 ? terms : 1);
  return columns < DK_TILE_COLUMNS ? DK_TILE_COLUMNS : columns / DK_TILE_COLUMNS * DK_TILE_COLUMNS;
}

static void multiply_wide(const dk_product *p) {
  size_t columns_at_once = cached_columns(least(p->inner, DK_INNER_BLOCK));
  for (size_t column = 0; column < p->columns; column += columns_at_once) {
    size_t end = least(p->columns, column + columns_at_once);
    size_t first = 0;
    do {
      size_t terms = least(DK_INNER_BLOCK, p->inner - first);
      for (size_t row = 0; row < p->rows; row += DK_TILE_ROWS) {
        size_t rows = least(DK_TILE_ROWS, p->rows - row);
        multiply_rows(p, row, rows, first, terms, column, end);
        // A softmax needs whole rows.
        if (first + terms == p->inner && p->activation != DK_SOFTMAX) finish(p, row, rows, column, end - column);
      }
      first += terms;
    } while (first < p->inner);
  }
  if (p->activation == DK_SOFTMAX) finish(p, 0, p->rows, 0, p->columns);
}

/// `rows` x `columns` sums in 16 lanes each. Both counts are constants after inlining.
DK_INLINE void multiply_narrow_tile(const dk_product *p, size_t row, size_t column, int rows, int columns) {
  size_t padded = whole_vectors(p->inner);
  const float *left = p->left + row * p->left_stride;
  const float *right = p->right + column * padded;
  v16 sum[DK_NARROW_ROWS][DK_NARROW_GROUP];
  DK_UNROLL for (int i = 0; i < rows; i++)
    DK_UNROLL for (int j = 0; j < columns; j++) sum[i][j] = (v16){0};
  for (size_t k = 0; k < p->inner; k += DK_LANES) {
    DK_UNROLL for (int i = 0; i < rows; i++) {
      v16 values = load_up_to(left + (size_t)i * p->left_stride + k, p->inner - k);
      DK_UNROLL for (int j = 0; j < columns; j++)
        sum[i][j] = fused(values, load(right + (size_t)j * padded + k), sum[i][j]);
    }
  }
  DK_UNROLL for (int i = 0; i < rows; i++)
    DK_UNROLL for (int j = 0; j < columns; j++) {
      size_t c = column + (size_t)j;
      p->sums[(row + (size_t)i) * p->sums_stride + c] = p->bias ? fold(sum[i][j]) + p->bias[c] : fold(sum[i][j]);
    }
}

DK_INLINE void multiply_narrow_rows(const dk_product *p, size_t row, int rows) {
  size_t column = 0;
  for (; column + DK_NARROW_GROUP <= p->columns; column += DK_NARROW_GROUP)
    multiply_narrow_tile(p, row, column, rows, DK_NARROW_GROUP);
  for (; column < p->columns; column++) multiply_narrow_tile(p, row, column, rows, 1);
}

static void multiply_narrow(const dk_product *p) {
  size_t row = 0;
  for (; row + DK_NARROW_ROWS <= p->rows; row += DK_NARROW_ROWS) multiply_narrow_rows(p, row, DK_NARROW_ROWS);
  for (; row < p->rows; row++) multiply_narrow_rows(p, row, 1);
  finish(p, 0, p->rows, 0, p->columns);
}

static void multiply(const dk_product *p) {
  if (p->columns <= DK_NARROW_COLUMNS) {
    multiply_narrow(p);
  } else {
    multiply_wide(p);
  }
}
