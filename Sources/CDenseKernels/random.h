// Philox4x32-10 (Salmon et al., 2011): sixteen blocks of four words at a time.

enum { DK_BLOCK_WORDS = 4 * DK_LANES };

/// The full product of each lane with a constant, as two halves.
DK_INLINE void multiply_words(v16u x, uint32_t factor, v16u *high, v16u *low) {
  v16l product = __builtin_convertvector(x, v16l) * factor;
  *low = x * factor;
  *high = __builtin_convertvector(product >> 32, v16u);
}

/// Words 4 * block to 4 * block + 63 of a stream.
DK_INLINE void random_block(uint64_t seed, uint64_t stream, uint64_t block, uint32_t words[DK_BLOCK_WORDS]) {
  v16l number = (v16l){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} + block;
  v16u c0 = __builtin_convertvector(number, v16u), c1 = __builtin_convertvector(number >> 32, v16u);
  v16u c2 = (v16u){0} + (uint32_t)stream, c3 = (v16u){0} + (uint32_t)(stream >> 32);
  uint32_t key0 = (uint32_t)seed, key1 = (uint32_t)(seed >> 32);
  for (int round = 0; round < 10; round++) {
    v16u high0, low0, high2, low2;
    multiply_words(c0, 0xD2511F53u, &high0, &low0);
    multiply_words(c2, 0xCD9E8D57u, &high2, &low2);
    c0 = high2 ^ c1 ^ key0;
    c1 = low2;
    c2 = high0 ^ c3 ^ key1;
    c3 = low0;
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  // From four vectors of first, second, third and fourth words to the order of the stream.
#define DK_ZIP(A, B, I)                                                                                 \
  __builtin_shufflevector(A, B, I, I + 16, I + 1, I + 17, I + 2, I + 18, I + 3, I + 19, I + 4, I + 20,  \
                          I + 5, I + 21, I + 6, I + 22, I + 7, I + 23)
  v16u even0 = DK_ZIP(c0, c2, 0), even1 = DK_ZIP(c0, c2, 8), odd0 = DK_ZIP(c1, c3, 0), odd1 = DK_ZIP(c1, c3, 8);
  v16u_unaligned *out = (v16u_unaligned *)words;
  out[0] = DK_ZIP(even0, odd0, 0);
  out[1] = DK_ZIP(even0, odd0, 8);
  out[2] = DK_ZIP(even1, odd1, 0);
  out[3] = DK_ZIP(even1, odd1, 8);
#undef DK_ZIP
}

/// Runs `BODY` for pieces of the draws `index` to `index + count - 1`: `piece` words at `word`, from element `i` on.
#define DK_EACH_WORDS(BODY)                                                                   \
  for (size_t i = 0; i < count;) {                                                            \
    uint32_t block[DK_BLOCK_WORDS] __attribute__((aligned(64)));                              \
    uint64_t position = index + i;                                                            \
    size_t skipped = (size_t)(position % 4);                                                  \
    random_block(seed, stream, position / 4, block);                                          \
    const uint32_t *word = block + skipped;                                                   \
    size_t piece = least(DK_BLOCK_WORDS - skipped, count - i);                                \
    BODY                                                                                      \
    i += piece;                                                                               \
  }

static void random_words(uint64_t seed, uint64_t stream, uint64_t index, uint32_t *words, size_t count) {
  DK_EACH_WORDS(memcpy(words + i, word, piece * sizeof *words);)
}

DK_INLINE v16u load_words(const uint32_t *p, size_t count) { return (v16u)load_up_to((const float *)p, count); }

static void uniform(uint64_t seed, uint64_t stream, float *values, size_t count, float lower, float upper) {
  const uint64_t index = 0;
  v16 low = all(lower), width = all(upper - lower), bound = all(upper);
  // Rounding may reach the upper bound, which is not part of the range: the float below it takes its place.
  v16u bits = (v16u)bound;
  v16 below = (v16)(upper > 0 ? bits - 1 : upper < 0 ? bits + 1 : (v16u){0} + 0x80000001u);
  if (!(lower < upper)) below = low;
  DK_EACH_WORDS(
    for (size_t j = 0; j < piece; j += DK_LANES) {
      v16 fraction = __builtin_convertvector(load_words(word + j, piece - j) >> 8, v16) * 0x1p-24f;
      v16 value = fused(width, fraction, low);
      store_up_to(values + i + j, choose(value < bound, value, below), piece - j);
    })
}

static void dropout(uint64_t seed, uint64_t stream, uint64_t index, const float *x, float *y, size_t count,
                    uint32_t threshold, float factor) {
  DK_EACH_WORDS(
    for (size_t j = 0; j < piece; j += DK_LANES) {
      v16i drops = (v16i)(load_words(word + j, piece - j) < threshold);
      v16 value = load_up_to(x + i + j, piece - j) * factor;
      store_up_to(y + i + j, choose(drops, (v16){0}, value), piece - j);
    })
}
