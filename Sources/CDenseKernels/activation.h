// Activations: the function of z, and its derivative times the output's gradient. See `ActivationKernel` for formulas.

DK_INLINE v16 linear_vector(v16 z, v16 parameter) { return (void)parameter, z; }
// Comparing this way lets NaN pass.
DK_INLINE v16 relu_vector(v16 z, v16 parameter) { return (void)parameter, choose(z <= 0, (v16){0}, z); }
DK_INLINE v16 leaky_relu_vector(v16 z, v16 slope) { return choose(z > 0, z, slope * z); }
DK_INLINE v16 elu_vector(v16 z, v16 alpha) {
  return choose(z > 0, z, alpha * decay_minus_one(z));
}

/// z * probability, where the probability vanishes faster than z grows: so that minus infinity gives zero.
DK_INLINE v16 gated(v16 z, v16 probability) { return choose(z < -200, all(-200), z) * probability; }

/// Twice the argument of the tanh in the approximation of gelu.
DK_INLINE v16d gelu_tanh_argument(v16d z) { return 1.5957691216057308 * fused_d(0.044715 * z * z, z, z); }

DK_INLINE v16 silu_vector(v16 z, v16 parameter) {
  return gated(z, sigmoid_vector(z, parameter));
}
DK_INLINE v16 gelu_vector(v16 z, v16 parameter) {
  v16 decay;
  return (void)parameter, gated(z, normal_vector(z, &decay));
}
DK_INLINE v16 gelu_tanh_vector(v16 z, v16 parameter) {
  v16d x = clamp_d(widen(z), -200, INFINITY);
  return (void)parameter, narrow(x * sigmoid_d(gelu_tanh_argument(x)));
}

DK_INLINE v16i lane_numbers(void) { return (v16i){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}; }

/// The first `count` lanes of `v`, and `filler` in the others.
DK_INLINE v16 first_or(v16 v, size_t count, float filler) {
  return choose(lane_numbers() < (int32_t)count, v, all(filler));
}

DK_INLINE v16 load_or(const float *p, size_t count, float filler) {
  return count >= DK_LANES ? load(p) : first_or(load_first(p, count), count, filler);
}

DK_INLINE void store_up_to(float *p, v16 v, size_t count) {
  if (count >= DK_LANES) {
    store(p, v);
  } else {
    store_first(p, v, count);
  }
}

static float largest_of(const float *x, size_t count) {
  v16 result = all(-INFINITY);
  for (size_t i = 0; i < count; i += DK_LANES) result = larger(result, load_or(x + i, count - i, -INFINITY));
  return largest(result);
}

/// The softmax of a row of one vector, which ends with lanes of minus infinity.
DK_INLINE v16 softmax_vector(v16 values) {
  v16 e = decay_vector(values - all(largest(values)));
  return e / all(fold(e));
}

/// Rows of one vector each. Several are read before any is written: a read so close behind a partial write would wait
/// for it.
static void softmax_short_rows(size_t rows, size_t columns, const float *z, size_t z_stride, float *output,
                               size_t output_stride) {
  enum { GROUP = 4 };
  while (rows > 0) {
    size_t count = least(rows, GROUP);
    v16 result[GROUP];
    for (size_t i = 0; i < count; i++) result[i] = softmax_vector(load_or(z + i * z_stride, columns, -INFINITY));
    for (size_t i = 0; i < count; i++) store_up_to(output + i * output_stride, result[i], columns);
    rows -= count;
    z += count * z_stride;
    output += count * output_stride;
  }
}

static void softmax_row(const float *z, float *output, size_t count) {
  float shift = largest_of(z, count);
  v16 sum = {0};
  for (size_t i = 0; i < count; i += DK_LANES) {
    v16 e = decay_vector(load_or(z + i, count - i, -INFINITY) - shift);
    store_up_to(output + i, e, count - i);
    sum += e;
  }
  v16 total = all(fold(sum));
  for (size_t i = 0; i < count; i += DK_LANES)
    store_up_to(output + i, load_up_to(output + i, count - i) / total, count - i);
}

static void log_sum_exp(size_t rows, size_t columns, const float *z, size_t stride, float *result) {
  for (size_t row = 0; row < rows; row++, z += stride) {
    float shift = largest_of(z, columns);
    // An infinite maximum would make infinity minus infinity; zero serves as well there.
    if (!(magnitude(all(shift))[0] < INFINITY)) shift = 0;
    v16d sum = {0};
    for (size_t i = 0; i < columns; i += DK_LANES) {
      v16d x = widen(load_or(z + i, columns - i, -INFINITY)) - (double)shift;
      // exp_d stops short of zero and of infinity, whose logarithms rows of infinities need.
      v16d e = choose_d((v16l)(x == -INFINITY), all_d(0), exp_d(x));
      sum += choose_d((v16l)(x == INFINITY), x, e);
    }
    result[row] = (float)(shift + log_d(all_d(fold_d(sum)))[0]);
  }
}

static void activate_row(dk_activation kind, float parameter, const float *z, float *output, size_t count) {
  v16 p = all(parameter);
  switch (kind) {
    case DK_LINEAR:
      if (z != output) map(linear_vector, p, z, output, count);
      break;
    case DK_RELU: map(relu_vector, p, z, output, count); break;
    case DK_LEAKY_RELU: map(leaky_relu_vector, p, z, output, count); break;
    case DK_ELU: map(elu_vector, p, z, output, count); break;
    case DK_SIGMOID: map_sigmoid(z, output, count); break;
    case DK_TANH: map_tanh(z, output, count); break;
    case DK_SOFTPLUS: map_softplus(z, output, count); break;
    case DK_SILU: map(silu_vector, p, z, output, count); break;
    case DK_GELU: map(gelu_vector, p, z, output, count); break;
    case DK_GELU_TANH: map(gelu_tanh_vector, p, z, output, count); break;
    case DK_SOFTMAX: softmax_row(z, output, count); break;
  }
}

/// A row of `count` values, which the first lanes hold.
static v16 activate_vector(dk_activation kind, float parameter, v16 z, size_t count) {
  v16 p = all(parameter);
  switch (kind) {
    case DK_LINEAR: return linear_vector(z, p);
    case DK_RELU: return relu_vector(z, p);
    case DK_LEAKY_RELU: return leaky_relu_vector(z, p);
    case DK_ELU: return elu_vector(z, p);
    case DK_SIGMOID: return sigmoid_vector(z, p);
    case DK_TANH: return tanh_vector(z, p);
    case DK_SOFTPLUS: return softplus_vector(z, p);
    case DK_SILU: return silu_vector(z, p);
    case DK_GELU: return gelu_vector(z, p);
    case DK_GELU_TANH: return gelu_tanh_vector(z, p);
    case DK_SOFTMAX: return softmax_vector(first_or(z, count, -INFINITY));
  }
  return z;
}

static void activate(dk_activation kind, float parameter, size_t rows, size_t columns, const float *z, size_t z_stride,
                     float *output, size_t output_stride) {
  if (kind == DK_LINEAR && z == output) return;
  if (kind == DK_SOFTMAX && columns <= DK_LANES) {
    softmax_short_rows(rows, columns, z, z_stride, output, output_stride);
    return;
  }
  // Rows without gaps are one long row, where no row looks at its neighbours.
  if (kind != DK_SOFTMAX && z_stride == columns && output_stride == columns) {
    columns *= rows;
    rows = rows > 0;
  }
  for (size_t row = 0; row < rows; row++)
    activate_row(kind, parameter, z + row * z_stride, output + row * output_stride, columns);
}

// Derivatives from the output a.

typedef v16 gradient_function(v16 known, v16 gradient, v16 parameter);

DK_INLINE v16 linear_gradient(v16 a, v16 g, v16 parameter) { return (void)a, (void)parameter, g; }
DK_INLINE v16 relu_gradient(v16 a, v16 g, v16 parameter) { return (void)parameter, choose(a > 0, g, (v16){0}); }
DK_INLINE v16 leaky_relu_gradient(v16 a, v16 g, v16 slope) { return choose(a > 0, g, slope * g); }
DK_INLINE v16 elu_gradient(v16 a, v16 g, v16 alpha) { return choose(a > 0, g, (a + alpha) * g); }
DK_INLINE v16 sigmoid_gradient(v16 a, v16 g, v16 parameter) { return (void)parameter, g * (a * (1 - a)); }
DK_INLINE v16 tanh_gradient(v16 a, v16 g, v16 parameter) { return (void)parameter, g * ((1 - a) * (1 + a)); }
DK_INLINE v16 softplus_gradient(v16 a, v16 g, v16 parameter) {
  return (void)parameter, narrow(widen(g) * -expm1_d(-widen(a)));
}

// Derivatives from z.

/// Beyond this magnitude, derivatives are 0 or 1.
DK_INLINE v16 within_200(v16 z) {
  z = choose(z < -200, all(-200), z);
  return choose(z > 200, all(200), z);
}

DK_INLINE v16 silu_gradient(v16 z, v16 g, v16 parameter) {
  v16 x = within_200(z), s = sigmoid_vector(x, parameter);
  return g * (s * fused(x, 1 - s, all(1)));
}
DK_INLINE v16 gelu_gradient(v16 z, v16 g, v16 parameter) {
  v16 x = within_200(z), decay, probability = normal_vector(x, &decay);
  return (void)parameter, g * fused(x, 0.3989422804f * decay, probability);
}
DK_INLINE v16 gelu_tanh_gradient(v16 z, v16 g, v16 parameter) {
  v16d x = clamp_d(widen(z), -200, 200), s = sigmoid_d(gelu_tanh_argument(x));
  v16d slope = 1.5957691216057308 * (1 + 3 * 0.044715 * x * x);
  return (void)parameter, narrow(widen(g) * (s + x * s * (1 - s) * slope));
}

DK_INLINE void map_gradient(gradient_function *f, v16 parameter, const float *known, const float *gradient,
                            float *result, size_t count) {
  size_t i = 0;
  for (; i + DK_LANES <= count; i += DK_LANES) store(result + i, f(load(known + i), load(gradient + i), parameter));
  if (i < count) {
    size_t left = count - i;
    store_first(result + i, f(load_first(known + i, left), load_first(gradient + i, left), parameter), left);
  }
}

static void softmax_gradient_row(const float *a, const float *gradient, float *result, size_t count) {
  v16 lanes = {0};
  for (size_t i = 0; i < count; i += DK_LANES)
    lanes = fused(load_up_to(a + i, count - i), load_up_to(gradient + i, count - i), lanes);
  v16 inner = all(fold(lanes));
  for (size_t i = 0; i < count; i += DK_LANES) {
    size_t left = count - i;
    store_up_to(result + i, load_up_to(a + i, left) * (load_up_to(gradient + i, left) - inner), left);
  }
}

static void gradient_row(dk_activation kind, float parameter, const float *known, const float *g, float *result,
                         size_t count) {
  v16 p = all(parameter);
  switch (kind) {
    case DK_LINEAR: map_gradient(linear_gradient, p, g, g, result, count); break;
    case DK_RELU: map_gradient(relu_gradient, p, known, g, result, count); break;
    case DK_LEAKY_RELU: map_gradient(leaky_relu_gradient, p, known, g, result, count); break;
    case DK_ELU: map_gradient(elu_gradient, p, known, g, result, count); break;
    case DK_SIGMOID: map_gradient(sigmoid_gradient, p, known, g, result, count); break;
    case DK_TANH: map_gradient(tanh_gradient, p, known, g, result, count); break;
    case DK_SOFTPLUS: map_gradient(softplus_gradient, p, known, g, result, count); break;
    case DK_SILU: map_gradient(silu_gradient, p, known, g, result, count); break;
    case DK_GELU: map_gradient(gelu_gradient, p, known, g, result, count); break;
    case DK_GELU_TANH: map_gradient(gelu_tanh_gradient, p, known, g, result, count); break;
    case DK_SOFTMAX: softmax_gradient_row(known, g, result, count); break;
  }
}

static void activation_gradient(dk_activation kind, float parameter, size_t rows, size_t columns, const float *known,
                                size_t known_stride, const float *output_gradient, size_t output_gradient_stride,
                                float *input_gradient, size_t input_gradient_stride) {
  if (kind != DK_SOFTMAX && known_stride == columns && output_gradient_stride == columns &&
      input_gradient_stride == columns) {
    columns *= rows;
    rows = rows > 0;
  }
  for (size_t row = 0; row < rows; row++)
    gradient_row(kind, parameter, known + row * known_stride, output_gradient + row * output_gradient_stride,
                 input_gradient + row * input_gradient_stride, columns);
}
