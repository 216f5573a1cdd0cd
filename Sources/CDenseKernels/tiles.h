// Tiles of every shape.

/// Adds the products of term `k`, counted from where `left` and `panel` stand.
DK_INLINE void add_term(const float *const *left, size_t row_step, size_t term_step, const float *panel, size_t panel_step,
                        size_t distance, int k, int rows, int vectors, int width, v16 sum[DK_TILE_ROWS][DK_MOST_VECTORS]) {
  v16 right[DK_MOST_VECTORS];
  DK_UNROLL for (int v = 0; v < vectors; v++)
    right[v] = load(panel + (size_t)k * panel_step + (size_t)(v / width) * distance + (size_t)(v % width) * DK_LANES);
  DK_UNROLL for (int i = 0; i < rows; i++) {
    v16 value = all(left[i / 3][(size_t)(i % 3) * row_step + (size_t)k * term_step]);
    DK_UNROLL for (int v = 0; v < vectors; v++) sum[i][v] = fused(value, right[v], sum[i][v]);
  }
}

/// `panels` neighbouring panels, each `width` vectors wide. Terms of packed panels lie `packed_step` apart; it is 0 for panels
/// whose step is that of `t`, which have no gap between them. All but what `t` has are constants after inlining.
DK_INLINE void compute_tile(const tile *t, int rows, int panels, int width, size_t row_step, size_t term_step,
                            size_t packed_step, looks_ahead looks, int measures) {
  v16 sum[DK_TILE_ROWS][DK_MOST_VECTORS];
  int vectors = panels * width;
  DK_UNROLL for (int i = 0; i < rows; i++)
    DK_UNROLL for (int v = 0; v < vectors; v++) sum[i][v] = (v16){0};

  // Every third row has a pointer, so that all rows are reached with the address forms of the instructions.
  const float *left[(DK_TILE_ROWS + 2) / 3];
  DK_UNROLL for (int i = 0; i < rows; i += 3) {
    left[i / 3] = t->left + (size_t)i * row_step;
    // Keeps the compiler from deriving the pointers from each other in the loop, which takes more registers than there are.
    __asm__("" : "+r"(left[i / 3]));
  }
  const float *panel = t->panel;
  size_t panel_step = packed_step > 0 ? packed_step : t->panel_step;
  size_t distance = packed_step > 0 ? t->panel_distance : (size_t)width * DK_LANES;
  const float *ahead = t->ahead;
  // They come while the terms are added.
  if (t->accumulates) {
    DK_UNROLL for (int i = 0; i < rows; i++)
      DK_UNROLL for (int v = 0; v < vectors; v++)
        __builtin_prefetch(t->sums + (size_t)i * t->sums_stride + (size_t)(v / width) * t->sums_distance +
                           (size_t)(v % width) * DK_LANES);
  }

  size_t first = 0;
#if DK_AVX512
  if (rows >= 4 && panels == 2 && width == 2) {
    first = add_in_order(t, rows, row_step, term_step, panel_step, distance, looks, packed_step == 0, sum);
    DK_UNROLL for (int i = 0; i < rows; i += 3) left[i / 3] += first * term_step;
    panel += first * panel_step;
    ahead += looks == DK_LOOKS_TO_PANELS ? first * t->ahead_step : 0;
  }
#endif
  // Shorter rows come soon enough.
  if (looks == DK_LOOKS_ALONG_ROWS && t->terms >= 16 * DK_LANES)
    for (; first + DK_LANES <= t->terms; first += DK_LANES) {
      DK_UNROLL for (int k = 0; k < DK_LANES; k++) {
        add_term(left, row_step, term_step, panel, panel_step, distance, k, rows, vectors, width, sum);
        if (k < rows) __builtin_prefetch(left[k / 3] + (size_t)(k % 3) * row_step + 2 * DK_LANES);
      }
      DK_UNROLL for (int i = 0; i < rows; i += 3) left[i / 3] += DK_LANES * term_step;
      panel += DK_LANES * panel_step;
    }
  DK_UNROLL_BY_4 for (size_t k = first; k < t->terms; k++) {
    add_term(left, row_step, term_step, panel, panel_step, distance, 0, rows, vectors, width, sum);
    DK_UNROLL for (int i = 0; i < rows; i += 3) left[i / 3] += term_step;
    panel += panel_step;
    if (looks == DK_LOOKS_TO_PANELS) {
      DK_UNROLL for (int j = 0; j < panels; j++)
        __builtin_prefetch(ahead + (size_t)j * distance, 0, DK_SECOND_LEVEL);
      ahead += t->ahead_step;
    }
  }

  if (t->columns >= (size_t)vectors * DK_LANES) {
    store_tile(t, rows, vectors, width, 1, sum);
  } else {
    store_tile(t, rows, vectors, width, 0, sum);
  }
  if (measures && t->squares) {
    v16 squares[4] = {load(t->squares)};
    DK_UNROLL for (int i = 0; i < rows; i++)
      DK_UNROLL for (int v = 0; v < vectors; v++)
        squares[i % 4] = fused(sum[i][v], sum[i][v], squares[i % 4]);
    store(t->squares, (squares[0] + squares[1]) + (squares[2] + squares[3]));
  }
}

/// Rows of the left factor lie `row_step` apart, terms are neighbours: left . right.
#define DK_ROW_TILE(ROWS, PANELS, WIDTH)                                                               \
  static void row_tile_##ROWS##x##PANELS##x##WIDTH(const tile *t) {                                    \
    compute_tile(t, ROWS, PANELS, WIDTH, t->row_step, 1, WIDTH * DK_LANES,                             \
                 DK_TILE_VECTORS > 1 && PANELS * WIDTH == 1 && 3 * ROWS > 2 * DK_TILE_ROWS             \
                     ? DK_LOOKS_ALONG_ROWS : DK_LOOKS_NOWHERE, 0);                                     \
  }

/// The same for whole panels, bringing what comes next into the cache.
#define DK_LOOKING_ROW_TILE(NAME, ROWS, LOOKS)                                                         \
  static void NAME##ROWS(const tile *t) {                                                              \
    compute_tile(t, ROWS, DK_BROAD_PANELS, DK_TILE_VECTORS, t->row_step, 1, DK_TILE_COLUMNS, LOOKS, 0); \
  }
#define DK_AHEAD_TILE(ROWS) DK_LOOKING_ROW_TILE(ahead_tile_, ROWS, DK_LOOKS_TO_PANELS)
#define DK_PANELS_AND_ROWS_TILE(ROWS) DK_LOOKING_ROW_TILE(panels_and_rows_tile_, ROWS, DK_LOOKS_TO_PANELS_AND_ROWS)
#define DK_LINES_TILE(ROWS) DK_LOOKING_ROW_TILE(lines_tile_, ROWS, DK_LOOKS_TO_LINES)

/// Rows of the left factor are neighbours, terms lie `term_step` apart: left^T . right. Panels are read where they are. These
/// measure.
#define DK_COLUMN_TILE(ROWS, WIDTH)                                                                    \
  static void column_tile_##ROWS##x##WIDTH(const tile *t) {                                            \
    compute_tile(t, ROWS, 1, WIDTH, 1, t->term_step, 0, DK_LOOKS_NOWHERE, 1);                          \
  }

/// The same for whole panels, bringing what their update will use into the cache.
#define DK_UPDATE_COLUMN_TILE(ROWS)                                                                    \
  static void update_column_tile_##ROWS(const tile *t) {                                               \
    compute_tile(t, ROWS, DK_BROAD_PANELS, DK_TILE_VECTORS, 1, t->term_step, 0, DK_LOOKS_TO_UPDATE, 1); \
  }

// Tiles for every number of rows, with panels of one vector and of two: [width - 1][rows - 1].
#define DK_ROW_TILE_1(ROWS) DK_ROW_TILE(ROWS, 1, 1)
#define DK_ROW_TILE_2(ROWS) DK_ROW_TILE(ROWS, 1, 2)
#define DK_COLUMN_TILE_1(ROWS) DK_COLUMN_TILE(ROWS, 1)
#define DK_COLUMN_TILE_2(ROWS) DK_COLUMN_TILE(ROWS, 2)
#define DK_AHEAD_NAME(ROWS) ahead_tile_##ROWS,
#define DK_PANELS_AND_ROWS_NAME(ROWS) panels_and_rows_tile_##ROWS,
#define DK_LINES_NAME(ROWS) lines_tile_##ROWS,
#define DK_BROAD_COLUMN_NAME(ROWS) wide_column_tile_##ROWS##x2,
#define DK_UPDATE_COLUMN_NAME(ROWS) update_column_tile_##ROWS,
#define DK_ROW_NAME_1(ROWS) row_tile_##ROWS##x1x1,
#define DK_ROW_NAME_2(ROWS) row_tile_##ROWS##x1x2,
#define DK_COLUMN_NAME_1(ROWS) column_tile_##ROWS##x1,
#define DK_COLUMN_NAME_2(ROWS) column_tile_##ROWS##x2,

DK_EACH_TILE_ROWS(DK_ROW_TILE_1)
DK_EACH_TILE_ROWS(DK_COLUMN_TILE_1)
DK_EACH_BROAD_ROWS(DK_AHEAD_TILE)
#if DK_TILE_VECTORS == 2
DK_EACH_TILE_ROWS(DK_ROW_TILE_2)
DK_EACH_TILE_ROWS(DK_COLUMN_TILE_2)
#endif

static tile_function *const row_tiles[DK_TILE_VECTORS][DK_TILE_ROWS] = {
  {DK_EACH_TILE_ROWS(DK_ROW_NAME_1)},
#if DK_TILE_VECTORS == 2
  {DK_EACH_TILE_ROWS(DK_ROW_NAME_2)},
#endif
};

static tile_function *const ahead_tiles[DK_BROAD_ROWS] = {DK_EACH_BROAD_ROWS(DK_AHEAD_NAME)};

#if DK_BROAD_PANELS > 1
DK_EACH_BROAD_ROWS(DK_PANELS_AND_ROWS_TILE)
DK_EACH_BROAD_ROWS(DK_LINES_TILE)
DK_EACH_BROAD_ROWS(DK_UPDATE_COLUMN_TILE)
static tile_function *const panels_and_rows_tiles[DK_BROAD_ROWS] = {DK_EACH_BROAD_ROWS(DK_PANELS_AND_ROWS_NAME)};
static tile_function *const lines_tiles[DK_BROAD_ROWS] = {DK_EACH_BROAD_ROWS(DK_LINES_NAME)};
static tile_function *const update_column_tiles[DK_BROAD_ROWS] = {DK_EACH_BROAD_ROWS(DK_UPDATE_COLUMN_NAME)};
#endif

static tile_function *const column_tiles[DK_TILE_VECTORS][DK_TILE_ROWS] = {
  {DK_EACH_TILE_ROWS(DK_COLUMN_NAME_1)},
#if DK_TILE_VECTORS == 2
  {DK_EACH_TILE_ROWS(DK_COLUMN_NAME_2)},
#endif
};

// A tile of few rows has too few chains to keep the arithmetic busy: these take several panels side by side.
#if DK_TILE_VECTORS == 2
#define DK_WIDE_NAME(ROWS, PANELS) row_tile_##ROWS##x##PANELS##x2
#define DK_WIDE_TILE(ROWS, PANELS) DK_ROW_TILE(ROWS, PANELS, 2)
#else
#define DK_WIDE_NAME(ROWS, PANELS) row_tile_##ROWS##x##PANELS##x1
#define DK_WIDE_TILE(ROWS, PANELS) DK_ROW_TILE(ROWS, PANELS, 1)
#endif
DK_EACH_WIDE_TILE(DK_WIDE_TILE)

/// Tiles of columns as wide.
#define DK_WIDE_COLUMN_TILE(ROWS, PANELS)                                                               \
  static void wide_column_tile_##ROWS##x##PANELS(const tile *t) {                                       \
    compute_tile(t, ROWS, PANELS, DK_TILE_VECTORS, 1, t->term_step, 0, DK_LOOKS_NOWHERE, 1);            \
  }
DK_EACH_WIDE_TILE(DK_WIDE_COLUMN_TILE)
#if DK_BROAD_PANELS > 1
static tile_function *const broad_column_tiles[DK_BROAD_ROWS] = {DK_EACH_BROAD_ROWS(DK_BROAD_COLUMN_NAME)};
#endif

/// The tile for `rows` rows where `left` columns are still to come, and how many panels it takes.
DK_INLINE tile_function *row_tile(size_t rows, size_t left, size_t *panels) {
#define DK_TRY(ROWS, PANELS)                                                   \
  if (rows == ROWS && left >= PANELS * DK_TILE_COLUMNS) {                      \
    *panels = PANELS;                                                          \
    return DK_WIDE_NAME(ROWS, PANELS);                                         \
  }
  DK_EACH_WIDE_TILE(DK_TRY)
#undef DK_TRY
  *panels = 1;
  return row_tiles[panel_width(left) / DK_LANES - 1][rows - 1];
}

/// The same where they come to `lines` meanwhile, if they can.
DK_INLINE tile_function *row_tile_to_lines(size_t rows, size_t left, const float *lines) {
#if DK_BROAD_PANELS > 1
  if (lines && rows <= DK_BROAD_ROWS && left >= DK_BROAD_PANELS * DK_TILE_COLUMNS) return lines_tiles[rows - 1];
#endif
  (void)lines;
  size_t panels;
  return row_tile(rows, left, &panels);
}

/// The tile of columns for `rows` rows where `left` columns are still to come, and how many whole panels it takes; null where
/// that is not more than one.
DK_INLINE tile_function *wide_column_tile(size_t rows, size_t left, size_t *panels) {
#define DK_TRY(ROWS, PANELS)                                                   \
  if (rows == ROWS && left >= PANELS * DK_TILE_COLUMNS) {                      \
    *panels = PANELS;                                                          \
    return wide_column_tile_##ROWS##x##PANELS;                                 \
  }
  DK_EACH_WIDE_TILE(DK_TRY)
#undef DK_TRY
  *panels = 1;
  return NULL;
}

/// The tile of columns for a panel of so many of them, or for several whole ones.
DK_INLINE tile_function *column_tile(size_t rows, size_t columns, int looks_to_update) {
#if DK_BROAD_PANELS > 1
  if (columns > DK_TILE_COLUMNS) return looks_to_update ? update_column_tiles[rows - 1] : broad_column_tiles[rows - 1];
#endif
  (void)looks_to_update;
  return column_tiles[panel_width(columns) / DK_LANES - 1][rows - 1];
}
