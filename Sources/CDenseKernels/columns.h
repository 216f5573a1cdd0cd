// Statistics of columns, 16 at a time. Every column is one chain of double-precision sums over ascending rows, rounded
// once.

/// The sums of `count` columns: of x, or of (x - mean)^2 where `squares` (a constant after inlining) says so.
DK_INLINE v16d strip_sum(size_t rows, size_t count, const float *x, size_t stride, v16d mean, int squares) {
  v16d sum = {0};
  for (size_t row = 0; row < rows; row++, x += stride) {
    v16d value = widen(load_up_to(x, count));
    if (squares) value -= mean, value *= value;
    sum += value;
  }
  return sum;
}

static void column_sums(size_t rows, size_t columns, const float *x, size_t stride, float *sums) {
  for (size_t c = 0; c < columns; c += DK_LANES) {
    size_t count = columns - c;
    v16d sum = strip_sum(rows, count, x + c, stride, (v16d){0}, 0);
    store_up_to(sums + c, load_up_to(sums + c, count) + narrow(sum), count);
  }
}

static void column_moments(size_t rows, size_t columns, const float *x, size_t stride, float *mean, float *variance) {
  double number = (double)rows;
  for (size_t c = 0; c < columns; c += DK_LANES) {
    size_t count = columns - c;
    v16 center = narrow(strip_sum(rows, count, x + c, stride, (v16d){0}, 0) / number);
    store_up_to(mean + c, center, count);
    store_up_to(variance + c, narrow(strip_sum(rows, count, x + c, stride, widen(center), 1) / number), count);
  }
}

static void scale_columns(size_t rows, size_t columns, const float *x, size_t x_stride, const float *scale,
                              const float *shift, float *y, size_t y_stride) {
  for (size_t row = 0; row < rows; row++, x += x_stride, y += y_stride)
    for (size_t c = 0; c < columns; c += DK_LANES) {
      size_t count = columns - c;
      v16 value = fused(load_up_to(x + c, count), load_up_to(scale + c, count), load_up_to(shift + c, count));
      store_up_to(y + c, value, count);
    }
}

/// The gradients for the columns from `c` on; formulas at `Vector.batchNormalizationBackward`.
static void batch_normalization_strip(const dk_batch_normalization *p, size_t c, size_t count) {
  v16 mean = load_up_to(p->mean + c, count), inverse = load_up_to(p->inverse_deviation + c, count);
  const float *x = p->input + c, *dy = p->output_gradient + c;
  v16d shift_sum = {0}, scale_sum = {0};
  for (size_t row = 0; row < p->rows; row++) {
    v16 normalized = (load_up_to(x + row * p->input_stride, count) - mean) * inverse;
    v16d gradient = widen(load_up_to(dy + row * p->output_gradient_stride, count));
    shift_sum += gradient;
    scale_sum += gradient * widen(normalized);
  }
  if (p->scale_gradient)
    store_up_to(p->scale_gradient + c, load_up_to(p->scale_gradient + c, count) + narrow(scale_sum), count);
  if (p->shift_gradient)
    store_up_to(p->shift_gradient + c, load_up_to(p->shift_gradient + c, count) + narrow(shift_sum), count);
  if (!p->input_gradient) return;

  double number = (double)p->rows;
  v16 shift_mean = narrow(shift_sum / number), scale_mean = narrow(scale_sum / number);
  v16 factor = inverse;
  if (p->scale) factor *= load_up_to(p->scale + c, count);
  float *dx = p->input_gradient + c;
  for (size_t row = 0; row < p->rows; row++) {
    v16 normalized = (load_up_to(x + row * p->input_stride, count) - mean) * inverse;
    v16 gradient = load_up_to(dy + row * p->output_gradient_stride, count);
    v16 result = factor * (gradient - fused(normalized, scale_mean, shift_mean));
    store_up_to(dx + row * p->input_gradient_stride, result, count);
  }
}

static void batch_normalization_gradient(const dk_batch_normalization *p) {
  for (size_t c = 0; c < p->columns; c += DK_LANES) batch_normalization_strip(p, c, p->columns - c);
}
