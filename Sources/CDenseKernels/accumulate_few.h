// result = left^T . right, or +=, for at most DK_FEW_COLUMNS right columns, which would fill a part of a vector: the
// transposed result has its long side along the vectors. The same chains, with the factors' roles exchanged.

enum { DK_FEW_COLUMNS = DK_LANES };

// A strip's sums have room for every tile: a panel's width of all columns, or a wide tile, which has all columns in its rows.
#define DK_FITS(ROWS, PANELS) \
  _Static_assert((ROWS) <= DK_TILE_ROWS && (ROWS) * (PANELS) <= DK_FEW_COLUMNS, "a wide tile is too large for a strip");
DK_EACH_WIDE_TILE(DK_FITS)
#undef DK_FITS

/// A strip of the transposed result: `rows` x `count`, lines `stride` apart. `accumulates`: whether it is added.
typedef struct turned_strip {
  float *sums;
  size_t rows, count, stride;
  int accumulates;
} turned_strip;

/// Writes a strip to the result's rows from `row` on, or adds it.
static void store_turned(const dk_transposed_product *p, const turned_strip *strip, size_t row, float *squares) {
  for (size_t i = 0; i < strip->count; i += DK_LANES) {
    v16 line[DK_LANES];
    DK_UNROLL for (size_t j = 0; j < DK_LANES; j++)
      line[j] = j < strip->rows ? load(strip->sums + j * strip->stride + i) : (v16){0};
    transpose(line);
    float turned[DK_LANES * DK_LANES] __attribute__((aligned(64)));
    DK_UNROLL for (size_t j = 0; j < DK_LANES; j++) store(turned + j * DK_LANES, line[j]);
    for (size_t j = 0; j < least(DK_LANES, strip->count - i); j++) {
      float *place = p->result + panel_place(p, 0, row + i + j);
      v16 sum = load(turned + j * DK_LANES);
      if (strip->accumulates) {
        sum += load_up_to(place, strip->rows);
        store(squares, fused(sum, sum, load(squares)));
      }
      store_up_to(place, sum, strip->rows);
    }
  }
}

/// The strip from `column` of the left factor on, for the terms from `first` on: as wide as a tile can be, or a part of a
/// panel, which is padded. Tiles are of about the same height: few rows have too few chains to keep the arithmetic busy.
static void multiply_turned(const dk_transposed_product *p, size_t first, size_t terms, size_t column, turned_strip *strip,
                            float *squares) {
  float panel[DK_STACK_FLOATS] __attribute__((aligned(64)));
  size_t panels = 1, left = p->left_columns - column, tiles = (strip->rows + DK_TILE_ROWS - 1) / DK_TILE_ROWS;
  tile_function *wide = p->left_rows ? NULL : wide_column_tile(strip->rows, left, &panels);
  strip->stride = panels * DK_TILE_COLUMNS;
  strip->count = least(strip->stride, left);
  tile t = {
    .term_step = p->right_stride, .terms = terms, .sums_stride = strip->stride, .sums_distance = DK_TILE_COLUMNS,
    .columns = strip->count, .panel = p->left + first * p->left_stride + column, .panel_step = p->left_stride,
    .squares = squares,
  };
  size_t width = panel_width(strip->count);
  if (strip->count < width || p->left_rows) {
    for (size_t k = 0; k < terms; k++)
      pack_panel(1, strip->count, left_line(p, first + k) + column, 0, panel + k * width, width);
    t.panel = panel;
    t.panel_step = width;
  }
  for (size_t i = 0; i < tiles; i++) {
    size_t row = strip->rows * i / tiles;
    t.left = p->right + first * p->right_stride + row;
    t.sums = strip->sums + row * strip->stride;
    (wide ? wide : column_tiles[width / DK_LANES - 1][strip->rows * (i + 1) / tiles - row - 1])(&t);
  }
}

static int accumulate_few_columns(const dk_transposed_product *p, float *squares) {
  float sums[DK_FEW_COLUMNS * DK_TILE_COLUMNS] __attribute__((aligned(64)));
  int is_finite = 1;
  size_t first = 0;
  do {
    size_t terms = least(DK_INNER_BLOCK, p->rows - first);
    int is_last = first + terms == p->rows;
    turned_strip strip = {.sums = sums, .rows = p->right_columns, .accumulates = p->accumulates || first > 0};
    for (size_t column = 0; column < p->left_columns; column += strip.count) {
      multiply_turned(p, first, terms, column, &strip, squares);
      store_turned(p, &strip, column, squares);
      size_t place = panel_place(p, 0, column);
      if (is_last && p->update) is_finite &= update_block(p, place, strip.count * strip.rows, p->result + place);
    }
    first += terms;
  } while (first < p->rows);
  return is_finite;
}
