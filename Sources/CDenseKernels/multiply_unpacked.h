// output = activation(left . right + bias) with a right factor as it stands in memory: what training needs, where a kernel
// changes with every step.

/// Packs the terms `first` to `first + terms` of the columns from `column` on: one panel of `count` columns.
static void pack_part(const dk_product *p, size_t stride, int transposes, size_t first, size_t terms, size_t column,
                      size_t count, float *panel) {
  size_t width = panel_width(count);
  if (!transposes) {
    pack_panel(terms, count, p->right + first * stride + column, stride, panel, width);
    return;
  }
  for (size_t v = 0; v < width; v += DK_LANES)
    pack_transposed_vector(terms, least(DK_LANES, count - v), p->right + (column + v) * stride + first, stride,
                           panel + v, width);
}

static void multiply_unpacked(const dk_product *p, size_t right_stride, int transposes) {
  float panel[DK_STACK_FLOATS] __attribute__((aligned(64)));
  for (size_t column = 0; column < p->columns; column += DK_TILE_COLUMNS) {
    size_t count = least(DK_TILE_COLUMNS, p->columns - column);
    size_t first = 0;
    do {
      size_t terms = least(DK_INNER_BLOCK, p->inner - first);
      int is_last = first + terms == p->inner;
      pack_part(p, right_stride, transposes, first, terms, column, count, panel);
      tile t = {
        .row_step = p->left_stride, .panel = panel, .terms = terms, .sums_stride = p->sums_stride, .columns = count,
        .accumulates = first > 0, .bias = is_last && p->bias ? p->bias + column : NULL,
      };
      for (size_t row = 0; row < p->rows; row += DK_TILE_ROWS) {
        size_t rows = least(DK_TILE_ROWS, p->rows - row);
        t.left = p->left + row * p->left_stride + first;
        t.sums = p->sums + row * p->sums_stride + column;
        row_tiles[panel_width(count) / DK_LANES - 1][rows - 1](&t);
        if (is_last && p->activation != DK_SOFTMAX) finish(p, row, rows, column, count);
      }
      first += terms;
    } while (first < p->inner);
  }
  if (p->activation == DK_SOFTMAX) finish(p, 0, p->rows, 0, p->columns);
}
