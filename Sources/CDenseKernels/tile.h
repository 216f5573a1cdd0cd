// The register tile: `rows` x `vectors` sums of products over ascending terms, one chain of `fused` for each.

typedef struct tile {
  /// Row i, term k of the left factor is left[i * row_step + k * term_step].
  const float *left;
  size_t row_step, term_step;
  /// In their place, for tiles that skip terms: where each row starts; in tiles of columns, where the line of each term
  /// starts, with row i in column `first_column` + i.
  const float *const *lines;
  size_t first_column;
  /// Term k of the right panel is panel + k * panel_step; the next panel follows `panel_distance` floats later.
  const float *panel;
  size_t panel_step, panel_distance;
  size_t terms;
  /// For tiles that skip terms: those that they take, as in `nonzero_terms`.
  const uint64_t *nonzero;
  /// Where the sums go, how many columns of them, what is added (what is there already, then the bias), and whether a ReLU
  /// follows.
  float *sums;
  size_t sums_stride, columns;
  /// Floats from a panel's sums to the next one's, for tiles of several panels.
  size_t sums_distance;
  int accumulates;
  const float *bias;
  int rectifies;
  /// What a later tile will read, for tiles of rows that look ahead: `ahead_step` floats of each of its panels for each
  /// term, at most a cache line.
  const float *ahead;
  size_t ahead_step;
  /// Where an update will find what belongs to the sums, for tiles of columns that look ahead: three places in the first
  /// panel, and floats from these to the second panel's. They take a cache line of each for each round of terms, and so
  /// come to later rows.
  const float *updated[3];
  size_t updated_distance;
  /// 16 lanes, for tiles that measure, or null: the squares of what is stored are added to them.
  float *squares;
} tile;

/// Where prefetched lines go that are wanted later than soon: the first-level cache has no room for them.
enum { DK_SECOND_LEVEL = 2 };

typedef void tile_function(const tile *t);

/// Adds to the sums what belongs to them and stores them. Each question is asked once for all of them: at a few terms,
/// a tile's end takes as long as the rest. A panel is `width` vectors wide. `is_whole` says that no lane is past the last
/// column.
DK_INLINE void store_tile(const tile *t, int rows, int vectors, int width, int is_whole,
                          v16 sum[DK_TILE_ROWS][DK_MOST_VECTORS]) {
  float *sums = t->sums;
  size_t place[DK_MOST_VECTORS];
  DK_UNROLL for (int v = 0; v < vectors; v++)
    place[v] = (size_t)(v / width) * t->sums_distance + (size_t)(v % width) * DK_LANES;
  size_t stride = t->sums_stride, last = place[vectors - 1], count = t->columns - (size_t)(vectors - 1) * DK_LANES;
  if (t->accumulates) {
    DK_UNROLL for (int i = 0; i < rows; i++) {
      float *row = sums + (size_t)i * stride;
      DK_UNROLL for (int v = 0; v < vectors - 1; v++) sum[i][v] += load(row + place[v]);
      sum[i][vectors - 1] += is_whole ? load(row + last) : load_first(row + last, count);
    }
  }
  if (t->bias) {
    DK_UNROLL for (int v = 0; v < vectors; v++) {
      const float *p = t->bias + (size_t)v * DK_LANES;
      v16 bias = is_whole || v < vectors - 1 ? load(p) : load_first(p, count);
      DK_UNROLL for (int i = 0; i < rows; i++) sum[i][v] += bias;
    }
  }
  if (t->rectifies) {
    DK_UNROLL for (int i = 0; i < rows; i++)
      DK_UNROLL for (int v = 0; v < vectors; v++) sum[i][v] = relu_vector(sum[i][v], sum[i][v]);
  }
  DK_UNROLL for (int i = 0; i < rows; i++) {
    float *row = sums + (size_t)i * stride;
    DK_UNROLL for (int v = 0; v < vectors - 1; v++) store(row + place[v], sum[i][v]);
    if (is_whole) {
      store(row + last, sum[i][vectors - 1]);
    } else {
      store_first(row + last, sum[i][vectors - 1], count);
    }
  }
}

/// Terms of a round of tiles that keep the order of instructions.
enum { DK_ROUND_TERMS = 6 };

#if DK_AVX512
/// Vector `n` of two panels, counted term by term.
DK_INLINE const float *pair_vector(const float *panel, size_t distance, int n) {
  return panel + (size_t)(n / 4) * DK_PANEL_COLUMNS + (size_t)(n % 4 / 2) * distance + (size_t)(n % 2) * DK_LANES;
}

/// Adds the products of most terms to the sums of two panels, in the order of instructions that is written here: a right
/// vector is loaded one and a half terms before its products, as soon as its register is free. Compilers load it right
/// before, and the products that wait for it fill the processor's queue: a tenth of the time where a core works for two.
/// Returns how many terms are done. As it reads ahead, a few are left.
DK_INLINE size_t add_in_order(const tile *t, int rows, size_t row_step, size_t term_step, int looks_ahead, int are_columns,
                              v16 sum[DK_TILE_ROWS][DK_MOST_VECTORS]) {
  // Beside 24 sums there are registers for 6 right vectors and 2 left values. A round of 6 terms, after which every vector
  // has its first register again, reads as far as the second term after it.
  enum { VECTORS = 4, RIGHT = 6, VALUES = 2, TERMS = DK_ROUND_TERMS, AHEAD = 2 };
  if (t->terms < TERMS + AHEAD) return 0;
  const float *left[2] = {t->left, t->left + 3 * row_step}, *panel = t->panel, *ahead = t->ahead;
  const float *updated[3] = {t->updated[0], t->updated[1], t->updated[2]};
  size_t distance = t->panel_distance, ahead_step = t->ahead_step, place = 0, second_place = t->updated_distance, k = 0;
  // As in `compute_tile`.
  __asm__("" : "+r"(left[0]), "+r"(left[1]));
  v16 right[RIGHT], value[VALUES];
  DK_UNROLL for (int n = 0; n < RIGHT; n++) right[n] = load(pair_vector(panel, distance, n));
  DK_UNROLL for (int i = 0; i < VALUES; i++) value[i] = all(left[0][(size_t)i * row_step]);
  for (; k + TERMS + AHEAD <= t->terms; k += TERMS) {
    DK_UNROLL for (int term = 0; term < TERMS; term++) {
      DK_UNROLL for (int i = 0; i < rows; i++) {
        v16 *a = &value[(term * rows + i) % VALUES];
        DK_UNROLL for (int v = 0; v < VECTORS; v++) {
          int n = term * VECTORS + v;
          fuse_in_order(&sum[i][v], *a, right[n % RIGHT]);
          if (i == rows - 1) load_in_order(&right[n % RIGHT], pair_vector(panel, distance, n + RIGHT));
        }
        int next = (i + VALUES) % rows;
        all_in_order(a, are_columns ? left[0] + next : left[next / 3] + (size_t)(next % 3) * row_step);
        if (next == rows - 1) {
          left[0] += term_step;
          left[1] += term_step;
          if (are_columns) __asm__("" : "+r"(left[0]));
        }
      }
      if (looks_ahead && are_columns) {
        __builtin_prefetch(updated[term % 3] + (term < 3 ? place : second_place), 0, DK_SECOND_LEVEL);
      } else if (looks_ahead) {
        __builtin_prefetch(ahead, 0, DK_SECOND_LEVEL);
        __builtin_prefetch(ahead + distance, 0, DK_SECOND_LEVEL);
        ahead += ahead_step;
        __asm__("" : "+r"(ahead));
      }
    }
    panel += TERMS * DK_PANEL_COLUMNS;
    place += DK_LANES;
    second_place += DK_LANES;
  }
  return k;
}
#endif

/// `panels` neighbouring panels, each `width` vectors wide. All but the pointers of `t` are constants after inlining.
DK_INLINE void compute_tile(const tile *t, int rows, int panels, int width, size_t row_step, size_t term_step,
                            size_t panel_step, int looks_ahead, int measures) {
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
  size_t distance = t->panel_distance;
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
    // Tiles of columns are those that measure.
    first = add_in_order(t, rows, row_step, term_step, looks_ahead, measures, sum);
    DK_UNROLL for (int i = 0; i < rows; i += 3) left[i / 3] += first * term_step;
    panel += first * panel_step;
    ahead += looks_ahead ? first * t->ahead_step : 0;
  }
#endif
  DK_UNROLL_BY_4 for (size_t k = first; k < t->terms; k++) {
    v16 right[DK_MOST_VECTORS];
    DK_UNROLL for (int v = 0; v < vectors; v++)
      right[v] = load(panel + (size_t)(v / width) * distance + (size_t)(v % width) * DK_LANES);
    DK_UNROLL for (int i = 0; i < rows; i++) {
      v16 value = all(left[i / 3][(size_t)(i % 3) * row_step]);
      DK_UNROLL for (int v = 0; v < vectors; v++) sum[i][v] = fused(value, right[v], sum[i][v]);
    }
    DK_UNROLL for (int i = 0; i < rows; i += 3) left[i / 3] += term_step;
    panel += panel_step;
    if (looks_ahead && !measures) {
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
#define DK_ROW_TILE(ROWS, PANELS, WIDTH)                                            \
  static void row_tile_##ROWS##x##PANELS##x##WIDTH(const tile *t) {                 \
    compute_tile(t, ROWS, PANELS, WIDTH, t->row_step, 1, WIDTH * DK_LANES, 0, 0);   \
  }

/// The same for whole panels, bringing what comes next into the cache.
#define DK_AHEAD_TILE(ROWS)                                                                                       \
  static void ahead_tile_##ROWS(const tile *t) {                                                                  \
    compute_tile(t, ROWS, DK_BROAD_PANELS, DK_TILE_VECTORS, t->row_step, 1, DK_TILE_VECTORS * DK_LANES, 1, 0); \
  }

/// Rows of the left factor are neighbours, terms lie `term_step` apart: left^T . right. These measure.
#define DK_COLUMN_TILE(ROWS, WIDTH)                                                 \
  static void column_tile_##ROWS##x##WIDTH(const tile *t) {                         \
    compute_tile(t, ROWS, 1, WIDTH, 1, t->term_step, t->panel_step, 0, 1);          \
  }

#if DK_BROAD_PANELS > 1
#define DK_BROAD_COLUMN_TILE(ROWS)                                                                    \
  static void broad_column_tile_##ROWS(const tile *t) {                                              \
    compute_tile(t, ROWS, DK_BROAD_PANELS, DK_TILE_VECTORS, 1, t->term_step, DK_TILE_COLUMNS, 0, 1); \
  }                                                                                                  \
  static void ahead_column_tile_##ROWS(const tile *t) {                                              \
    compute_tile(t, ROWS, DK_BROAD_PANELS, DK_TILE_VECTORS, 1, t->term_step, DK_TILE_COLUMNS, 1, 1); \
  }
#define DK_BROAD_COLUMN_NAME(ROWS) broad_column_tile_##ROWS,
#define DK_AHEAD_COLUMN_NAME(ROWS) ahead_column_tile_##ROWS,

DK_EACH_BROAD_ROWS(DK_BROAD_COLUMN_TILE)
static tile_function *const broad_column_tiles[DK_BROAD_ROWS] = {DK_EACH_BROAD_ROWS(DK_BROAD_COLUMN_NAME)};
static tile_function *const ahead_column_tiles[DK_BROAD_ROWS] = {DK_EACH_BROAD_ROWS(DK_AHEAD_COLUMN_NAME)};
#endif

// Tiles for every number of rows, with panels of one vector and of two: [width - 1][rows - 1].
#define DK_ROW_TILE_1(ROWS) DK_ROW_TILE(ROWS, 1, 1)
#define DK_ROW_TILE_2(ROWS) DK_ROW_TILE(ROWS, 1, 2)
#define DK_COLUMN_TILE_1(ROWS) DK_COLUMN_TILE(ROWS, 1)
#define DK_COLUMN_TILE_2(ROWS) DK_COLUMN_TILE(ROWS, 2)
#define DK_AHEAD_NAME(ROWS) ahead_tile_##ROWS,
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

/// The tile of columns for a panel of so many of them, or for several whole ones, which may look ahead.
DK_INLINE tile_function *column_tile(size_t rows, size_t columns, int looks_ahead) {
#if DK_BROAD_PANELS > 1
  if (columns > DK_TILE_COLUMNS) return looks_ahead ? ahead_column_tiles[rows - 1] : broad_column_tiles[rows - 1];
#else
  (void)looks_ahead;
#endif
  return column_tiles[panel_width(columns) / DK_LANES - 1][rows - 1];
}
