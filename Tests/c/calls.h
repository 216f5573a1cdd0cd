// Every function that takes a handle, called with it: one line for each handle parameter.
//
// X(KIND, ID, CALL): CALL passes `handle` where a dense_KIND * is expected, and is right in all other arguments, which
// come from `good`, a set of open handles, and from the locals that test_handles.c gives each call.
#define HANDLE_CALLS(X)                                                                                               \
  X(layer, layer_set, dense_layer_set(handle, "units", 3))                                                            \
  X(layer, layer_set_text, dense_layer_set_text(handle, "activation", "relu"))                                        \
  X(layer, layer_get, dense_layer_get(handle, "units", &real))                                                        \
  X(layer, layer_get_text, dense_layer_get_text(handle, "activation", &text))                                         \
  X(layer, layer_describe, dense_layer_describe(handle, buffer, sizeof buffer, &whole))                               \
  X(layer, layer_build, dense_layer_build(handle, 4, 1))                                                              \
  X(layer, layer_forward, dense_layer_forward(handle, x, 2, 4, 1, y, 6))                                              \
  X(layer, layer_backward, dense_layer_backward(handle, y, 2, 3, y + 6, 8))                                           \
  X(layer, layer_step, dense_layer_step(handle, good->optimizer))                                                     \
  X(optimizer, layer_step_optimizer, dense_layer_step(good->layer, handle))                                           \
  X(layer, layer_zero_gradients, dense_layer_zero_gradients(handle))                                                  \
  X(layer, layer_save, dense_layer_save(handle, scratch_path("unused")))                                              \
  X(layer, layer_shape, dense_layer_shape(handle, &whole, &other))                                                    \
  X(layer, layer_count, dense_layer_count(handle, 4, "parameters", 32, NULL, &whole))                                 \
  X(layer, layer_parameter_count, dense_layer_parameter_count(handle, &whole))                                        \
  X(layer, layer_parameter_info, dense_layer_parameter_info(handle, 0, &text, &whole, &other, &flag))                 \
  X(layer, layer_get_parameter, dense_layer_get_parameter(handle, "bias", y, 3))                                      \
  X(layer, layer_set_parameter, dense_layer_set_parameter(handle, "bias", y, 3))                                      \
  X(layer, layer_get_gradient, dense_layer_get_gradient(handle, "bias", y, 3))                                        \
  X(optimizer, optimizer_set, dense_optimizer_set(handle, "learning_rate", 0.1))                                      \
  X(optimizer, optimizer_set_text, dense_optimizer_set_text(handle, "weight_decay", NULL))                            \
  X(optimizer, optimizer_get, dense_optimizer_get(handle, "learning_rate", &real))                                    \
  X(optimizer, optimizer_get_text, dense_optimizer_get_text(handle, "weight_decay", &text))                           \
  X(optimizer, optimizer_describe, dense_optimizer_describe(handle, buffer, sizeof buffer, &whole))                   \
  X(loss, loss_set, dense_loss_set(handle, "from_logits", 1))                                                         \
  X(loss, loss_set_text, dense_loss_set_text(handle, "reduction", "sum"))                                             \
  X(loss, loss_get, dense_loss_get(handle, "from_logits", &real))                                                     \
  X(loss, loss_get_text, dense_loss_get_text(handle, "reduction", &text))                                             \
  X(loss, loss_describe, dense_loss_describe(handle, buffer, sizeof buffer, &whole))                                  \
  X(metric, metric_set, dense_metric_set(handle, "threshold", 0.5))                                                   \
  X(metric, metric_set_text, dense_metric_set_text(handle, "average", "macro"))                                       \
  X(metric, metric_get, dense_metric_get(handle, "threshold", &real))                                                 \
  X(metric, metric_get_text, dense_metric_get_text(handle, "average", &text))                                         \
  X(metric, metric_describe, dense_metric_describe(handle, buffer, sizeof buffer, &whole))                            \
  X(network, network_add, dense_network_add(handle, good->layer))                                                     \
  X(layer, network_add_layer, dense_network_add(good->network, handle))                                               \
  X(network, network_layer_count, dense_network_layer_count(handle, &whole))                                          \
  X(network, network_layer, dense_network_layer(handle, 0, &layer))                                                   \
  X(network, network_set_seed, dense_network_set_seed(handle, 1))                                                     \
  X(network, network_build, dense_network_build(handle))                                                              \
  X(network, network_compile, dense_network_compile(handle, good->optimizer, good->loss))                             \
  X(optimizer, network_compile_optimizer, dense_network_compile(good->network, handle, good->loss))                   \
  X(loss, network_compile_loss, dense_network_compile(good->network, good->optimizer, handle))                        \
  X(network, network_add_metric, dense_network_add_metric(handle, good->metric))                                      \
  X(metric, network_add_metric_metric, dense_network_add_metric(good->network, handle))                               \
  X(network, network_set, dense_network_set(handle, "optimizer.learning_rate", 0.1))                                  \
  X(network, network_get, dense_network_get(handle, "iterations", &real))                                             \
  X(network, network_result_count, dense_network_result_count(handle, &whole))                                        \
  X(network, network_result_name, dense_network_result_name(handle, 0, &text))                                        \
  X(network, network_train_batch, dense_network_train_batch(handle, x, 2, 4, x, 3, NULL, &real, 1))                   \
  X(network, network_fit, dense_network_fit(handle, x, 2, 4, x, 3, NULL, NULL))                                       \
  X(fit_options, network_fit_fit_options, dense_network_fit(good->network, x, 2, 4, x, 3, handle, NULL))              \
  X(network, network_predict, dense_network_predict(handle, x, 2, 4, y, 6))                                           \
  X(network, network_evaluate, dense_network_evaluate(handle, x, 2, 4, x, 3, NULL, 32, &real, 1))                     \
  X(network, network_forward, dense_network_forward(handle, x, 2, 4, 1, y, 6))                                        \
  X(network, network_backward, dense_network_backward(handle, y, 2, 3, y + 6, 8))                                     \
  X(network, network_step, dense_network_step(handle))                                                                \
  X(network, network_zero_gradients, dense_network_zero_gradients(handle))                                            \
  X(network, network_shape, dense_network_shape(handle, &whole, &other))                                              \
  X(network, network_count, dense_network_count(handle, "parameters", 32, NULL, &whole))                              \
  X(network, network_summary, dense_network_summary(handle, buffer, sizeof buffer, &whole))                           \
  X(network, network_describe, dense_network_describe(handle, buffer, sizeof buffer, &whole))                         \
  X(network, network_set_note, dense_network_set_note(handle, "a", "b"))                                              \
  X(network, network_get_note, dense_network_get_note(handle, "a", buffer, sizeof buffer, &whole))                    \
  X(network, network_save, dense_network_save(handle, scratch_path("unused")))                                        \
  X(fit_options, fit_options_set, dense_fit_options_set(handle, "epochs", 2))                                         \
  X(fit_options, fit_options_set_text, dense_fit_options_set_text(handle, "monitor", "loss"))                         \
  X(fit_options, fit_options_get, dense_fit_options_get(handle, "epochs", &real))                                     \
  X(fit_options, fit_options_get_text, dense_fit_options_get_text(handle, "monitor", &text))                          \
  X(fit_options, fit_options_describe, dense_fit_options_describe(handle, buffer, sizeof buffer, &whole))             \
  X(fit_options, fit_options_set_validation_data, dense_fit_options_set_validation_data(handle, x, 2, 4, x, 3, NULL)) \
  X(fit_options, fit_options_set_sample_weights, dense_fit_options_set_sample_weights(handle, x, 2))                  \
  X(fit_options, fit_options_set_progress, dense_fit_options_set_progress(handle, NULL, NULL))                        \
  X(history, history_epochs, dense_history_epochs(handle, &whole))                                                    \
  X(history, history_name_count, dense_history_name_count(handle, &whole))                                            \
  X(history, history_name, dense_history_name(handle, 0, &text))                                                      \
  X(history, history_value, dense_history_value(handle, "loss", 0, &real))                                            \
  X(history, history_best_epoch, dense_history_best_epoch(handle, &whole))                                            \
  X(network, predictor_create_network, dense_predictor_create(handle, NULL, &predictor))                              \
  X(predictor_options, predictor_create_options, dense_predictor_create(good->network, handle, &predictor))           \
  X(predictor, predictor_run, dense_predictor_run(handle, x, 2, 4, y, 6))                                             \
  X(predictor, predictor_run_with_workspace, dense_predictor_run_with_workspace(handle, x, 2, 4, y, 6, NULL, 0))      \
  X(predictor, predictor_workspace_bytes, dense_predictor_workspace_bytes(handle, 2, &whole))                         \
  X(predictor, predictor_shape, dense_predictor_shape(handle, &whole, &other))                                        \
  X(predictor_options, predictor_options_set, dense_predictor_options_set(handle, "max_rows", 2))                     \
  X(predictor_options, predictor_options_get, dense_predictor_options_get(handle, "max_rows", &real))                 \
  X(predictor_options, predictor_options_describe,                                                                    \
    dense_predictor_options_describe(handle, buffer, sizeof buffer, &whole))
