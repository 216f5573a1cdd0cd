// Optimizer rules, one pass each. Formulas at `OptimizerKernel`.

static void sgd(const dk_update *u) {
  v16 rate = all(u->rate), momentum = all(u->momentum), decay = all(u->decay);
  float *slot = u->slot[0];
  for (size_t i = 0; i < u->count; i += DK_LANES) {
    size_t left = u->count - i;
    v16 w = load_up_to(u->weights + i, left);
    v16 step = rate * load_up_to(u->gradients + i, left);
    w = fused(-decay, w, w);
    if (slot) {
      v16 m = fused(momentum, load_up_to(slot + i, left), -step);
      store_up_to(slot + i, m, left);
      w += u->nesterov ? fused(momentum, m, -step) : m;
    } else {
      w -= step;
    }
    store_up_to(u->weights + i, w, left);
  }
}

static void rmsprop(const dk_update *u) {
  v16 rho = all(u->rho), rest = all(1 - u->rho), momentum = all(u->momentum), decay = all(u->decay);
  float *velocities = u->slot[0], *momentums = u->slot[1], *averages = u->slot[2];
  for (size_t i = 0; i < u->count; i += DK_LANES) {
    size_t left = u->count - i;
    v16 w = load_up_to(u->weights + i, left), g = load_up_to(u->gradients + i, left);
    v16 v = fused(rho, load_up_to(velocities + i, left), rest * (g * g));
    store_up_to(velocities + i, v, left);
    v16 denominator = v + all(u->epsilon);
    if (averages) {
      v16 average = fused(rho, load_up_to(averages + i, left), rest * g);
      store_up_to(averages + i, average, left);
      denominator = fused(-average, average, denominator);
    }
    v16 step = all(u->rate) * g / square_root(denominator);
    if (momentums) {
      step = fused(momentum, load_up_to(momentums + i, left), step);
      store_up_to(momentums + i, step, left);
    }
    store_up_to(u->weights + i, fused(-decay, w, w) - step, left);
  }
}

static void adam(const dk_update *u) {
  v16 rest1 = all(1 - u->beta1), rest2 = all(1 - u->beta2), decay = all(u->decay);
  float *momentums = u->slot[0], *velocities = u->slot[1], *maxima = u->slot[2];
  for (size_t i = 0; i < u->count; i += DK_LANES) {
    size_t left = u->count - i;
    v16 w = load_up_to(u->weights + i, left), g = load_up_to(u->gradients + i, left);
    v16 m = load_up_to(momentums + i, left), v = load_up_to(velocities + i, left);
    m = fused(g - m, rest1, m);
    v = fused(fused(g, g, -v), rest2, v);
    store_up_to(momentums + i, m, left);
    store_up_to(velocities + i, v, left);
    if (maxima) {
      v16 maximum = load_up_to(maxima + i, left);
      v = choose(v > maximum, v, maximum);
      store_up_to(maxima + i, v, left);
    }
    v16 step = all(u->rate) * m / (square_root(v) + all(u->epsilon));
    store_up_to(u->weights + i, fused(-decay, w, w) - step, left);
  }
}
