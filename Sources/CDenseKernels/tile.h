// The register tile: `rows` x `vectors` sums of products over ascending terms, one chain of `fused` for each.

/// What a tile brings to the second-level cache, unless said otherwise, while it adds products.
typedef enum looks_ahead {
  DK_LOOKS_NOWHERE,
  /// The lines after next of its own rows, to the first level: tiles of one vector read so much of them in the time of their
  /// products that the processor's own foresight comes late where many rows come from afar. Few stay near.
  DK_LOOKS_ALONG_ROWS,
  /// A later tile's panels: `ahead_step` floats of each for each term, the first one's from `ahead` on.
  DK_LOOKS_TO_PANELS,
  /// The same where many tiles share the work: of each panel, what lies at `ahead` without gaps, a cache line for each round
  /// of terms. Two rows of the left factor, at `left_ahead`, come as fast as the tile reads its own.
  DK_LOOKS_TO_PANELS_AND_ROWS,
  /// What lies at `ahead`, without gaps: a cache line for each round of terms.
  DK_LOOKS_TO_LINES,
  /// What an update will use: a cache line, at every `updated_rounds`-th round of terms, from each of `updated` and
  /// `updated_distance` floats further.
  DK_LOOKS_TO_UPDATE,
} looks_ahead;

typedef struct tile {
  /// Row i, term k of the left factor is left[i * row_step + k * term_step].
  const float *left;
  size_t row_step, term_step;
  /// In their place, for tiles that skip terms: where each row starts; in tiles of columns, where the line of each term
  /// starts, with row i in column `first_column` + i.
  const float *const *lines;
  size_t first_column;
  /// Term k of the right panel is panel + k * panel_step; the next packed panel follows `panel_distance` floats later.
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
  /// What is wanted later, for tiles that look ahead, as `looks_ahead` says. `ahead_step` is at most a cache line.
  const float *ahead;
  size_t ahead_step;
  const float *left_ahead[2];
  const float *updated[3];
  size_t updated_distance, updated_rounds;
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
