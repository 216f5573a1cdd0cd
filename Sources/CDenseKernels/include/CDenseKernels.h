// The loops that depend on an instruction set, behind one table of functions for each set.
//
// Nothing here checks its arguments, allocates or keeps state; `accumulate_transposed` takes up to 190 KB of stack,
// `multiply_panels` 140 KB, all else little. Sizes count elements; matrices are row-major float32, `stride` elements from
// row to row. No kernel reads or writes outside the arrays that it is given. Every kernel may run on any number of
// threads at once as long as their outputs do not overlap. Except where the opposite is said, results have the same bits
// on all sets that have fused multiply-add (all but `baseline`).
#ifndef C_DENSE_KERNELS_H
#define C_DENSE_KERNELS_H

#include "floating_point.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

enum {
  /// Terms of a product that are summed in one chain.
  DK_INNER_BLOCK = 512,
  /// Products of at most so many columns are summed in 16 lanes.
  DK_NARROW_COLUMNS = 8,
  /// Columns of the panels in which kernels are stored, on every set: the last panel has what is left. Each panel is a
  /// row-major matrix without gaps, and one follows the other.
  DK_PANEL_COLUMNS = 32,
};

typedef enum dk_activation {
  DK_LINEAR,
  DK_RELU,
  DK_LEAKY_RELU,
  DK_ELU,
  DK_SIGMOID,
  DK_TANH,
  DK_SOFTPLUS,
  DK_SILU,
  DK_GELU,
  DK_GELU_TANH,
  DK_SOFTMAX,
} dk_activation;

/// sums = left . right + bias; output = activation(sums), or activation(sums * scale + shift) with a scale.
typedef struct dk_product {
  size_t rows, columns, inner;
  const float *left;
  size_t left_stride;
  /// For `multiply_panels`: which rows of the matrix at `left` these are, in any order; null where they are its first ones.
  const int32_t *_Nullable left_rows;
  /// The whole right factor as `pack` laid it out, or in panels for `multiply_panels`.
  const float *right;
  /// Whether the right factor comes from beyond a core's second-level cache, so that asking for its parts beforehand pays.
  /// No result depends on it.
  int right_streams;
  /// Columns that follow in a right factor that streams, and that this thread will probably take next.
  size_t columns_after;
  /// Whether all values of the right factor are known to be finite: then terms that are zero in all rows of a tile need
  /// not be added. No result depends on it.
  int right_is_finite;
  /// Floats of the right factor that stay in a core's second-level cache while all rows pass by. No result depends on it.
  size_t block_floats;
  const float *_Nullable bias;
  /// Both or neither, one value for each column: batch normalization with fixed statistics.
  const float *_Nullable scale, *_Nullable shift;
  /// May be `output`.
  float *sums;
  size_t sums_stride;
  float *output;
  size_t output_stride;
  dk_activation activation;
  /// Slope or alpha, where the activation has one.
  float parameter;
} dk_product;

/// output = activation((input . right + bias) * scale + shift), for rows that come later, one by one.
typedef struct dk_row_product {
  /// `multiply_row` or `multiply_row_skipping` of the set that packed `right`.
  void (*run)(const struct dk_row_product *product, const float *input, float *output);
  size_t inner, columns;
  /// As in `dk_product`.
  const float *right;
  const float *_Nullable bias;
  const float *_Nullable scale, *_Nullable shift;
  dk_activation activation;
  float parameter;
  /// Whether to ask for the right factor's lines before they are read. No result depends on it.
  int looks_ahead;
} dk_row_product;

/// Settings of an optimizer's rule in one step.
typedef struct dk_rule {
  float rate, decay, momentum, rho;
  /// What a new value counts for in the first and in the second running mean.
  float share1, share2;
  float epsilon;
  int nesterov;
} dk_rule;

/// What an optimizer's pass works on; `slot` names are those of the rule.
typedef struct dk_update {
  size_t count;
  float *weights;
  /// Receives the weights as they were.
  float *gradients;
  float *_Nullable slot[3];
  dk_rule rule;
} dk_update;

/// One pass of an optimizer's rule. Whether all new weights are finite.
typedef int dk_update_function(const dk_update *update);

/// Rows of result = left^T . right, over `rows` rows of both; += where it `accumulates`. The result lies in panels.
typedef struct dk_transposed_product {
  size_t rows, left_columns, right_columns;
  const float *left;
  size_t left_stride;
  /// Which rows of the matrix at `left` these are, in any order; null where they are its first ones.
  const int32_t *_Nullable left_rows;
  const float *right;
  size_t right_stride;
  /// Where the first panel starts, and floats from there to the next panel's start.
  float *result;
  size_t panel_step;
  /// The first row of the result; it has `left_columns` of them.
  size_t first_row;
  int accumulates;
  /// As in `dk_product`.
  int right_is_finite;
  /// Floats of the right factor that stay in a core's second-level cache while the left one passes by. No result depends on
  /// it.
  size_t block_floats;
  /// What uses the result up, block by block while it is in a core's cache, and how. Its arrays lie as the result does;
  /// its gradients and count do not matter.
  const dk_update *_Nullable update;
  dk_update_function *_Nullable update_function;
  /// Whether weights and slots come from far away, so that products had better look ahead to them.
  int update_streams;
  /// Whether an update leaves the weights as they were in the place of the result. Otherwise nobody knows what is there.
  int keeps_weights;
} dk_transposed_product;

typedef struct dk_batch_normalization {
  size_t rows, columns;
  const float *input;
  size_t input_stride;
  const float *output_gradient;
  size_t output_gradient_stride;
  const float *mean, *inverse_deviation;
  const float *_Nullable scale;
  float *_Nullable scale_gradient, *_Nullable shift_gradient;
  float *_Nullable input_gradient;
  size_t input_gradient_stride;
} dk_batch_normalization;

typedef void dk_map(const float *x, float *y, size_t count);

typedef struct dk_kernels {
  const char *name;
  /// Rows and columns of the register tile.
  size_t tile_rows, tile_columns;

  // Products. A packed factor takes `packed_count` floats, aligned to 64 bytes, on every set.
  void (*pack)(size_t inner, size_t columns, const float *matrix, size_t stride, float *packed);
  /// The terms `first` to `first + terms` of `pack` alone, for more than DK_NARROW_COLUMNS columns.
  void (*pack_terms)(size_t inner, size_t columns, size_t first, size_t terms, const float *matrix, size_t stride,
                     float *packed);
  void (*multiply)(const dk_product *product);
  /// `multiply` for one row. `output` does not overlap `input`.
  void (*multiply_row)(const dk_row_product *product, const float *input, float *output);
  /// The same for a right factor of finite values alone, of which it leaves unread what only zeros are multiplied by, as
  /// far as that saves time.
  void (*multiply_row_skipping)(const dk_row_product *product, const float *input, float *output);
  /// Whether it leaves anything unread for a row, which is looked at each time.
  int (*has_many_zeros)(const float *input, size_t count);
  /// `multiply` for a right factor of more than DK_NARROW_COLUMNS columns in panels, or for some of its panels.
  void (*multiply_panels)(const dk_product *product);
  /// Whether so many of a product's terms are zero in all rows of a tile that leaving them out pays, as far as its first
  /// rows show.
  int (*is_worth_skipping)(const dk_product *product);
  /// left . right^T for a right factor in panels: all of its columns are the product's terms. The product's columns, more
  /// than DK_NARROW_COLUMNS in all, are those from `first_row` on of the factor's `rows` rows. The activation is linear.
  void (*multiply_panels_transposed)(const dk_product *product, size_t first_row, size_t rows);
  /// Whether the sum of the squares of the result's values is finite in single precision: then each of them is within the
  /// square root of the largest number, and none is NaN. Where it is not, that may still be so. With an update, instead,
  /// whether the new weights are finite.
  int (*accumulate_transposed)(const dk_transposed_product *product);

  // Functions of one value: y may be x. Their errors are stated in elementary.h.
  dk_map *exp, *log, *tanh, *sigmoid, *softplus, *erf;

  // Activations, by rows. `output` may be `z`; `input_gradient` may be `output_gradient`.
  void (*activate)(dk_activation kind, float parameter, size_t rows, size_t columns, const float *z, size_t z_stride,
                   float *output, size_t output_stride);
  /// `known` is z for silu and gelu, the output elsewhere.
  void (*activation_gradient)(dk_activation kind, float parameter, size_t rows, size_t columns, const float *known,
                              size_t known_stride, const float *output_gradient, size_t output_gradient_stride,
                              float *input_gradient, size_t input_gradient_stride);
  void (*log_sum_exp)(size_t rows, size_t columns, const float *z, size_t stride, float *result);

  // Cross-entropy over classes; formulas at `Vector`.
  void (*shifted_exponentials)(size_t rows, size_t columns, const float *z, size_t z_stride,
                               float *_Nullable exponentials, size_t stride, float *largest, float *sums);
  void (*class_gradient)(size_t count, float *x, float sum, float mass, const float *_Nullable wanted, float keep,
                         float even, float factor);

  // Reductions.
  double (*sum)(const float *x, size_t count);
  double (*sum_of_squares)(const float *x, size_t count);
  double (*sum_of_magnitudes)(const float *x, size_t count);
  /// The first whose magnitude is not at most `limit`, which NaN never is; `count` where there is none.
  size_t (*first_beyond)(const float *x, size_t count, float limit);
  /// Whether no magnitude is beyond `limit`.
  int (*all_within)(size_t rows, size_t columns, const float *x, size_t stride, float limit);

  // Changes in place.
  void (*scale)(float *x, size_t count, float factor);
  void (*clamp)(float *x, size_t count, float limit);
  void (*add_penalty_gradient)(const float *weights, float *gradients, size_t count, float l1, float l2);

  // Columns. `column_sums` adds to `sums`.
  void (*column_sums)(size_t rows, size_t columns, const float *x, size_t stride, float *sums);
  void (*column_moments)(size_t rows, size_t columns, const float *x, size_t stride, float *mean, float *variance);
  void (*scale_columns)(size_t rows, size_t columns, const float *x, size_t x_stride, const float *scale,
                            const float *shift, float *y, size_t y_stride);
  void (*batch_normalization_gradient)(const dk_batch_normalization *pass);

  // Optimizers.
  dk_update_function *sgd, *rmsprop, *adam;

  // Random numbers: the same words on every set.
  void (*random_words)(uint64_t seed, uint64_t stream, uint64_t index, uint32_t *words, size_t count);
  void (*uniform)(uint64_t seed, uint64_t stream, float *values, size_t count, float lower, float upper);
  /// y = 0 where the word is below `threshold`, else x * factor.
  void (*dropout)(uint64_t seed, uint64_t stream, uint64_t index, const float *x, float *y, size_t count,
                  uint32_t threshold, float factor);
} dk_kernels;

/// The sets that this machine and its system support, best first; null past the last.
const dk_kernels *_Nullable dk_supported_kernels(size_t index);

/// Floats of a packed factor.
size_t dk_packed_count(size_t inner, size_t columns);

/// Row i of `to` = row positions[i] of `from`. The two do not overlap.
/// - past_caches: whether other cores read the rows next, after those that were there before.
void dk_gather_rows(size_t rows, size_t columns, const float *from, size_t stride, const int32_t *positions, float *to,
                    size_t to_stride, int past_caches);

/// Processors that the system lets this process run on; 0 where it does not say.
long dk_allowed_processors(void);

/// The number of the processor that this thread runs on; -1 where the system does not say.
int32_t dk_current_processor(void);

/// Signals `condition`, for which `thread` may wait, and has the system run that thread on any other processor that it may
/// use than `processor`, where there is one. For a moment it may not use that one; afterwards it may use the same as
/// before. One caller at a time for each thread.
void dk_wake_elsewhere(pthread_t thread, pthread_cond_t *condition, int32_t processor);

/// Has the system run `thread` on `processor`, where it may use that one; what it may use is the same afterwards. One
/// caller at a time for each thread.
void dk_move_to_processor(pthread_t thread, int32_t processor);

/// Nanoseconds for which `thread` has had a processor; -1 where the system does not say.
int64_t dk_processor_time(pthread_t thread);

/// A number that no other living thread has.
uintptr_t dk_thread_identity(void);

#pragma clang assume_nonnull end

#endif
