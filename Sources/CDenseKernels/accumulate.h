// result = left^T . right, or += : the gradient of a kernel from a layer's inputs and the gradients of its sums. The
// squares of its values are added up on the way, while these are in registers.

enum {
  /// Rows of the result, and columns of the left factor, that are taken at a time, at most: an odd number of cache lines, so
  /// that the terms of a copy use all places of a cache.
  DK_BLOCK_ROWS = 48,
  /// Columns of the result whose sums are taken before their update.
  DK_STRIP_COLUMNS = DK_BROAD_PANELS * DK_PANEL_COLUMNS,
  /// Strips that are taken for the same rows, at most: an update has pages of its own in each.
  DK_PART_STRIPS = 8,
};

/// In two loops: with the question inside, compilers make one of it that takes tens of times as long.
static void find_left_lines(const dk_transposed_product *p, size_t first, size_t terms, const float **lines) {
  if (p->left_rows) {
    for (size_t k = 0; k < terms; k++) lines[k] = left_line(p, first + k);
  } else {
    const float *line = left_line(p, first);
    for (size_t k = 0; k < terms; k++, line += p->left_stride) lines[k] = line;
  }
}

/// Whether so many terms are zero in all rows of a tile that leaving them out pays, as far as two of the block's show.
static int has_many_zero_groups(const dk_transposed_product *p, size_t first, size_t terms) {
  for (size_t k = first; k < first + terms; k += terms / 2 + 1) {
    const float *x = left_line(p, k);
    v16i found = {0};
    for (size_t i = 0; i < p->left_columns; i += DK_LANES)
      found -= group_bits(load_up_to(x + i, p->left_columns - i) != 0);
    if (3 * (size_t)fold(__builtin_convertvector(found, v16)) > 2 * p->left_columns) return 0;
  }
  return 1;
}

/// `rows` rows of a tile that skips, with all terms.
static __attribute__((noinline)) void run_column_tile_on_copy(tile *t, size_t rows) {
  float copy[DK_SKIPPING_ROWS * DK_INNER_BLOCK];
  for (size_t k = 0; k < t->terms; k++) memcpy(copy + k * rows, t->lines[k] + t->first_column, rows * sizeof(float));
  t->left = copy;
  t->term_step = rows;
  column_tile(rows, t->columns, 0)(t);
}

/// Up to DK_GROUPED_ROWS rows of the result from `row` on, without the terms that are zero in all rows of a tile where these
/// are many.
static void accumulate_skipping(size_t row, size_t rows, const nonzero_groups *nonzero, tile *t) {
  size_t width = panel_width(t->columns) / DK_LANES - 1;
  for (size_t i = 0; i < rows; i += DK_SKIPPING_ROWS) {
    size_t count = least(DK_SKIPPING_ROWS, rows - i);
    t->nonzero = nonzero->group[i / DK_SKIPPING_ROWS];
    t->first_column = row + i;
    if (!skipping_column_tiles[width][count - 1](t)) run_column_tile_on_copy(t, count);
    t->sums += DK_SKIPPING_ROWS * t->sums_stride;
  }
}

/// Lets a tile bring the weights and slots of its rows to the cache, evenly over its terms. Of more slots than two, the
/// others come when they are needed.
DK_INLINE void look_ahead_to_update(const dk_transposed_product *p, size_t panel, size_t row, tile *t) {
  enum { LINES = DK_BROAD_ROWS * DK_PANEL_COLUMNS / DK_LANES };
  size_t rounds = t->terms / DK_ROUND_TERMS, place = panel_place(p, panel, row);
  const dk_update *u = p->update;
  t->updated_rounds = rounds > LINES ? rounds / LINES : 1;
  t->updated_distance = p->panel_step;
  t->updated[0] = u->weights + place;
  for (int i = 0; i < 2; i++) t->updated[i + 1] = (u->slot[i] ? u->slot[i] : u->weights) + place;
}

/// The terms of an inner block for some columns of the result, whose right lines stay in the second-level cache.
typedef struct gradient_part {
  size_t first, terms, column, columns;
  /// The last columns, which fill no whole tile, packed; null where there are none.
  const float *ragged;
  /// The lines of all terms, where terms are left out that are zero in all rows of a tile.
  const float *const *lines;
  /// A copy of some columns of the left factor, DK_BLOCK_ROWS floats for each term, where there is one.
  const float *copy;
} gradient_part;

/// Whether a part takes the left factor from a copy, whose terms lie on few pages: that pays where there are several strips
/// to use it, or where the lines of a column have few places in the second-level cache, which they share with as many floats
/// of each row as the largest power of two in `left_stride`.
static int is_worth_copying(const dk_transposed_product *p, const gradient_part *part) {
  return p->left_rows || (part->terms >= 64 && part->columns > DK_STRIP_COLUMNS) ||
         part->terms * (p->left_stride & -p->left_stride) > (1 << 18);
}

/// Columns `column` to `end` of the left factor for the terms of a part. What a term has too much the next one overwrites.
static void copy_left(const dk_transposed_product *p, const gradient_part *part, size_t column, size_t end, float *copy) {
  for (size_t k = 0; k < part->terms; k++)
    pack_panel(1, end - column, left_line(p, part->first + k) + column, 0, copy + k * DK_BLOCK_ROWS, 0);
}

/// The right panel of a tile, `column` columns after the part's first one, of which `left` are still to come.
DK_INLINE void find_right_panel(const dk_transposed_product *p, const gradient_part *part, size_t column, size_t left,
                                tile *t) {
  if (part->ragged && left < DK_TILE_COLUMNS) {
    t->panel = part->ragged;
    t->panel_step = panel_width(left);
  } else {
    t->panel = p->right + part->first * p->right_stride + part->column + column;
    t->panel_step = p->right_stride;
  }
}

/// Rows `row` to `end` of the result, for a strip of a part's columns from `column` on.
static int accumulate_strip(const dk_transposed_product *p, const gradient_part *part, size_t column, size_t row,
                            size_t end, float *squares) {
  size_t columns = least(DK_STRIP_COLUMNS, part->columns - column), terms = part->terms;
  size_t panel = (part->column + column) / DK_PANEL_COLUMNS, first = row;
  int updates = p->update && part->first + terms == p->rows, is_finite = 1;
  // Gradients that are used up at once need not pass through memory.
  int uses_scratch = updates && !p->keeps_weights && !p->accumulates && part->first == 0;
  float scratch[DK_BROAD_PANELS][DK_BLOCK_ROWS * DK_PANEL_COLUMNS] __attribute__((aligned(64)));
  int is_broad = DK_BROAD_PANELS > 1 && !part->lines && columns == DK_BROAD_PANELS * DK_TILE_COLUMNS;
  size_t height = part->lines ? DK_GROUPED_ROWS : is_broad ? DK_BROAD_ROWS : DK_TILE_ROWS;
  size_t most = is_broad ? columns : DK_TILE_COLUMNS;
  nonzero_groups nonzero;
  for (; row < end; row += height) {
    size_t rows = least(height, end - row);
    if (part->lines) find_nonzero_groups(part->lines, row, rows, terms, &nonzero);
    for (size_t c = 0; c < columns; c += most) {
      size_t index = c / DK_PANEL_COLUMNS, stride = panel_columns(p, panel + index);
      float *sums = uses_scratch ? scratch[index] + (row - first) * stride
                                 : p->result + panel_place(p, panel + index, row);
      tile t = {
        .lines = part->lines, .terms = terms, .sums = sums + c % DK_PANEL_COLUMNS, .sums_stride = stride,
        .columns = least(most, columns - c),
        .sums_distance = uses_scratch ? sizeof *scratch / sizeof **scratch : p->panel_step,
        .accumulates = p->accumulates || part->first > 0, .squares = updates ? NULL : squares,
      };
      find_right_panel(p, part, column + c, columns - c, &t);
      if (is_broad && updates && p->update_streams) look_ahead_to_update(p, panel, row, &t);
      if (part->lines) {
        accumulate_skipping(row, rows, &nonzero, &t);
      } else {
        t.left = part->copy ? part->copy + (row - first) : p->left + part->first * p->left_stride + row;
        t.term_step = part->copy ? DK_BLOCK_ROWS : p->left_stride;
        column_tile(rows, t.columns, t.updated[0] != NULL)(&t);
      }
    }
  }
  for (size_t c = 0; updates && c < columns; c += DK_PANEL_COLUMNS) {
    size_t index = c / DK_PANEL_COLUMNS, place = panel_place(p, panel + index, first);
    is_finite &= update_block(p, place, (end - first) * panel_columns(p, panel + index),
                              uses_scratch ? scratch[index] : p->result + place);
  }
  return is_finite;
}

/// The terms of an inner block for the columns from `column` on that all pass by some of the left factor's columns while
/// these are near.
static int accumulate_part(const dk_transposed_product *p, gradient_part part, float *squares) {
  float copy[DK_BLOCK_ROWS * DK_INNER_BLOCK + DK_LANES] __attribute__((aligned(64)));
  float ragged[DK_STACK_FLOATS] __attribute__((aligned(64)));
  const float *lines[DK_INNER_BLOCK];
  if (p->update && part.first + part.terms == p->rows && p->right_is_finite &&
      has_many_zero_groups(p, part.first, part.terms)) {
    find_left_lines(p, part.first, part.terms, lines);
    part.lines = lines;
  } else if (is_worth_copying(p, &part)) {
    part.copy = copy;
  }
  size_t last = part.columns % DK_TILE_COLUMNS;
  if (last % DK_LANES > 0) {
    pack_panel(part.terms, last, p->right + part.first * p->right_stride + part.column + part.columns - last,
               p->right_stride, ragged, panel_width(last));
    part.ragged = ragged;
  }
  int is_finite = 1;
  size_t height = part.lines ? DK_GROUPED_ROWS : DK_BLOCK_ROWS;
  for (size_t row = 0; row < p->left_columns; row += height) {
    size_t end = least(row + height, p->left_columns);
    if (part.copy) copy_left(p, &part, row, end, copy);
    for (size_t column = 0; column < part.columns; column += DK_STRIP_COLUMNS)
      is_finite &= accumulate_strip(p, &part, column, row, end, squares);
  }
  return is_finite;
}

static int accumulate_wide(const dk_transposed_product *p, float *squares) {
  gradient_part part = {.first = 0};
  int is_finite = 1;
  do {
    part.terms = least(DK_INNER_BLOCK, p->rows - part.first);
    size_t strips = least(DK_PART_STRIPS, p->block_floats / DK_STRIP_COLUMNS / (part.terms > 0 ? part.terms : 1));
    size_t most = (strips > 0 ? strips : 1) * DK_STRIP_COLUMNS;
    for (part.column = 0; part.column < p->right_columns; part.column += most) {
      part.columns = least(most, p->right_columns - part.column);
      is_finite &= accumulate_part(p, part, squares);
    }
    part.first += part.terms;
  } while (part.first < p->rows);
  return is_finite;
}

static int accumulate_transposed(const dk_transposed_product *p) {
  float squares[DK_LANES] __attribute__((aligned(64))) = {0};
  // Rows that are scattered are so because they have many zeros, which only tiles of their columns leave out.
  size_t few = p->left_rows ? DK_NARROW_COLUMNS : DK_FEW_COLUMNS;
  int is_finite = p->right_columns <= few ? accumulate_few_columns(p, squares) : accumulate_wide(p, squares);
  // None is negative, so their sum is finite only where all are.
  return p->update ? is_finite : fold(load(squares)) <= 0x1.fffffep127f;
}
