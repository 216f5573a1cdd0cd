// result = left^T . right, or += : the gradient of a kernel from a layer's inputs and the gradients of its sums. The
// squares of its values are added up on the way, while these are in registers.

/// Rows of the result that are updated at a time.
enum { DK_UPDATE_ROWS = 96 };

DK_INLINE size_t panel_columns(const dk_transposed_product *p, size_t panel) {
  return least(DK_PANEL_COLUMNS, p->right_columns - panel * DK_PANEL_COLUMNS);
}

/// Where a row of a panel of the result, and of arrays that lie as it does, starts.
DK_INLINE size_t panel_place(const dk_transposed_product *p, size_t panel, size_t row) {
  return panel * p->panel_step + (p->first_row + row) * panel_columns(p, panel);
}

/// Updates `count` weights from `first` on, whose gradients are at `gradients`.
static int update_block(const dk_transposed_product *p, size_t first, size_t count, float *gradients) {
  dk_update u = *p->update;
  u.count = count;
  u.weights += first;
  u.gradients = gradients;
  for (int i = 0; i < 3; i++)
    if (u.slot[i]) u.slot[i] += first;
  return p->update_function(&u);
}

/// Where the left factor's line of a term starts.
DK_INLINE const float *left_line(const dk_transposed_product *p, size_t term) {
  return p->left + (p->left_rows ? (size_t)p->left_rows[term] : term) * p->left_stride;
}

/// In two loops: with the question inside, compilers make one of it that takes tens of times as long.
static void find_left_lines(const dk_transposed_product *p, size_t first, size_t terms, const float **lines) {
  if (p->left_rows) {
    for (size_t k = 0; k < terms; k++) lines[k] = left_line(p, first + k);
  } else {
    const float *line = left_line(p, first);
    for (size_t k = 0; k < terms; k++, line += p->left_stride) lines[k] = line;
  }
}

/// A tile of all terms whose lines lie anywhere.
static __attribute__((noinline)) void run_column_tile_on_copy(const dk_transposed_product *p, size_t first,
                                                              size_t column, size_t rows, tile *t) {
  float copy[DK_TILE_ROWS * DK_INNER_BLOCK];
  for (size_t k = 0; k < t->terms; k++) memcpy(copy + k * rows, left_line(p, first + k) + column, rows * sizeof(float));
  t->left = copy;
  t->term_step = rows;
  column_tile(rows, t->columns, t->updated[0] != NULL)(t);
}

/// `rows` rows of the result from `row` on, by a skipping tile where it can. The terms are those from `first` on.
DK_INLINE void run_column_tile(const dk_transposed_product *p, size_t first, size_t row, size_t rows, tile *t) {
  size_t width = panel_width(t->columns) / DK_LANES - 1;
  if (t->nonzero && skipping_column_tiles[width][rows - 1](t)) return;
  if (p->left_rows) {
    run_column_tile_on_copy(p, first, row, rows, t);
  } else {
    t->left = p->left + first * p->left_stride + row;
    t->term_step = p->left_stride;
    column_tile(rows, t->columns, t->updated[0] != NULL)(t);
  }
}

/// Few right columns would fill a fraction of a vector each. The transposed result has its long side along the vectors:
/// the same chains with the factors' roles exchanged.
static int accumulate_few_columns(const dk_transposed_product *p, float *squares) {
  size_t rows = p->right_columns;
  float panel[DK_STACK_FLOATS] __attribute__((aligned(64)));
  float sums[DK_NARROW_COLUMNS * DK_TILE_COLUMNS] __attribute__((aligned(64)));
  size_t first = 0;
  int is_finite = 1;
  do {
    size_t terms = least(DK_INNER_BLOCK, p->rows - first);
    int accumulates = p->accumulates || first > 0, is_last = first + terms == p->rows;
    for (size_t column = 0; column < p->left_columns; column += DK_TILE_COLUMNS) {
      size_t count = least(DK_TILE_COLUMNS, p->left_columns - column);
      tile t = {
        .term_step = p->right_stride, .terms = terms, .sums_stride = DK_TILE_COLUMNS, .columns = count,
        .panel = p->left + first * p->left_stride + column, .panel_step = p->left_stride, .squares = squares,
      };
      size_t width = panel_width(count);
      if (count < width || p->left_rows) {
        for (size_t k = 0; k < terms; k++)
          pack_panel(1, count, left_line(p, first + k) + column, 0, panel + k * width, width);
        t.panel = panel;
        t.panel_step = width;
      }
      for (size_t row = 0; row < rows; row += DK_TILE_ROWS) {
        t.left = p->right + first * p->right_stride + row;
        t.sums = sums + row * DK_TILE_COLUMNS;
        column_tiles[width / DK_LANES - 1][least(DK_TILE_ROWS, rows - row) - 1](&t);
      }
      for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < rows; j++) {
          float *element = p->result + panel_place(p, 0, column + i) + j;
          float sum = sums[j * DK_TILE_COLUMNS + i];
          *element = accumulates ? *element + sum : sum;
          if (accumulates) squares[0] += *element * *element;
        }
      size_t place = panel_place(p, 0, column);
      if (is_last && p->update) is_finite &= update_block(p, place, count * rows, p->result + place);
    }
    first += terms;
  } while (first < p->rows);
  return is_finite;
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

/// Up to DK_GROUPED_ROWS rows of the result without the terms that are zero in all rows of a tile.
static void accumulate_skipping(const dk_transposed_product *p, size_t first, size_t row, size_t rows,
                                const nonzero_groups *nonzero, tile *t) {
  for (size_t i = 0; i < rows; i += DK_SKIPPING_ROWS) {
    t->nonzero = nonzero->group[i / DK_SKIPPING_ROWS];
    t->first_column = row + i;
    run_column_tile(p, first, row + i, least(DK_SKIPPING_ROWS, rows - i), t);
    t->sums += DK_SKIPPING_ROWS * t->sums_stride;
  }
}

/// Lets a tile bring weights and slots to the cache that belong to the rows from `row` on. Of more slots than two, the
/// others come when they are needed.
DK_INLINE void look_ahead_to_update(const dk_transposed_product *p, size_t panel, size_t row, tile *t) {
  size_t rows = t->terms / DK_ROUND_TERMS * DK_LANES / DK_PANEL_COLUMNS;
  if (row + rows > p->left_columns) return;
  const dk_update *u = p->update;
  size_t place = panel_place(p, panel, row);
  t->updated_distance = p->panel_step;
  t->updated[0] = u->weights + place;
  for (int i = 0; i < 2; i++) t->updated[i + 1] = (u->slot[i] ? u->slot[i] : u->weights) + place;
}

/// One inner block, for up to DK_BROAD_PANELS panels from `panel` on.
static int accumulate_block(const dk_transposed_product *p, size_t first, size_t terms, size_t panel, float *squares) {
  size_t columns = least(DK_BROAD_PANELS * DK_PANEL_COLUMNS, p->right_columns - panel * DK_PANEL_COLUMNS);
  size_t panels = (columns + DK_PANEL_COLUMNS - 1) / DK_PANEL_COLUMNS;
  float right[DK_BROAD_PANELS * DK_PANEL_COLUMNS * DK_INNER_BLOCK] __attribute__((aligned(64)));
  int updates = p->update && first + terms == p->rows, is_finite = 1;
  // Gradients that are used up at once need not pass through memory.
  int uses_scratch = updates && !p->keeps_weights && !p->accumulates && first == 0;
  float scratch[DK_BROAD_PANELS][(DK_UPDATE_ROWS + DK_GROUPED_ROWS) * DK_PANEL_COLUMNS] __attribute__((aligned(64)));
  int skips = updates && p->right_is_finite && has_many_zero_groups(p, first, terms);
  int is_broad = DK_BROAD_PANELS > 1 && !skips && columns == DK_BROAD_PANELS * DK_TILE_COLUMNS;
  size_t height = skips ? DK_GROUPED_ROWS : is_broad ? DK_BROAD_ROWS : DK_TILE_ROWS, updated = 0;
  nonzero_groups nonzero;
  const float *lines[DK_INNER_BLOCK];
  if (skips) find_left_lines(p, first, terms, lines);
  pack_wide(terms, columns, p->right + first * p->right_stride + panel * DK_PANEL_COLUMNS, p->right_stride, right);
  for (size_t row = 0; row < p->left_columns; row += height) {
    size_t rows = least(height, p->left_columns - row), end = row + rows;
    if (skips) find_nonzero_groups(lines, row, rows, terms, &nonzero);
    size_t most = is_broad ? columns : DK_TILE_COLUMNS;
    for (size_t c = 0; c < columns; c += most) {
      size_t index = c / DK_PANEL_COLUMNS, stride = panel_columns(p, panel + index);
      float *sums = uses_scratch ? scratch[index] + (row - updated) * stride
                                 : p->result + panel_place(p, panel + index, row);
      tile t = {
        .lines = lines, .panel = right + c * terms, .panel_step = panel_width(columns - c),
        .panel_distance = DK_TILE_COLUMNS * terms, .terms = terms, .sums = sums + c % DK_PANEL_COLUMNS,
        .sums_stride = stride, .columns = least(most, columns - c),
        .sums_distance = uses_scratch ? sizeof *scratch / sizeof **scratch : p->panel_step,
        .accumulates = p->accumulates || first > 0, .squares = updates ? NULL : squares,
      };
      if (is_broad && updates && p->update_streams) look_ahead_to_update(p, panel, row, &t);
      if (skips) {
        accumulate_skipping(p, first, row, rows, &nonzero, &t);
      } else {
        run_column_tile(p, first, row, rows, &t);
      }
    }
    if (updates && (end - updated >= DK_UPDATE_ROWS || end == p->left_columns)) {
      for (size_t index = 0; index < panels; index++) {
        size_t place = panel_place(p, panel + index, updated);
        is_finite &= update_block(p, place, (end - updated) * panel_columns(p, panel + index),
                                  uses_scratch ? scratch[index] : p->result + place);
      }
      updated = end;
    }
  }
  return is_finite;
}

static int accumulate_wide(const dk_transposed_product *p, float *squares) {
  size_t first = 0;
  int is_finite = 1;
  do {
    size_t terms = least(DK_INNER_BLOCK, p->rows - first);
    for (size_t panel = 0; panel * DK_PANEL_COLUMNS < p->right_columns; panel += DK_BROAD_PANELS)
      is_finite &= accumulate_block(p, first, terms, panel, squares);
    first += terms;
  } while (first < p->rows);
  return is_finite;
}

static int accumulate_transposed(const dk_transposed_product *p) {
  float squares[DK_LANES] __attribute__((aligned(64))) = {0};
  int is_finite = p->right_columns <= DK_NARROW_COLUMNS ? accumulate_few_columns(p, squares) : accumulate_wide(p, squares);
  // None is negative, so their sum is finite only where all are.
  return p->update ? is_finite : fold(load(squares)) <= 0x1.fffffep127f;
}
