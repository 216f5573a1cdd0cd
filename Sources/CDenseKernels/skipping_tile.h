// Tiles without the terms whose left values are zero in all of a tile's rows; zeros.h says why the sums are the same.
//
// DK_SKIPPING_ROWS rows, 2 or 4, are chains enough to keep the arithmetic busy, and not many more: of more rows, fewer
// terms are zero in all.

/// Terms of a group of DK_SKIPPING_ROWS rows that are not zero in all of them: bit k % 64 of number k / 64, for at most
/// DK_INNER_BLOCK terms.
typedef uint64_t nonzero_terms[DK_INNER_BLOCK / 64];

/// Rows whose terms are looked at together.
enum { DK_GROUPED_ROWS = 2 * DK_LANES };

/// The same for so many rows, group by group.
typedef struct nonzero_groups {
  nonzero_terms group[DK_GROUPED_ROWS / DK_SKIPPING_ROWS];
} nonzero_groups;

/// Whether most of a row's values are zero, as far as every fourth vector of them shows.
DK_INLINE int may_be_sparse(const float *x, size_t count) {
  size_t seen = 0, nonzero = 0;
  for (size_t k = 0; k + DK_LANES <= count; k += 4 * DK_LANES, seen += DK_LANES)
    nonzero += (size_t)__builtin_popcount(lane_bits(load(x + k) != 0));
  return 5 * nonzero < 2 * seen;
}

/// Where up to DK_SKIPPING_ROWS rows of a product's left factor start, at the term `first`.
typedef struct row_starts {
  const float *at[DK_SKIPPING_ROWS];
} row_starts;

DK_INLINE const float *left_row(const dk_product *p, size_t row) {
  return p->left + (p->left_rows ? (size_t)p->left_rows[row] : row) * p->left_stride;
}

DK_INLINE row_starts left_rows_at(const dk_product *p, size_t row, size_t rows, size_t first) {
  row_starts left;
  for (size_t i = 0; i < DK_SKIPPING_ROWS; i++) left.at[i] = left_row(p, row + least(i, rows - 1)) + first;
  return left;
}

/// Of `rows` rows of `count` terms each.
DK_INLINE void find_nonzero_terms(const row_starts *left, size_t rows, size_t count, nonzero_terms nonzero) {
  for (size_t first = 0; first < count; first += 64) {
    uint64_t found = 0;
    for (size_t k = first; k < least(count, first + 64); k += DK_LANES) {
      v16u bits = {0};
      for (size_t i = 0; i < rows; i++) bits |= (v16u)load_up_to(left->at[i] + k, count - k);
      found |= (uint64_t)lane_bits((bits & 0x7fffffffu) != 0) << k % 64;
    }
    nonzero[first / 64] = found;
  }
}

/// The same, quick for a whole group.
static void find_nonzero_rows(const row_starts *left, size_t rows, size_t count, nonzero_terms nonzero) {
  if (rows == DK_SKIPPING_ROWS) {
    find_nonzero_terms(left, DK_SKIPPING_ROWS, count, nonzero);
  } else {
    find_nonzero_terms(left, rows, count, nonzero);
  }
}

/// Whether so many terms are zero in all rows of a tile that leaving them out pays, as far as the first rows show.
static __attribute__((noinline)) int is_worth_skipping(const dk_product *p) {
  if (p->rows == 0 || !may_be_sparse(left_row(p, 0), p->inner)) return 0;
  size_t rows = least(DK_SKIPPING_ROWS, p->rows), found = 0;
  for (size_t first = 0; first < p->inner; first += DK_INNER_BLOCK) {
    size_t terms = least(DK_INNER_BLOCK, p->inner - first);
    nonzero_terms nonzero;
    row_starts left = left_rows_at(p, 0, rows, first);
    find_nonzero_rows(&left, rows, terms, nonzero);
    for (size_t k = 0; k < terms; k += 64) found += (size_t)__builtin_popcountll(nonzero[k / 64]);
  }
  return 3 * found <= 2 * p->inner;
}

/// In each lane the bits of all lanes of its group.
DK_INLINE v16i group_bits(v16i bits) {
  bits |= __builtin_shufflevector(bits, bits, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
  if (DK_SKIPPING_ROWS == 2) return bits;
  return bits | __builtin_shufflevector(bits, bits, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
}

/// Of up to DK_GROUPED_ROWS columns from `column` on of the lines that start at `lines`, one for each term.
DK_INLINE void find_nonzero_columns(const float *const *lines, size_t column, size_t columns, size_t count,
                                    nonzero_groups *nonzero) {
  for (size_t first = 0; first < count; first += 64) {
    v16i half[DK_GROUPED_ROWS / DK_LANES][2] = {{{0}}};
    DK_UNROLL for (int h = 0; h < 2; h++) {
      v16u bit = (v16u){0} + 1;
      size_t start = first + 32 * (size_t)h, end = least(count, start + 32);
      for (size_t k = start; k < end; k++, bit += bit) {
        const float *line = lines[k] + column;
        DK_UNROLL for (size_t v = 0; v < DK_GROUPED_ROWS / DK_LANES; v++)
          if (v * DK_LANES < columns)
            half[v][h] |= (load_up_to(line + v * DK_LANES, columns - v * DK_LANES) != 0) & (v16i)bit;
      }
    }
    DK_UNROLL for (int v = 0; v < DK_GROUPED_ROWS / DK_LANES; v++) {
      v16i low = group_bits(half[v][0]), high = group_bits(half[v][1]);
      DK_UNROLL for (int g = 0; g < DK_LANES / DK_SKIPPING_ROWS; g++)
        nonzero->group[v * DK_LANES / DK_SKIPPING_ROWS + g][first / 64] =
          (uint32_t)low[g * DK_SKIPPING_ROWS] | (uint64_t)(uint32_t)high[g * DK_SKIPPING_ROWS] << 32;
    }
  }
}

/// The same, quick for as many columns as there can be.
static void find_nonzero_groups(const float *const *lines, size_t column, size_t columns, size_t count,
                                nonzero_groups *nonzero) {
  if (columns == DK_GROUPED_ROWS) {
    find_nonzero_columns(lines, column, DK_GROUPED_ROWS, count, nonzero);
  } else {
    find_nonzero_columns(lines, column, columns, count, nonzero);
  }
}

/// Takes the terms of `nonzero` alone: the others' left values are zero in all rows, and their right ones finite. Returns 0
/// where the result might differ from that of all terms, having stored nothing; see zeros.h.
DK_INLINE int compute_skipping_tile(const tile *t, int rows, int vectors, int is_of_columns, size_t panel_step) {
  const float *const *lines = t->lines, *start = t->panel, *row[DK_SKIPPING_ROWS];
  size_t first_column = t->first_column;
  DK_UNROLL for (int i = 0; i < rows && !is_of_columns; i++) row[i] = lines[i];
  v16 sum[DK_TILE_ROWS][DK_MOST_VECTORS];
  DK_UNROLL for (int i = 0; i < rows; i++)
    DK_UNROLL for (int v = 0; v < vectors; v++) sum[i][v] = (v16){0};
  for (size_t first = 0; first < t->terms; first += 64)
    for (uint64_t nonzero = t->nonzero[first / 64]; nonzero != 0; nonzero &= nonzero - 1) {
      size_t k = first + (size_t)__builtin_ctzll(nonzero);
      const float *line = is_of_columns ? lines[k] + first_column : NULL, *panel = start + k * panel_step;
      v16 right[DK_MOST_VECTORS];
      DK_UNROLL for (int v = 0; v < vectors; v++) right[v] = load(panel + (size_t)v * DK_LANES);
      DK_UNROLL for (int i = 0; i < rows; i++) {
        v16 value = all(is_of_columns ? line[i] : row[i][k]);
        DK_UNROLL for (int v = 0; v < vectors; v++) sum[i][v] = fused(value, right[v], sum[i][v]);
      }
    }
  v16i lost = {0};
  DK_UNROLL for (int i = 0; i < rows; i++)
    DK_UNROLL for (int v = 0; v < vectors; v++) lost |= (v16u)sum[i][v] == 0x80000000u;
  if (any(lost)) return 0;
  store_tile(t, rows, vectors, vectors, t->columns >= (size_t)vectors * DK_LANES, sum);
  return 1;
}

typedef int skipping_tile_function(const tile *t);
#define DK_SKIPPING_TILE(ROWS, WIDTH)                                                              \
  static int skipping_row_tile_##ROWS##x##WIDTH(const tile *t) {                                   \
    return compute_skipping_tile(t, ROWS, WIDTH, 0, WIDTH * DK_LANES);                             \
  }                                                                                                \
  static int skipping_column_tile_##ROWS##x##WIDTH(const tile *t) {                                \
    return compute_skipping_tile(t, ROWS, WIDTH, 1, t->panel_step);                                \
  }

#define DK_SKIPPING_TILE_1(ROWS) DK_SKIPPING_TILE(ROWS, 1)
#define DK_SKIPPING_TILE_2(ROWS) DK_SKIPPING_TILE(ROWS, 2)
#define DK_SKIPPING_ROW_NAME_1(ROWS) skipping_row_tile_##ROWS##x1,
#define DK_SKIPPING_ROW_NAME_2(ROWS) skipping_row_tile_##ROWS##x2,
#define DK_SKIPPING_COLUMN_NAME_1(ROWS) skipping_column_tile_##ROWS##x1,
#define DK_SKIPPING_COLUMN_NAME_2(ROWS) skipping_column_tile_##ROWS##x2,

DK_EACH_SKIPPING_ROWS(DK_SKIPPING_TILE_1)
#if DK_TILE_VECTORS == 2
DK_EACH_SKIPPING_ROWS(DK_SKIPPING_TILE_2)
#endif

static skipping_tile_function *const skipping_row_tiles[DK_TILE_VECTORS][DK_SKIPPING_ROWS] = {
  {DK_EACH_SKIPPING_ROWS(DK_SKIPPING_ROW_NAME_1)},
#if DK_TILE_VECTORS == 2
  {DK_EACH_SKIPPING_ROWS(DK_SKIPPING_ROW_NAME_2)},
#endif
};

static skipping_tile_function *const skipping_column_tiles[DK_TILE_VECTORS][DK_SKIPPING_ROWS] = {
  {DK_EACH_SKIPPING_ROWS(DK_SKIPPING_COLUMN_NAME_1)},
#if DK_TILE_VECTORS == 2
  {DK_EACH_SKIPPING_ROWS(DK_SKIPPING_COLUMN_NAME_2)},
#endif
};

/// A tile of all terms of rows that do not lie `row_step` apart.
static __attribute__((noinline)) void run_row_tile_on_copy(tile *t, size_t rows) {
  float copy[DK_SKIPPING_ROWS * DK_INNER_BLOCK];
  for (size_t i = 0; i < rows; i++) memcpy(copy + i * t->terms, t->lines[i], t->terms * sizeof(float));
  t->left = copy;
  t->row_step = t->terms;
  row_tiles[panel_width(t->columns) / DK_LANES - 1][rows - 1](t);
}

/// At most DK_SKIPPING_ROWS of the product's rows, from `row` on, by a skipping tile where it can. Their terms from `first`
/// on make the tile's left factor.
DK_INLINE void run_row_tile(const dk_product *p, size_t row, size_t rows, size_t first, tile *t) {
  size_t width = panel_width(t->columns) / DK_LANES - 1;
  if (t->nonzero && skipping_row_tiles[width][rows - 1](t)) return;
  if (p->left_rows) {
    run_row_tile_on_copy(t, rows);
  } else {
    t->left = left_row(p, row) + first;
    row_tiles[width][rows - 1](t);
  }
}
