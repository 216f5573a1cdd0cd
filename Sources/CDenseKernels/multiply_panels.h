// output = activation(left . kernel + bias) and left . kernel^T for a kernel as it stands in storage: panels of
// DK_PANEL_COLUMNS columns, the last one with what is left, each row-major without gaps, one after the other.

/// The rows of a kernel that a product with its transpose takes for columns: `first` and what follows, of `count` in all.
typedef struct kernel_rows {
  size_t first, count;
} kernel_rows;

/// Packs the terms `first` to `first + terms` of `count` columns from `column` on.
static void pack_kernel_columns(const dk_product *p, size_t first, size_t terms, size_t column, size_t count,
                                float *panel) {
  size_t start = column / DK_PANEL_COLUMNS * DK_PANEL_COLUMNS, width = least(DK_PANEL_COLUMNS, p->columns - start);
  pack_panel(terms, count, p->right + start * p->inner + first * width + column - start, width, panel,
             panel_width(count));
}

/// The same for the transpose of the kernel, of which blocks of one panel's columns are turned.
static void pack_kernel_rows(const dk_product *p, kernel_rows rows, size_t first, size_t terms, size_t column,
                             size_t count, float *panel) {
  size_t width = panel_width(count);
  for (size_t start = first; start < first + terms; start += DK_PANEL_COLUMNS) {
    size_t columns = least(DK_PANEL_COLUMNS, p->inner - start);
    const float *block = p->right + start * rows.count + (rows.first + column) * columns;
    for (size_t v = 0; v < width; v += DK_LANES)
      pack_transposed_vector(columns, least(DK_LANES, count - v), block + v * columns, columns,
                             panel + (start - first) * width + v, width);
  }
}

/// What `multiply_packing` makes of a part of the right factor: `terms` terms from `first` on of `columns` columns from
/// `column` on, in panels that follow each other without gaps.
typedef struct packed_part {
  float *panels;
  size_t first, terms, column, columns;
} packed_part;

static void pack_part(const dk_product *p, const kernel_rows *rows_of_kernel, packed_part part) {
  for (size_t c = 0; c < part.columns; c += DK_TILE_COLUMNS) {
    size_t count = least(DK_TILE_COLUMNS, part.columns - c);
    float *panel = part.panels + c * part.terms;
    if (rows_of_kernel) {
      pack_kernel_rows(p, *rows_of_kernel, part.first, part.terms, part.column + c, count, panel);
    } else {
      pack_kernel_columns(p, part.first, part.terms, part.column + c, count, panel);
    }
  }
}

/// Adds the products of a part for `rows` rows from `row` on, without the terms that are zero in all of them where `skips`.
DK_INLINE void multiply_packed_part(const dk_product *p, packed_part part, size_t row, size_t rows, int skips) {
  int is_last = part.first + part.terms == p->inner;
  tile t = {
    .row_step = p->left_stride, .panel = part.panels, .panel_distance = DK_TILE_COLUMNS * part.terms,
    .terms = part.terms, .sums = p->sums + row * p->sums_stride + part.column, .sums_stride = p->sums_stride,
    .sums_distance = DK_TILE_COLUMNS, .columns = part.columns, .accumulates = part.first > 0,
    .bias = is_last && p->bias ? p->bias + part.column : NULL, .rectifies = is_last && tiles_rectify(p),
  };
  if (skips) {
    nonzero_terms nonzero;
    row_starts left = left_rows_at(p, row, rows, part.first);
    t.lines = left.at;
    t.nonzero = p->right_is_finite ? nonzero : NULL;
    if (t.nonzero) find_nonzero_rows(&left, rows, part.terms, nonzero);
    run_row_tile(p, row, rows, part.first, &t);
  } else {
    size_t panels;
    t.left = p->left + row * p->left_stride + part.first;
    row_tile(rows, part.columns, &panels)(&t);
  }
  if (is_last && p->activation != DK_SOFTMAX && !tiles_rectify(p)) finish(p, row, rows, part.column, part.columns);
}

/// The columns from `start` on, each part of the factor being packed right before its products.
static void multiply_packing(const dk_product *p, size_t start, const kernel_rows *rows_of_kernel) {
  float panels[DK_BROAD_PANELS * DK_STACK_FLOATS] __attribute__((aligned(64)));
  int skips = p->left_rows || (p->right_is_finite && is_worth_skipping(p));
  packed_part part = {.panels = panels};
  // Blocks outside: the left factor's part of a block stays in a core's second-level cache while all columns pass by.
  do {
    part.terms = least(DK_INNER_BLOCK, p->inner - part.first);
    for (part.column = start; part.column < p->columns; part.column += part.columns) {
      size_t left = p->columns - part.column, height = skips ? DK_SKIPPING_ROWS : part_height(p, left);
      int is_broad = height == DK_BROAD_ROWS && left >= DK_BROAD_PANELS * DK_TILE_COLUMNS;
      part.columns = least(left, is_broad ? DK_BROAD_PANELS * DK_TILE_COLUMNS : DK_TILE_COLUMNS);
      pack_part(p, rows_of_kernel, part);
      if (skips) {
        for (size_t row = 0; row < p->rows; row += height)
          multiply_packed_part(p, part, row, least(height, p->rows - row), 1);
      } else {
        size_t count = (p->rows + height - 1) / height;
        for (size_t index = 0; index < count; index++) {
          row_part rows = row_part_at(p->rows, height, index, count);
          multiply_packed_part(p, part, rows.row, rows.rows, 0);
        }
      }
    }
    part.first += part.terms;
  } while (part.first < p->inner);
}

static void multiply_panels(const dk_product *p) {
  // Whole panels stand as `pack` lays them out where the tile is as wide, and so does a last one of whole vectors.
  size_t packed = DK_TILE_COLUMNS == DK_PANEL_COLUMNS ? p->columns / DK_PANEL_COLUMNS * DK_PANEL_COLUMNS : 0;
  if (DK_TILE_COLUMNS == DK_PANEL_COLUMNS && p->columns % DK_LANES == 0) packed = p->columns;
  // A softmax needs whole rows.
  dk_product part = *p;
  if (p->activation == DK_SOFTMAX) {
    part.activation = DK_LINEAR;
    part.scale = part.shift = NULL;
    part.output = p->sums;
    part.output_stride = p->sums_stride;
  }
  if (packed < p->columns) multiply_packing(&part, packed, NULL);
  part.columns = packed;
  if (packed > 0) multiply_wide(&part);
  if (p->activation == DK_SOFTMAX) finish(p, 0, p->rows, 0, p->columns);
}

static void multiply_panels_transposed(const dk_product *p, size_t first_row, size_t row_count) {
  kernel_rows rows = {first_row, row_count};
  multiply_packing(p, 0, &rows);
}
