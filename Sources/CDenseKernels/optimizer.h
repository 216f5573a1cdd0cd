// Optimizer rules, one pass each. Formulas at `OptimizerKernel`.

/// Runs the statements for each vector, which starts at `i` and has `left` elements: a constant for all but the last, so
/// that whole vectors are loaded and stored without asking.
#define DK_EACH_VECTOR(COUNT, ...)                                  \
  size_t i = 0;                                                     \
  for (; i + DK_LANES <= (COUNT); i += DK_LANES) {                  \
    const size_t left = DK_LANES;                                   \
    __VA_ARGS__                                                     \
  }                                                                 \
  if (i < (COUNT)) {                                                \
    const size_t left = (COUNT) - i;                                \
    __VA_ARGS__                                                     \
  }

/// Stores the new weights, and the old ones in the place of their gradients. Adds to `probe` what turns it into NaN where
/// a new weight is not finite.
DK_INLINE void store_weights(const dk_update *u, size_t i, size_t left, v16 old, v16 new, v16 *probe) {
  store_up_to(u->gradients + i, old, left);
  store_up_to(u->weights + i, new, left);
  *probe = fused(new, (v16){0}, *probe);
}

static int sgd(const dk_update *update) {
  // A copy that no store can change.
  const dk_update u = *update;
  const dk_rule *rule = &u.rule;
  v16 rate = all(rule->rate), momentum = all(rule->momentum), decay = all(rule->decay), probe = {0};
  float *slot = u.slot[0];
  DK_EACH_VECTOR(u.count, {
    v16 old = load_up_to(u.weights + i, left);
    v16 step = rate * load_up_to(u.gradients + i, left);
    v16 w = fused(-decay, old, old);
    if (slot) {
      v16 m = fused(momentum, load_up_to(slot + i, left), -step);
      store_up_to(slot + i, m, left);
      w += rule->nesterov ? fused(momentum, m, -step) : m;
    } else {
      w -= step;
    }
    store_weights(&u, i, left, old, w, &probe);
  })
  return fold(probe) == 0;
}

static int rmsprop(const dk_update *update) {
  // A copy that no store can change.
  const dk_update u = *update;
  const dk_rule *rule = &u.rule;
  v16 rho = all(rule->rho), share = all(rule->share1), momentum = all(rule->momentum), decay = all(rule->decay);
  v16 probe = {0};
  float *velocities = u.slot[0], *momentums = u.slot[1], *averages = u.slot[2];
  DK_EACH_VECTOR(u.count, {
    v16 old = load_up_to(u.weights + i, left), g = load_up_to(u.gradients + i, left);
    v16 v = fused(rho, load_up_to(velocities + i, left), share * (g * g));
    store_up_to(velocities + i, v, left);
    v16 denominator = v + all(rule->epsilon);
    if (averages) {
      v16 average = fused(rho, load_up_to(averages + i, left), share * g);
      store_up_to(averages + i, average, left);
      denominator = fused(-average, average, denominator);
    }
    v16 step = all(rule->rate) * g / square_root(denominator);
    if (momentums) {
      step = fused(momentum, load_up_to(momentums + i, left), step);
      store_up_to(momentums + i, step, left);
    }
    store_weights(&u, i, left, old, fused(-decay, old, old) - step, &probe);
  })
  return fold(probe) == 0;
}

static int adam(const dk_update *update) {
  // A copy that no store can change.
  const dk_update u = *update;
  const dk_rule *rule = &u.rule;
  v16 share1 = all(rule->share1), share2 = all(rule->share2), decay = all(rule->decay), probe = {0};
  float *momentums = u.slot[0], *velocities = u.slot[1], *maxima = u.slot[2];
  DK_EACH_VECTOR(u.count, {
    v16 old = load_up_to(u.weights + i, left), g = load_up_to(u.gradients + i, left);
    v16 m = load_up_to(momentums + i, left), v = load_up_to(velocities + i, left);
    m = fused(g - m, share1, m);
    v = fused(fused(g, g, -v), share2, v);
    store_up_to(momentums + i, m, left);
    store_up_to(velocities + i, v, left);
    if (maxima) {
      v = larger(load_up_to(maxima + i, left), v);
      store_up_to(maxima + i, v, left);
    }
    v16 step = all(rule->rate) * m / (square_root(v) + all(rule->epsilon));
    store_weights(&u, i, left, old, fused(-decay, old, old) - step, &probe);
  })
  return fold(probe) == 0;
}
