// Functions of floats built on exp(x) for x <= 0, in single precision, which takes a third of the time of double precision.
// How far they may be from the exact value, `ActivationKernel` says. Results below the smallest normal float may be zero.
// NaN gives NaN, and infinities give the limits.

/// exp(x) = power + power * small for x <= 0. The power is zero from -88 on.
DK_INLINE void split_exp(v16 x, v16 *power, v16 *small) {
  // log(2) in two parts. The first times an integer of 7 bits is exact, and so is what it leaves of x.
  const float log2_high = 0x1.62e4p-1f, log2_low = 0x1.7f7d1cp-20f;
  // Adding this rounds to an integer, which then stands in the low bits.
  const float rounder = 0x1.8p23f;
  x = choose(x < -88, all(-88), x);
  v16 shifted = fused(x, all(0x1.715476p0f), all(rounder));
  v16 n = shifted - rounder;
  v16 r = fused(n, all(-log2_low), fused(n, all(-log2_high), x));
  // (exp(r) - 1 - r) / r^2 for |r| <= log(2) / 2: 2^-28 of exp(r)
  v16 q = fused(r, all(0.0013950524f), all(0.0083689084f));
  q = fused(q, r, all(0.041666206f));
  q = fused(q, r, all(0.16666518f));
  q = fused(q, r, all(0.5f));
  *small = fused(r * r, q, r);
  *power = (v16)(((v16u)shifted + 127) << 23);
}

/// exp(x) for x <= 0
DK_INLINE v16 decay_vector(v16 x) {
  v16 power, small;
  split_exp(x, &power, &small);
  return fused(power, small, power);
}

/// exp(x) - 1 for x <= 0
DK_INLINE v16 decay_minus_one(v16 x) {
  v16 power, small;
  split_exp(x, &power, &small);
  return fused(power, small, power - 1);
}

DK_INLINE v16 sigmoid_vector(v16 x, v16 parameter) {
  v16 e = decay_vector(-magnitude(x));
  return (void)parameter, choose(x < 0, e, all(1)) / (1 + e);
}

DK_INLINE v16 tanh_vector(v16 x, v16 parameter) {
  v16 e = decay_minus_one(-2 * magnitude(x));
  return (void)parameter, with_sign_of(-e / (2 + e), x);
}

/// exp(-z^2 / 2), and how much of the standard normal distribution lies beyond |z|, to full relative precision.
DK_INLINE void normal_tail(v16 z, v16 *decay, v16 *tail) {
  static const float coefficients[] = {  // exp(a^2 / 2) tail(a) / u in powers of u = 4 / (4 + a), a <= 13.4; 2^-27
    0.099750174f, 0.09945142f, 0.095836173f, 0.070589381f, 0.090523978f,
    0.0058463668f, 0.036339014f, 0.045954381f, -0.06045353f, 0.016162647f};
  v16 a = magnitude(z);
  a = choose(a > 13.4f, all(13.4f), a);
  v16 half = -0.5f * a, square = half * a, e = decay_vector(square);
  *decay = fused(e, product_error(half, a, square), e);
  v16 u = 4 / (4 + a), sum = all(coefficients[9]);
  DK_UNROLL for (int i = 8; i >= 0; i--) sum = fused(sum, u, all(coefficients[i]));
  *tail = *decay * (u * sum);
}

/// The standard normal distribution function, and its density times sqrt(2 pi).
DK_INLINE v16 normal_vector(v16 z, v16 *decay) {
  v16 tail;
  normal_tail(z, decay, &tail);
  return choose(z < 0, tail, 1 - tail);
}

DK_DEFINE_MAP(sigmoid)
DK_DEFINE_MAP(tanh)
