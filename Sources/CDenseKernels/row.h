// One row: output = activation((input . right + bias) * scale + shift), with the sums in the order of `multiply`. They stay
// in registers until they are done, and all columns of a layer that is not too wide are worked on at once: a sum waits for
// its last term, so few at a time would leave the arithmetic idle.

/// Full panels that are worked on at once.
#define DK_ROW_PANELS (DK_MOST_VECTORS / DK_TILE_VECTORS)
/// A narrower one comes last.
enum { DK_ROW_VECTORS = DK_MOST_VECTORS + 1 };

/// Scattered terms that one panel gives before the next panel does: neighbouring lines come faster from the second-level
/// cache.
enum { DK_ROW_TERMS = 4 };

/// Blocks of terms whose sums a row takes side by side where one vector has all columns: a sum's next term waits for the last
/// one, but a block's sums do not wait for those of the block before.
enum { DK_ROW_BLOCKS = DK_MOST_VECTORS < 4 ? DK_MOST_VECTORS : 4 };

/// How far to look ahead in each panel, in floats.
enum { DK_ROW_AHEAD = 256 };

/// What a pass over a row is made for; a constant after inlining.
typedef enum row_pass {
  ROW_ALL,
  /// All terms, looking ahead.
  ROW_AHEAD,
  /// All terms of several blocks side by side, for at most DK_ROW_BLOCKS / 2 vectors.
  ROW_IN_BLOCKS,
  /// Without terms whose input is zero.
  ROW_SKIPPING,
} row_pass;

/// Terms of a row's sums, of one block: `input` and the panels start with its first term.
typedef struct row_terms {
  const float *input, *panel[DK_ROW_PANELS + 1], *tail;
  /// Where the terms are, or NULL where all are taken.
  const uint32_t *places;
} row_terms;

/// Adds the terms `first` to `first + count` to the sums of `panels` full panels, and of the narrow one after them where
/// `has_tail`. All but the pointers and `first` are constants after inlining.
DK_INLINE void add_row_terms(const row_terms *t, size_t first, int count, int panels, int has_tail, row_pass pass,
                             v16 *sum) {
  DK_UNROLL for (int j = 0; j < panels + has_tail; j++)
    DK_UNROLL for (int i = 0; i < count; i++) {
      size_t k = t->places ? t->places[first + (size_t)i] : first + (size_t)i;
      v16 value = all(t->input[k]);
      if (j == panels) {
        sum[j * DK_TILE_VECTORS] = fused(value, load(t->tail + k * DK_LANES), sum[j * DK_TILE_VECTORS]);
      } else {
        DK_UNROLL for (int v = 0; v < DK_TILE_VECTORS; v++) {
          const float *right = t->panel[j] + k * DK_TILE_COLUMNS + (size_t)v * DK_LANES;
          if (pass == ROW_AHEAD) __builtin_prefetch(right + DK_ROW_AHEAD);
          sum[j * DK_TILE_VECTORS + v] = fused(value, load(right), sum[j * DK_TILE_VECTORS + v]);
        }
      }
    }
}

/// The totals with the sums of one more block.
DK_INLINE void add_to_totals(const v16 *sum, int vectors, int is_first, v16 *total) {
  DK_UNROLL for (int v = 0; v < vectors; v++) total[v] = is_first ? sum[v] : total[v] + sum[v];
}

/// Adds to the totals, one after the other, the sums of `blocks` neighbouring blocks, the last one of `terms` terms. All but
/// the pointers, `terms` and `is_first` are constants after inlining.
DK_INLINE void add_row_blocks(const row_terms *start, size_t terms, int blocks, int panels, int has_tail, row_pass pass,
                              int is_first, v16 *total) {
  int vectors = panels * DK_TILE_VECTORS + has_tail;
  row_terms t[DK_ROW_BLOCKS];
  v16 sum[DK_ROW_BLOCKS][DK_ROW_VECTORS];
  DK_UNROLL for (int b = 0; b < blocks; b++) {
    size_t skipped = (size_t)b * DK_INNER_BLOCK;
    t[b] = (row_terms){.input = start->input + skipped, .tail = start->tail + skipped * DK_LANES};
    DK_UNROLL for (int j = 0; j < panels; j++) t[b].panel[j] = start->panel[j] + skipped * DK_TILE_COLUMNS;
    DK_UNROLL for (int v = 0; v < vectors; v++) sum[b][v] = (v16){0};
  }
  DK_UNROLL_BY_4 for (size_t k = 0; k < terms; k++)
    DK_UNROLL for (int b = 0; b < blocks; b++) add_row_terms(&t[b], k, 1, panels, has_tail, pass, sum[b]);
  // The others are whole.
  if (blocks > 1)
    DK_UNROLL_BY_4 for (size_t k = terms; k < DK_INNER_BLOCK; k++)
      DK_UNROLL for (int b = 0; b < blocks - 1; b++) add_row_terms(&t[b], k, 1, panels, has_tail, pass, sum[b]);
  DK_UNROLL for (int b = 0; b < blocks; b++) add_to_totals(sum[b], vectors, is_first && b == 0, total);
}

/// What follows the sums of a vector's columns from `column` on, but for the activation.
DK_INLINE v16 biased_and_scaled(const dk_row_product *p, v16 sum, size_t column) {
  size_t left = p->columns - column;
  if (p->bias) sum += load_up_to(p->bias + column, left);
  if (p->scale) sum = fused(sum, load_up_to(p->scale + column, left), load_up_to(p->shift + column, left));
  return sum;
}

/// Activates and stores a row of at most one vector. A row that is stored first would be slow to load: the processor
/// waits until parts of a vector that were written by themselves have left for the cache.
DK_INLINE void finish_vector(const dk_row_product *p, v16 sum, float *output) {
  v16 z = biased_and_scaled(p, sum, 0);
  store_up_to(output, activate_vector(p->activation, p->parameter, z, p->columns), p->columns);
}

/// What follows the sums of a vector's columns from `column` on, as far as it can be done before the whole row is there.
DK_INLINE void finish_columns(const dk_row_product *p, v16 total, size_t column, float *output) {
  if (column >= p->columns) return;
  v16 z = biased_and_scaled(p, total, column);
  if (p->activation == DK_RELU) z = relu_vector(z, z);
  store_up_to(output + column, z, p->columns - column);
}

/// The sums of `vectors` vectors from `column` on, in a function of its own, which keeps the code small.
static __attribute__((noinline)) void finish_vectors(const dk_row_product *p, const v16 *total, int vectors,
                                                     size_t column, float *output) {
  if (p->columns <= DK_LANES) {
    finish_vector(p, total[0], output);
    return;
  }
  for (int v = 0; v < vectors; v++) finish_columns(p, total[v], column + (size_t)v * DK_LANES, output);
}

/// Columns from `column` on: `panels` full panels, and the narrow last one where `has_tail`. Both are constants after
/// inlining. Returns 0 where a pass that skips terms cannot, having written nothing.
DK_INLINE int multiply_row_panels(const dk_row_product *p, const float *input, float *output, size_t column, int panels,
                                  int has_tail, row_pass pass) {
  int vectors = panels * DK_TILE_VECTORS + has_tail;
  const float *panel = p->right + column * p->inner;
  size_t distance = DK_TILE_COLUMNS * p->inner;
  uint32_t places[DK_INNER_BLOCK];
  v16 total[DK_ROW_VECTORS];
  size_t first = 0;
  do {
    size_t left = p->inner - first, blocks = 1;
    if (pass == ROW_IN_BLOCKS && left > DK_INNER_BLOCK)
      blocks = least((size_t)(DK_ROW_BLOCKS / vectors), (left + DK_INNER_BLOCK - 1) / DK_INNER_BLOCK);
    // Of the last block; the others are whole.
    size_t terms = least(left - (blocks - 1) * DK_INNER_BLOCK, DK_INNER_BLOCK);
    row_terms t = {.input = input + first, .tail = panel + (size_t)panels * distance + first * DK_LANES};
    DK_UNROLL for (int j = 0; j < panels; j++) t.panel[j] = panel + (size_t)j * distance + first * DK_TILE_COLUMNS;
    if (pass == ROW_SKIPPING) {
      v16 sum[DK_ROW_VECTORS];
      DK_UNROLL for (int v = 0; v < vectors; v++) sum[v] = (v16){0};
      size_t count = nonzero_places(t.input, terms, places), i = 0;
      t.places = places;
      for (; i + DK_ROW_TERMS <= count; i += DK_ROW_TERMS) add_row_terms(&t, i, DK_ROW_TERMS, panels, has_tail, pass, sum);
      for (; i < count; i++) add_row_terms(&t, i, 1, panels, has_tail, pass, sum);
      add_to_totals(sum, vectors, first == 0, total);
    } else {
#define DK_TRY(BLOCKS) \
  if (BLOCKS <= DK_ROW_BLOCKS && blocks == BLOCKS) add_row_blocks(&t, terms, BLOCKS, panels, has_tail, pass, first == 0, total);
      DK_TRY(1)
      if (pass == ROW_IN_BLOCKS) {
        DK_TRY(2)
        DK_TRY(3)
        DK_TRY(4)
      }
#undef DK_TRY
    }
    first += (blocks - 1) * DK_INNER_BLOCK + terms;
  } while (first < p->inner);

  if (pass == ROW_SKIPPING) {
    v16i lost = {0};
    DK_UNROLL for (int v = 0; v < vectors; v++) lost |= (v16u)total[v] == 0x80000000u;
    if (any(lost)) return 0;
  }
  if (pass == ROW_SKIPPING) {
    finish_vectors(p, total, vectors, column, output);
  } else if (vectors == 1 && p->columns <= DK_LANES) {
    finish_vector(p, total[0], output);
  } else {
    DK_UNROLL for (int v = 0; v < vectors; v++) finish_columns(p, total[v], column + (size_t)v * DK_LANES, output);
  }
  return 1;
}

/// All columns. Returns as `multiply_row_panels` does.
DK_INLINE int multiply_row_wide(const dk_row_product *p, const float *input, float *output, row_pass pass) {
  int done = 1;
  size_t column = 0;
  while (done && column < p->columns) {
    size_t left = p->columns - column, vectors = whole_vectors(left) / DK_LANES;
    size_t panels = least(vectors / DK_TILE_VECTORS, DK_ROW_PANELS);
    int has_tail = vectors <= DK_ROW_VECTORS && vectors % DK_TILE_VECTORS;
#define DK_ROW_CASE(PANELS)                                                              \
  case PANELS:                                                                           \
    done = DK_TILE_VECTORS > 1 && has_tail                                               \
             ? multiply_row_panels(p, input, output, column, PANELS, 1, pass)           \
             : multiply_row_panels(p, input, output, column, PANELS, 0, pass);          \
    break;
    switch (panels) {
      DK_ROW_CASE(0)
      DK_ROW_CASE(1)
      DK_ROW_CASE(2)
#if DK_MOST_VECTORS / DK_TILE_VECTORS > 2
      DK_ROW_CASE(3)
      DK_ROW_CASE(4)
#endif
    }
#undef DK_ROW_CASE
    column += panels * DK_TILE_COLUMNS + (has_tail ? DK_LANES : 0);
  }
  return done;
}

/// The same for few columns, whose sums would leave the arithmetic idle.
static __attribute__((noinline)) void multiply_row_in_blocks(const dk_row_product *p, const float *input, float *output) {
  if (p->columns <= DK_LANES) {
    multiply_row_panels(p, input, output, 0, DK_TILE_VECTORS == 1, DK_TILE_VECTORS > 1, ROW_IN_BLOCKS);
  } else {
    multiply_row_panels(p, input, output, 0, 2 / DK_TILE_VECTORS, 0, ROW_IN_BLOCKS);
  }
}

/// Activations that are not done with the sums.
DK_INLINE void finish_row(const dk_row_product *p, float *output) {
  if (p->columns > DK_LANES && p->activation != DK_RELU)
    activate(p->activation, p->parameter, 1, p->columns, output, p->columns, output, p->columns);
}

static void multiply_row(const dk_row_product *p, const float *input, float *output) {
  if (p->columns <= DK_NARROW_COLUMNS) {
    finish_vector(p, multiply_row_narrow(p, input), output);
    return;
  }
  if (p->columns <= DK_ROW_BLOCKS / 2 * DK_LANES && p->inner > DK_INNER_BLOCK) {
    multiply_row_in_blocks(p, input, output);
  } else if (p->looks_ahead) {
    multiply_row_wide(p, input, output, ROW_AHEAD);
  } else {
    multiply_row_wide(p, input, output, ROW_ALL);
  }
  finish_row(p, output);
}

static void multiply_row_skipping(const dk_row_product *p, const float *input, float *output) {
  if (p->columns > DK_NARROW_COLUMNS && has_many_zeros(input, p->inner) && multiply_row_wide(p, input, output, ROW_SKIPPING)) {
    finish_row(p, output);
  } else {
    multiply_row(p, input, output);
  }
}
