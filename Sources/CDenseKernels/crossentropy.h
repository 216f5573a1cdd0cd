// Cross-entropy over classes, from logits.

static void shifted_exponentials(size_t rows, size_t columns, const float *z, size_t z_stride, float *exponentials,
                                 size_t stride, float *largest, float *sums) {
  for (size_t row = 0; row < rows; row++, z += z_stride) {
    float shift = largest_of(z, columns);
    v16d sum = {0};
    for (size_t i = 0; i < columns; i += DK_LANES) {
      v16 e = decay_vector(load_or(z + i, columns - i, -INFINITY) - shift);
      if (exponentials) store_up_to(exponentials + row * stride + i, e, columns - i);
      sum += widen(e);
    }
    largest[row] = shift;
    sums[row] = (float)fold_d(sum);
  }
}

static void class_gradient(size_t count, float *x, float sum, float mass, const float *wanted, float keep, float even,
                           float factor) {
  for (size_t i = 0; i < count; i += DK_LANES) {
    v16 g = load_up_to(x + i, count - i) / sum * mass;
    if (wanted) g -= load_up_to(wanted + i, count - i) * keep + even;
    store_up_to(x + i, g * factor, count - i);
  }
}
