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

/// What part `rows` of the rows brings to the cache of the next part: a share of one panel. Null where that is not known to
/// lie in the kernel.
static const float *lines_ahead(const dk_product *p, kernel_rows kernel, packed_part next, row_part rows) {
  size_t panels = (next.terms + DK_PANEL_COLUMNS - 1) / DK_PANEL_COLUMNS, place = rows.index * panels;
  size_t panel = next.first / DK_PANEL_COLUMNS + place / rows.count, row = kernel.first + next.column;
  size_t share = place % rows.count * next.columns / rows.count;
  size_t first = (panel * kernel.count + row + share) * DK_PANEL_COLUMNS;
  size_t most = DK_INNER_BLOCK / DK_ROUND_TERMS * DK_LANES;
  return first + most <= kernel.count * p->inner ? p->right + first : NULL;
}

/// Adds the products of a part for `rows` rows from `row` on, without the terms that are zero in all of them where `skips`.
/// Otherwise what lies at `ahead` may come to the cache meanwhile.
DK_INLINE void multiply_packed_part(const dk_product *p, packed_part part, size_t row, size_t rows, int skips,
                                    const float *ahead) {
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
    t.left = p->left + row * p->left_stride + part.first;
    t.ahead = ahead;
    row_tile_to_lines(rows, part.columns, ahead)(&t);
  }
  if (is_last && p->activation != DK_SOFTMAX && !tiles_rectify(p)) finish(p, row, rows, part.column, part.columns);
}

/// The part of the right factor from this term and column on, whose columns begin at `start`.
static packed_part part_at(const dk_product *p, size_t first, size_t column, int skips) {
  size_t left = p->columns - column, most = DK_BROAD_PANELS * DK_TILE_COLUMNS;
  int is_broad = !skips && left >= most && part_height(p, left) == DK_BROAD_ROWS;
  return (packed_part){.first = first, .terms = least(DK_INNER_BLOCK, p->inner - first), .column = column,
                       .columns = least(left, is_broad ? most : DK_TILE_COLUMNS)};
}

/// The columns from `start` on, each part of the factor being packed right before its products.
static void multiply_packing(const dk_product *p, size_t start, const kernel_rows *rows_of_kernel) {
  if (start == p->columns) return;
  float panels[DK_BROAD_PANELS * DK_STACK_FLOATS] __attribute__((aligned(64)));
  int skips = p->left_rows || (p->right_is_finite && is_worth_skipping(p));
  packed_part part = part_at(p, 0, start, skips), next;
  // Blocks outside: the left factor's part of a block stays in a core's second-level cache while all columns pass by.
  for (;; part = next) {
    int ends_block = part.column + part.columns == p->columns;
    int is_last = ends_block && part.first + part.terms == p->inner;
    next = ends_block ? part_at(p, is_last ? part.first : part.first + part.terms, start, skips)
                      : part_at(p, part.first, part.column + part.columns, skips);
    part.panels = panels;
    pack_part(p, rows_of_kernel, part);
    size_t height = skips ? DK_SKIPPING_ROWS : part_height(p, p->columns - part.column);
    size_t count = (p->rows + height - 1) / height;
    int looks_ahead = rows_of_kernel && p->right_streams && !is_last;
    for (size_t index = 0; index < count; index++) {
      row_part rows = row_part_at(p->rows, height, index, count);
      if (skips) {
        multiply_packed_part(p, part, index * height, least(height, p->rows - index * height), 1, NULL);
      } else {
        const float *ahead = looks_ahead ? lines_ahead(p, *rows_of_kernel, next, rows) : NULL;
        multiply_packed_part(p, part, rows.row, rows.rows, 0, ahead);
      }
    }
    if (is_last) return;
  }
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
