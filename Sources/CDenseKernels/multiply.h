// output = activation((left . right + bias) * scale + shift).

/// Whether the tiles do what follows the sums when they store them.
DK_INLINE int tiles_rectify(const dk_product *p) {
  return p->activation == DK_RELU && !p->scale && p->sums == p->output;
}

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

/// A part of the right factor, by which all rows pass before the next one comes.
typedef struct right_block {
  size_t first, terms, column, end;
} right_block;

/// The block that starts with this term and column: as many whole panels as stay in a core's second-level cache, at least
/// one. Past the product's own columns come those after it.
DK_INLINE right_block block_at(const dk_product *p, size_t first, size_t column) {
  size_t most = least(p->inner, DK_INNER_BLOCK);
  // The next block comes while this one is used, where the factor streams.
  size_t floats = p->right_streams ? p->block_floats / 2 : p->block_floats;
  size_t panels = floats / (most > 0 ? most : 1) / DK_TILE_COLUMNS;
  size_t last = column < p->columns ? p->columns : p->columns + p->columns_after;
  return (right_block){
    .first = first, .terms = least(DK_INNER_BLOCK, p->inner - first),
    .column = column, .end = least(last, column + (panels > 0 ? panels : 1) * DK_TILE_COLUMNS),
  };
}

/// The block after `block`: further terms of the same columns, then further columns.
DK_INLINE right_block block_after(const dk_product *p, right_block block) {
  size_t first = block.first + block.terms;
  return first < p->inner ? block_at(p, first, block.column) : block_at(p, 0, block.end);
}

/// Some of the rows: number `index` of `count` parts.
typedef struct row_part {
  size_t row, rows, index, count;
} row_part;

/// How high the parts of the rows are for so many columns. Few rows are one part where the right factor comes from afar: it
/// should pass by once.
DK_INLINE size_t part_height(const dk_product *p, size_t columns) {
  size_t few = p->right_streams ? DK_TILE_ROWS : DK_BROAD_ROWS + 1;
  return p->rows > few && columns >= DK_BROAD_PANELS * DK_TILE_COLUMNS ? DK_BROAD_ROWS : DK_TILE_ROWS;
}

/// Parts of this height but for the last one, or all of about the same where a tile of few rows wastes much.
DK_INLINE row_part row_part_at(size_t rows, size_t height, size_t index, size_t count) {
  size_t row = DK_EVEN_PARTS ? rows * index / count : index * height;
  size_t end = DK_EVEN_PARTS ? rows * (index + 1) / count : least(rows, row + height);
  return (row_part){.row = row, .rows = end - row, .index = index, .count = count};
}

/// The tile in place of `run` that brings to the cache, while it adds products, its part's share of what stands in the
/// `next` block where `t` stands in `block`, if something does. Sets in `t` what it needs for that.
static tile_function *looking_ahead(const dk_product *p, row_part part, right_block block, right_block next, size_t column,
                                    tile_function *run, tile *t) {
  size_t ahead = next.column + (column - block.column);
  if (ahead + DK_BROAD_PANELS * DK_TILE_COLUMNS > next.end) return run;
  const float *panels = p->right + ahead * p->inner + next.first * DK_TILE_COLUMNS;
#if DK_BROAD_PANELS > 1
  // Lines of a panel, and how many of them a tile brings.
  size_t lines = next.terms * DK_TILE_COLUMNS / DK_LANES, brought = block.terms / DK_ROUND_TERMS;
  if (brought <= lines && brought * part.count >= lines) {
    t->ahead = panels + least(lines * part.index / part.count, lines - brought) * DK_LANES;
    // Of the rows that follow in this block, or else of the first ones in the next, if they are as long there.
    const float *rows = t->left;
    size_t count = part.rows, index = (column - block.column) / (DK_BROAD_PANELS * DK_TILE_COLUMNS) * 2;
    if (part.index + 1 < part.count) {
      rows += part.rows * p->left_stride;
      count = p->rows - part.row - part.rows;
    } else if (next.terms >= block.terms) {
      rows = p->left + next.first;
      count = p->rows;
    }
    size_t last = least(count, DK_BROAD_ROWS) - 1;
    for (size_t i = 0; i < 2; i++) t->left_ahead[i] = rows + least(index + i, last) * p->left_stride;
    return panels_and_rows_tiles[part.rows - 1];
  }
#endif
  size_t step = (DK_TILE_COLUMNS + part.count - 1) / part.count, share = part.index * step;
  // A single part reads as fast as memory gives.
  if (step > DK_LANES || share >= DK_TILE_COLUMNS) return run;
  t->ahead = panels + next.terms * share;
  t->ahead_step = step;
  return ahead_tiles[part.rows - 1];
}

/// Adds the products of a block for a part of the rows. Where the factor streams, each such part brings its share of
/// the `next` block into the cache.
static void multiply_rows(const dk_product *p, row_part part, right_block block, right_block next) {
  tile t = {
    .left = p->left + part.row * p->left_stride + block.first,
    .row_step = p->left_stride,
    .panel_distance = DK_TILE_COLUMNS * p->inner,
    .terms = block.terms,
    .sums_stride = p->sums_stride,
    .sums_distance = DK_TILE_COLUMNS,
    .accumulates = block.first > 0,
  };
  int is_last = block.first + block.terms == p->inner;
  for (size_t column = block.column; column < block.end; column += t.columns) {
    size_t panels, left = block.end - column;
    tile_function *run = row_tile(part.rows, left, &panels);
    t.panel = p->right + column * p->inner + block.first * panel_width(left);
    t.sums = p->sums + part.row * p->sums_stride + column;
    t.columns = least(left, panels * DK_TILE_COLUMNS);
    t.bias = is_last && p->bias ? p->bias + column : NULL;
    t.rectifies = is_last && tiles_rectify(p);
    if (p->right_streams && panels == DK_BROAD_PANELS && left >= DK_BROAD_PANELS * DK_TILE_COLUMNS &&
        part.rows <= DK_BROAD_ROWS)
      run = looking_ahead(p, part, block, next, column, run, &t);
    run(&t);
  }
}

/// Adds the products of a block for at most DK_SKIPPING_ROWS rows, without the terms that are zero in all of them.
static void multiply_rows_skipping(const dk_product *p, size_t row, size_t rows, right_block block) {
  nonzero_terms nonzero;
  row_starts left = left_rows_at(p, row, rows, block.first);
  tile t = {
    .lines = left.at, .row_step = p->left_stride, .terms = block.terms,
    .sums_stride = p->sums_stride, .accumulates = block.first > 0, .nonzero = p->right_is_finite ? nonzero : NULL,
  };
  if (t.nonzero) find_nonzero_rows(&left, rows, t.terms, nonzero);
  int is_last = block.first + block.terms == p->inner;
  t.rectifies = is_last && tiles_rectify(p);
  for (size_t column = block.column; column < block.end; column += t.columns) {
    t.columns = least(block.end - column, DK_TILE_COLUMNS);
    t.panel = p->right + column * p->inner + block.first * panel_width(t.columns);
    t.sums = p->sums + row * p->sums_stride + column;
    t.bias = is_last && p->bias ? p->bias + column : NULL;
    run_row_tile(p, row, rows, block.first, &t);
  }
}

static __attribute__((noinline)) void multiply_wide_skipping(const dk_product *p) {
  for (right_block block = block_at(p, 0, 0); block.column < p->columns; block = block_after(p, block)) {
    int is_last = block.first + block.terms == p->inner;
    for (size_t row = 0; row < p->rows; row += DK_SKIPPING_ROWS) {
      size_t rows = least(DK_SKIPPING_ROWS, p->rows - row);
      multiply_rows_skipping(p, row, rows, block);
      if (is_last && p->activation != DK_SOFTMAX && !tiles_rectify(p))
        finish(p, row, rows, block.column, block.end - block.column);
    }
  }
  if (p->activation == DK_SOFTMAX) finish(p, 0, p->rows, 0, p->columns);
}

static void multiply_wide(const dk_product *p) {
  if (p->left_rows || (p->right_is_finite && is_worth_skipping(p))) {
    multiply_wide_skipping(p);
    return;
  }
  size_t height = part_height(p, p->columns), parts = (p->rows + height - 1) / height;
  right_block next;
  for (right_block block = block_at(p, 0, 0); block.column < p->columns; block = next) {
    next = block_after(p, block);
    int is_last = block.first + block.terms == p->inner;
    for (size_t index = 0; index < parts; index++) {
      row_part part = row_part_at(p->rows, height, index, parts);
      multiply_rows(p, part, block, next);
      // A softmax needs whole rows.
      if (is_last && p->activation != DK_SOFTMAX && !tiles_rectify(p))
        finish(p, part.row, part.rows, block.column, block.end - block.column);
    }
  }
  if (p->activation == DK_SOFTMAX) finish(p, 0, p->rows, 0, p->columns);
}

static void multiply_narrow(const dk_product *p) {
  multiply_narrow_sums(p);
  finish(p, 0, p->rows, 0, p->columns);
}

static void multiply(const dk_product *p) {
  if (p->rows == 1 && p->sums == p->output) {
    dk_row_product row = {multiply_row, p->inner, p->columns,    p->right,    p->bias,
                          p->scale,     p->shift, p->activation, p->parameter, 0};
    multiply_row(&row, p->left, p->output);
  } else if (p->columns <= DK_NARROW_COLUMNS) {
    multiply_narrow(p);
  } else {
    multiply_wide(p);
  }
}
