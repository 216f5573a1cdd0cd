// One row: output = activation((input . right + bias) * scale + shift), with the sums in the order of `multiply`. They stay in registers
// until they are done, and all columns of a layer that is not too wide are worked on at once: a sum waits for its last
// term, so few at a time would leave the arithmetic idle.

/// Full panels that are worked on at once.
#define DK_ROW_PANELS (DK_MOST_VECTORS / DK_TILE_VECTORS)
/// A narrower one comes last.
enum { DK_ROW_VECTORS = DK_MOST_VECTORS + 1 };

/// Vector v of a term in `panels` full panels, the next being `distance` floats later, or in the narrow one after them.
#define DK_ROW_LOAD(V)                                                                                         \
  ((V) < panels * DK_TILE_VECTORS                                                                              \
     ? load(panel + (size_t)((V) / DK_TILE_VECTORS) * distance + (size_t)((V) % DK_TILE_VECTORS) * DK_LANES)   \
     : load(tail))

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

/// Columns from `column` on: `panels` full panels, and the narrow last one where `has_tail`. Both are constants after
/// inlining.
DK_INLINE void multiply_row_panels(const dk_row_product *p, const float *input, float *output, size_t column,
                                   int panels, int has_tail) {
  int vectors = panels * DK_TILE_VECTORS + has_tail;
  size_t distance = DK_TILE_COLUMNS * p->inner;
  const float *panel = p->right + column * p->inner, *tail = panel + (size_t)panels * distance;
  v16 total[DK_ROW_VECTORS];
  size_t first = 0;
  do {
    size_t end = least(p->inner, first + DK_INNER_BLOCK);
    v16 sum[DK_ROW_VECTORS];
    DK_UNROLL for (int v = 0; v < vectors; v++) sum[v] = (v16){0};
    DK_UNROLL_BY_4 for (size_t k = first; k < end; k++) {
      v16 value = all(input[k]);
      DK_UNROLL for (int v = 0; v < vectors; v++) sum[v] = fused(value, DK_ROW_LOAD(v), sum[v]);
      panel += DK_TILE_COLUMNS;
      tail += DK_LANES;
    }
    DK_UNROLL for (int v = 0; v < vectors; v++) total[v] = first == 0 ? sum[v] : total[v] + sum[v];
    first = end;
  } while (first < p->inner);

  if (vectors == 1 && p->columns <= DK_LANES) {
    finish_vector(p, total[0], output);
    return;
  }
  size_t left = p->columns - column;
  DK_UNROLL for (int v = 0; v < vectors; v++) {
    size_t place = (size_t)v * DK_LANES;
    if (place >= left) break;
    v16 z = biased_and_scaled(p, total[v], column + place);
    if (p->activation == DK_RELU) z = relu_vector(z, z);
    store_up_to(output + column + place, z, left - place);
  }
}

static void multiply_row_wide(const dk_row_product *p, const float *input, float *output) {
  size_t column = 0;
  while (column < p->columns) {
    size_t left = p->columns - column, vectors = whole_vectors(left) / DK_LANES;
    size_t panels = least(vectors / DK_TILE_VECTORS, DK_ROW_PANELS);
    int has_tail = vectors <= DK_ROW_VECTORS && vectors % DK_TILE_VECTORS;
#define DK_ROW_CASE(PANELS)                                                              \
  case PANELS:                                                                           \
    if (DK_TILE_VECTORS > 1 && has_tail) multiply_row_panels(p, input, output, column, PANELS, 1);              \
    else multiply_row_panels(p, input, output, column, PANELS, 0);                       \
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
}

/// `columns` sums of 16 lanes each, a constant after inlining. Returns `sums` with theirs in the lanes from `column` on.
DK_INLINE v16 multiply_row_lanes(const dk_row_product *p, const float *input, v16 sums, size_t column, int columns) {
  size_t padded = whole_vectors(p->inner);
  const float *right = p->right + column * padded;
  v16 sum[DK_NARROW_GROUP];
  DK_UNROLL for (int j = 0; j < columns; j++) sum[j] = (v16){0};
  for (size_t k = 0; k < p->inner; k += DK_LANES) {
    v16 values = load_up_to(input + k, p->inner - k);
    DK_UNROLL for (int j = 0; j < columns; j++)
      sum[j] = fused(values, load(right + (size_t)j * padded + k), sum[j]);
  }
  DK_UNROLL for (int j = 0; j < columns; j++)
    sums = choose(lane_numbers() == (int32_t)column + j, all(fold(sum[j])), sums);
  return sums;
}

static void multiply_row_narrow(const dk_row_product *p, const float *input, float *output) {
  v16 sums = {0};
  size_t column = 0;
  for (; column + DK_NARROW_GROUP <= p->columns; column += DK_NARROW_GROUP)
    sums = multiply_row_lanes(p, input, sums, column, DK_NARROW_GROUP);
  for (; column < p->columns; column++) sums = multiply_row_lanes(p, input, sums, column, 1);
  finish_vector(p, sums, output);
}

static void multiply_row(const dk_row_product *p, const float *input, float *output) {
  if (p->columns <= DK_NARROW_COLUMNS) {
    multiply_row_narrow(p, input, output);
    return;
  }
  multiply_row_wide(p, input, output);
  if (p->columns > DK_LANES && p->activation != DK_RELU)
    activate(p->activation, p->parameter, 1, p->columns, output, p->columns, output, p->columns);
}
