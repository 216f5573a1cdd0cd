// The table of this instruction set. Include last.

#define DK_TABLE_OF(SET) dk_##SET##_kernels
#define DK_TABLE(SET) DK_TABLE_OF(SET)
#define DK_TEXT_OF(SET) #SET
#define DK_TEXT(SET) DK_TEXT_OF(SET)

const dk_kernels DK_TABLE(DK_SET) = {
  .name = DK_TEXT(DK_SET),
  .tile_rows = DK_TILE_ROWS,
  .tile_columns = DK_TILE_COLUMNS,
  .pack = pack,
  .pack_terms = pack_terms,
  .multiply = multiply,
  .multiply_row = multiply_row,
  .multiply_row_skipping = multiply_row_skipping,
  .multiply_panels = multiply_panels,
  .multiply_panels_transposed = multiply_panels_transposed,
  .accumulate_transposed = accumulate_transposed,
  .exp = map_exp,
  .log = map_log,
  .tanh = map_tanh,
  .sigmoid = map_sigmoid,
  .softplus = map_softplus,
  .erf = map_erf,
  .activate = activate,
  .activation_gradient = activation_gradient,
  .log_sum_exp = log_sum_exp,
  .shifted_exponentials = shifted_exponentials,
  .class_gradient = class_gradient,
  .sum = sum,
  .sum_of_squares = sum_of_squares,
  .sum_of_magnitudes = sum_of_magnitudes,
  .first_beyond = first_beyond,
  .all_within = all_within,
  .scale = scale,
  .clamp = clamp,
  .add_penalty_gradient = add_penalty_gradient,
  .column_sums = column_sums,
  .column_moments = column_moments,
  .scale_columns = scale_columns,
  .batch_normalization_gradient = batch_normalization_gradient,
  .sgd = sgd,
  .rmsprop = rmsprop,
  .adam = adam,
  .random_words = random_words,
  .uniform = uniform,
  .dropout = dropout,
};
