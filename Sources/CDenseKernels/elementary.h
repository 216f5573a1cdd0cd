// Elementary functions of floats, computed in double precision and rounded once at the end: for every float the result
// is within 0.501 ULP of the exact value (denormal results included where they are not flushed), NaN gives NaN, and
// infinities give the limits. The errors stated beside the polynomials are relative to the function that they stand
// for. What activations need most is in exponential.h.

/// c[0] + c[1] x + ... + c[count - 1] x^(count - 1)
DK_INLINE v16d polynomial(v16d x, const double *c, int count) {
  v16d result = all_d(c[count - 1]);
  DK_UNROLL for (int i = count - 2; i >= 0; i--) result = fused_d(result, x, all_d(c[i]));
  return result;
}

DK_INLINE v16d clamp_d(v16d x, double low, double high) {
  x = choose_d((v16l)(x < low), all_d(low), x);
  return choose_d((v16l)(x > high), all_d(high), x);
}

/// 2^n and exp(r) - 1, where x = n log(2) + r. Magnitudes above 200 are beyond what a float tells apart.
DK_INLINE void split_exp_d(v16d x, v16d *power, v16d *remainder) {
  static const double coefficients[] = {  // (exp(r) - 1) / r for |r| <= log(2) / 2; 2^-37
    0.9999999999955375, 0.5000000000121538, 0.16666666786063164, 0.04166666594689826,
    0.008333283553259253, 0.0013888978720074155, 0.0001990758346926668, 2.480155826058856e-05};
  // Adding this rounds to an integer, which then stands in the low bits.
  const double rounder = 0x1.8p52;
  x = clamp_d(x, -200, 200);
  v16d shifted = fused_d(x, all_d(1.4426950408889634), all_d(rounder));
  v16d n = shifted - rounder;
  v16d r = fused_d(n, all_d(-0.6931471805599453), x);
  *power = (v16d)(((v16l)shifted + 1023) << 52);
  *remainder = r * polynomial(r, coefficients, 8);
}

DK_INLINE v16d exp_d(v16d x) {
  v16d power, remainder;
  split_exp_d(x, &power, &remainder);
  return fused_d(power, remainder, power);
}

/// exp(x) - 1
DK_INLINE v16d expm1_d(v16d x) {
  v16d power, remainder;
  split_exp_d(x, &power, &remainder);
  return fused_d(power, remainder, power - 1);
}

/// 2 artanh(s) for |s| <= 1/3
DK_INLINE v16d twice_artanh(v16d s) {
  static const double coefficients[] = {  // artanh(s) / s in powers of s^2; 2^-38
    1.000000000002514, 0.33333333113675523, 0.20000031268310997, 0.14284051383040552,
    0.11152937887532624, 0.08558267834147759, 0.10939302721949025};
  return 2 * s * polynomial(s * s, coefficients, 7);
}

DK_INLINE v16d log_d(v16d x) {
  const uint64_t bits_of_root_half = 0x3fe6a09e667f3bcd, bits_of_one = 0x3ff0000000000000;
  // x = 2^n m with m from sqrt(1/2) to sqrt(2).
  v16l biased = ((v16l)x - bits_of_root_half + bits_of_one) >> 52;
  v16d m = (v16d)((v16l)x - (biased << 52) + bits_of_one);
  v16d n = (v16d)(biased | 0x4330000000000000) - (0x1p52 + 1023);
  v16d result = fused_d(n, all_d(0.6931471805599453), twice_artanh((m - 1) / (m + 1)));
  result = choose_d((v16l)(x < INFINITY), result, x);
  result = choose_d((v16l)(x < 0), all_d(NAN), result);
  return choose_d((v16l)(x == 0), all_d(-INFINITY), result);
}

DK_INLINE v16d magnitude_d(v16d x) { return (v16d)((v16l)x & 0x7fffffffffffffff); }

/// log(1 + t) for 0 <= t <= 1
DK_INLINE v16d log1p_d(v16d t) { return twice_artanh(t / (2 + t)); }

DK_INLINE v16d sigmoid_d(v16d x) { return 1 / (1 + exp_d(-x)); }

DK_INLINE v16d softplus_d(v16d x) {
  return choose_d((v16l)(x > 0), x, all_d(0)) + log1p_d(exp_d(-magnitude_d(x)));
}

/// 1 - erf(a) for a >= 0
DK_INLINE v16d erfc_d(v16d a) {
  static const double coefficients[] = {  // exp(a^2) erfc(a) in powers of 1 / (1 + a / 3), a <= 10.5; 2^-34
    -1.6843708206989096e-07, 0.18807157508571476, 0.1879030750075186, 0.17930039614963875, 0.145472572862321,
    0.17813352227654258, -0.07065959240026408, 0.4286028204729792, -0.5761905225401034, 0.6795267729452444,
    -0.4976363473159098, 0.18502556984711208, -0.027549673986718485};
  a = choose_d((v16l)(a > 10.5), all_d(10.5), a);
  return exp_d(-a * a) * polynomial(3 / (3 + a), coefficients, 13);
}

DK_INLINE v16d erf_d(v16d x) {
  static const double coefficients[] = {  // erf(x) / x in powers of x^2, x <= 1; 2^-40
    1.128379167094586, -0.37612638888502115, 0.1128379128533629, -0.026866131406727133, 0.005223776398000426,
    -0.0008542488778847567, 0.00011954816813265267, -1.3898689119400874e-05, 1.0562950772217795e-06};
  v16d a = magnitude_d(x);
  v16d large = 1 - erfc_d(a);
  large = choose_d((v16l)(x < 0), -large, large);
  return choose_d((v16l)(a < 1), x * polynomial(x * x, coefficients, 9), large);
}

typedef v16 vector_function(v16 x, v16 parameter);

/// y = f(x), element by element. `f` is inlined.
DK_INLINE void map(vector_function *f, v16 parameter, const float *x, float *y, size_t count) {
  size_t i = 0;
  for (; i + DK_LANES <= count; i += DK_LANES) store(y + i, f(load(x + i), parameter));
  if (i < count) store_first(y + i, f(load_first(x + i, count - i), parameter), count - i);
}

#define DK_DEFINE_MAP(NAME) \
  static void map_##NAME(const float *x, float *y, size_t count) { map(NAME##_vector, (v16){0}, x, y, count); }
#define DK_DEFINE_VECTOR(NAME) \
  DK_INLINE v16 NAME##_vector(v16 x, v16 parameter) { return (void)parameter, narrow(NAME##_d(widen(x))); }

DK_DEFINE_VECTOR(exp)
DK_DEFINE_VECTOR(log)
DK_DEFINE_VECTOR(softplus)
DK_DEFINE_VECTOR(erf)
DK_DEFINE_MAP(exp)
DK_DEFINE_MAP(log)
DK_DEFINE_MAP(softplus)
DK_DEFINE_MAP(erf)
