/* SPDX-License-Identifier: Apache-2.0 */

/**
 * @file dense.hpp
 * Dense for C++17: what dense.h offers, with owners for handles and exceptions for errors.
 *
 * An object owns one handle, which ends with it; it moves and does not copy. `get()` gives the handle to functions of
 * dense.h that have no counterpart here. What each function does, accepts and promises to threads stands in dense.h.
 */

#ifndef DENSE_HPP
#define DENSE_HPP

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "dense.h"

namespace dense {

/** A call that failed; the text says what was expected and what was received. */
class Error : public std::runtime_error {
public:
  Error(dense_status status, const std::string &message) : std::runtime_error(message), status_(status) {}

  dense_status status() const noexcept { return status_; }

private:
  dense_status status_;
};

/** Throws the thread's last error unless `status` is DENSE_OK. */
inline void check(dense_status status) {
  if (status != DENSE_OK) throw Error(status, dense_last_error());
}

/** Rows of float32 values that somebody else owns, row by row without gaps. */
struct Matrix {
  const float *data;
  int64_t rows;
  int64_t columns;

  Matrix(const float *data, int64_t rows, int64_t columns) : data(data), rows(rows), columns(columns) {}

  /** All values of `values` as rows of `columns`. */
  Matrix(const std::vector<float> &values, int64_t columns) : data(values.data()), rows(0), columns(columns) {
    const auto size = static_cast<int64_t>(values.size());
    if (columns < 1 || size % columns != 0) {
      throw Error(DENSE_ERROR_SHAPE_MISMATCH, "expected whole rows of " + std::to_string(columns) +
                                                  " values, received " + std::to_string(size) + " values");
    }
    rows = size / columns;
  }

  /** Throws unless there are as many rows as `expected`: those of the inputs, where these are targets. */
  void require_rows(int64_t expected) const {
    if (rows == expected) return;
    throw Error(DENSE_ERROR_SHAPE_MISMATCH,
                "targets: expected " + std::to_string(expected) + " rows, received " + std::to_string(rows));
  }
};

namespace detail {

/** The text that a function such as dense_network_summary writes. */
template <typename Write> std::string text(Write write) {
  int64_t length = 0;
  check(write(nullptr, 0, &length));
  std::string result(static_cast<std::size_t>(length) + 1, '\0');
  check(write(&result[0], length + 1, &length));
  result.resize(static_cast<std::size_t>(length));
  return result;
}

/** The handle that a function such as dense_loss_create makes. */
template <typename Handle, typename Create> Handle *made(Create create) {
  Handle *handle = nullptr;
  check(create(&handle));
  return handle;
}

/** The product of two sizes of the caller's. */
inline std::size_t elements(int64_t rows, int64_t columns) {
  if (rows < 0 || columns < 0 || (columns > 0 && rows > INT64_MAX / 8 / columns)) {
    throw Error(DENSE_ERROR_SIZE_OVERFLOW, "expected a size that fits into memory, received " + std::to_string(rows) +
                                               " x " + std::to_string(columns) + " elements");
  }
  return static_cast<std::size_t>(rows * columns);
}

/** Marks constructors that take a handle over, so that no number is taken for one. */
struct Adopt {};

/** The sole owner of a handle. */
template <typename Handle, void (*destroy)(Handle *)> class Owner {
public:
  Handle *get() const noexcept { return handle_.get(); }

protected:
  explicit Owner(Handle *handle) : handle_(handle) {}

private:
  struct Destroy {
    void operator()(Handle *handle) const noexcept { destroy(handle); }
  };
  std::unique_ptr<Handle, Destroy> handle_;
};

/** The functions of a kind of handle that has settings. */
template <typename Handle> struct Functions;

#define DENSE_FUNCTIONS(NAME)                                 \
  template <> struct Functions<dense_##NAME> {                \
    static constexpr auto set = dense_##NAME##_set;           \
    static constexpr auto set_text = dense_##NAME##_set_text; \
    static constexpr auto get = dense_##NAME##_get;           \
    static constexpr auto get_text = dense_##NAME##_get_text; \
    static constexpr auto describe = dense_##NAME##_describe; \
  };
DENSE_FUNCTIONS(layer)
DENSE_FUNCTIONS(optimizer)
DENSE_FUNCTIONS(loss)
DENSE_FUNCTIONS(metric)
DENSE_FUNCTIONS(fit_options)
DENSE_FUNCTIONS(predictor_options)
#undef DENSE_FUNCTIONS

/** Settings by name. `set` and `clear` return the object itself, so that calls chain. */
template <typename Self, typename Handle> class Settings {
public:
  /** Changes a setting that is a number or a flag. */
  Self &set(const std::string &setting, double value) {
    check(Functions<Handle>::set(self().get(), setting.c_str(), value));
    return self();
  }

  /** Changes a setting that is a name. */
  Self &set(const std::string &setting, const std::string &value) {
    check(Functions<Handle>::set_text(self().get(), setting.c_str(), value.c_str()));
    return self();
  }

  /** Switches an optional setting off. */
  Self &clear(const std::string &setting) {
    check(Functions<Handle>::set_text(self().get(), setting.c_str(), nullptr));
    return self();
  }

  double number(const std::string &setting) const {
    double value = 0;
    check(Functions<Handle>::get(self().get(), setting.c_str(), &value));
    return value;
  }

  /** The name that is the setting's value; empty where it is none. */
  std::string text(const std::string &setting) const {
    const char *value = nullptr;
    check(Functions<Handle>::get_text(self().get(), setting.c_str(), &value));
    return value == nullptr ? std::string() : std::string(value);
  }

  /** Name and settings as JSON. */
  std::string describe() const {
    return detail::text([this](char *text, int64_t capacity, int64_t *length) {
      return Functions<Handle>::describe(self().get(), text, capacity, length);
    });
  }

private:
  Self &self() { return static_cast<Self &>(*this); }
  const Self &self() const { return static_cast<const Self &>(*this); }
};

} // namespace detail

namespace detail {

/** A kind of the catalogue, made by name. */
template <typename Handle, dense_status (*create)(const char *, Handle **), void (*destroy)(Handle *)>
class Kind : public Owner<Handle, destroy>, public Settings<Kind<Handle, create, destroy>, Handle> {
public:
  explicit Kind(const std::string &name)
      : Owner<Handle, destroy>(made<Handle>([&](auto out) { return create(name.c_str(), out); })) {}
};

} // namespace detail

/** The settings of an optimizer: `Optimizer("adam").set("learning_rate", 0.01)`. */
using Optimizer = detail::Kind<dense_optimizer, dense_optimizer_create, dense_optimizer_destroy>;
/** The settings of a loss: `Loss("mean_squared_error")`. */
using Loss = detail::Kind<dense_loss, dense_loss_create, dense_loss_destroy>;
/** The settings of a metric: `Metric("accuracy")`. */
using Metric = detail::Kind<dense_metric, dense_metric_create, dense_metric_destroy>;

/** A layer, alone or shared with a network, made by name: `Layer("dense").set("units", 128)`. */
class Layer : public detail::Owner<dense_layer, dense_layer_destroy>, public detail::Settings<Layer, dense_layer> {
public:
  explicit Layer(const std::string &name)
      : Owner(detail::made<dense_layer>([&](auto out) { return dense_layer_create(name.c_str(), out); })) {}

  /** A dense layer with an activation. */
  static Layer dense(int64_t units, const std::string &activation = "linear") {
    Layer layer("dense");
    layer.set("units", static_cast<double>(units)).set("activation", activation);
    return layer;
  }

  static Layer load(const std::string &path) {
    return Layer(detail::Adopt(),
                 detail::made<dense_layer>([&](auto out) { return dense_layer_load(path.c_str(), out); }));
  }

  void save(const std::string &path) const { check(dense_layer_save(get(), path.c_str())); }

  void build(int64_t inputs, uint64_t seed = 0) { check(dense_layer_build(get(), inputs, seed)); }

  int64_t inputs() const { return shape().first; }
  int64_t outputs() const { return shape().second; }

  std::vector<float> forward(const Matrix &input, bool training) {
    std::vector<float> output(detail::elements(input.rows, outputs()));
    check(dense_layer_forward(get(), input.data, input.rows, input.columns, training ? 1 : 0, output.data(),
                              static_cast<int64_t>(output.size())));
    return output;
  }

  /** Adds to the gradients, and returns that of the input. */
  std::vector<float> backward(const Matrix &output_gradient) {
    std::vector<float> gradient(detail::elements(output_gradient.rows, inputs()));
    check(dense_layer_backward(get(), output_gradient.data, output_gradient.rows, output_gradient.columns,
                               gradient.data(), static_cast<int64_t>(gradient.size())));
    return gradient;
  }

  void step(const Optimizer &optimizer) { check(dense_layer_step(get(), optimizer.get())); }
  void zero_gradients() { check(dense_layer_zero_gradients(get())); }

  std::vector<float> parameter(const std::string &name) const {
    std::vector<float> values(size_of(name));
    check(dense_layer_get_parameter(get(), name.c_str(), values.data(), static_cast<int64_t>(values.size())));
    return values;
  }

  std::vector<float> gradient(const std::string &name) const {
    std::vector<float> values(size_of(name));
    check(dense_layer_get_gradient(get(), name.c_str(), values.data(), static_cast<int64_t>(values.size())));
    return values;
  }

  void set_parameter(const std::string &name, const std::vector<float> &values) {
    check(dense_layer_set_parameter(get(), name.c_str(), values.data(), static_cast<int64_t>(values.size())));
  }

private:
  friend class Network;
  Layer(detail::Adopt, dense_layer *handle) : Owner(handle) {}

  std::pair<int64_t, int64_t> shape() const {
    std::pair<int64_t, int64_t> shape;
    check(dense_layer_shape(get(), &shape.first, &shape.second));
    return shape;
  }

  /** The values of a parameter; 1 for a name that there is not, which the call that follows refuses. */
  std::size_t size_of(const std::string &name) const {
    int64_t count = 0;
    check(dense_layer_parameter_count(get(), &count));
    for (int64_t index = 0; index < count; index++) {
      const char *found = nullptr;
      int64_t rows = 0, columns = 0;
      int32_t trainable = 0;
      check(dense_layer_parameter_info(get(), index, &found, &rows, &columns, &trainable));
      if (name == found) return static_cast<std::size_t>(rows * columns);
    }
    return 1;
  }
};

/** What a fit saw, epoch by epoch. */
class History : public detail::Owner<dense_history, dense_history_destroy> {
public:
  int64_t epochs() const {
    int64_t count = 0;
    check(dense_history_epochs(get(), &count));
    return count;
  }

  int64_t best_epoch() const {
    int64_t epoch = 0;
    check(dense_history_best_epoch(get(), &epoch));
    return epoch;
  }

  /** The figure `name` of each epoch. */
  std::vector<double> operator[](const std::string &name) const {
    std::vector<double> values(static_cast<std::size_t>(epochs()));
    for (std::size_t epoch = 0; epoch < values.size(); epoch++) {
      check(dense_history_value(get(), name.c_str(), static_cast<int64_t>(epoch), &values[epoch]));
    }
    return values;
  }

private:
  friend class Network;
  History(detail::Adopt, dense_history *handle) : Owner(handle) {}
};

/** What a progress callback is told. */
struct Progress {
  dense_event event;
  int64_t epoch;
  int64_t step;
  int64_t steps;
  std::vector<double> values;
};

/** How a fit is to run. Data that it is given must stay until the fit has returned. */
class FitOptions : public detail::Owner<dense_fit_options, dense_fit_options_destroy>,
                   public detail::Settings<FitOptions, dense_fit_options> {
public:
  FitOptions() : Owner(detail::made<dense_fit_options>(dense_fit_options_create)) {}

  FitOptions &validation(const Matrix &x, const Matrix &targets, const float *sample_weights = nullptr) {
    if (targets.rows != x.rows) {
      throw Error(DENSE_ERROR_SHAPE_MISMATCH,
                  "targets: expected " + std::to_string(x.rows) + " rows, received " + std::to_string(targets.rows));
    }
    check(dense_fit_options_set_validation_data(get(), x.data, x.rows, x.columns, targets.data, targets.columns,
                                                sample_weights));
    return *this;
  }

  FitOptions &sample_weights(const std::vector<float> &weights) {
    check(dense_fit_options_set_sample_weights(get(), weights.data(), static_cast<int64_t>(weights.size())));
    return *this;
  }

  /** Calls `callback` at each event; true stops the run. What it throws stops the run and comes out of the fit. */
  FitOptions &progress(std::function<bool(const Progress &)> callback) {
    listener_ = std::make_unique<Listener>();
    listener_->callback = std::move(callback);
    check(dense_fit_options_set_progress(get(), &Listener::hear, listener_.get()));
    return *this;
  }

private:
  friend class Network;

  struct Listener {
    std::function<bool(const Progress &)> callback;
    std::exception_ptr thrown;

    static int32_t hear(void *user, int32_t event, int64_t epoch, int64_t step, int64_t steps, const double *values,
                        int64_t value_count) {
      auto *listener = static_cast<Listener *>(user);
      try {
        const auto figures =
            value_count > 0 ? std::vector<double>(values, values + value_count) : std::vector<double>();
        return listener->callback({static_cast<dense_event>(event), epoch, step, steps, figures}) ? 1 : 0;
      } catch (...) {
        listener->thrown = std::current_exception();
        return 1;
      }
    }
  };

  void rethrow() const {
    if (listener_ && listener_->thrown) std::rethrow_exception(std::exchange(listener_->thrown, nullptr));
  }

  std::unique_ptr<Listener> listener_;
};

/** A chain of layers that is trained and predicts. */
class Network : public detail::Owner<dense_network, dense_network_destroy> {
public:
  explicit Network(int64_t inputs)
      : Owner(detail::made<dense_network>([&](auto out) { return dense_network_create(inputs, out); })) {}

  static Network load(const std::string &path) {
    return Network(detail::Adopt(),
                   detail::made<dense_network>([&](auto out) { return dense_network_load(path.c_str(), out); }));
  }

  void save(const std::string &path) const { check(dense_network_save(get(), path.c_str())); }

  /** Appends a layer, which network and object share from then on. */
  Network &add(const Layer &layer) {
    check(dense_network_add(get(), layer.get()));
    return *this;
  }

  Layer layer(int64_t index) const {
    return Layer(detail::Adopt(),
                 detail::made<dense_layer>([&](auto out) { return dense_network_layer(get(), index, out); }));
  }

  Network &seed(uint64_t seed) {
    check(dense_network_set_seed(get(), seed));
    return *this;
  }

  void build() { check(dense_network_build(get())); }

  void compile(const Optimizer &optimizer, const Loss &loss, const std::vector<std::string> &metrics = {}) {
    check(dense_network_compile(get(), optimizer.get(), loss.get()));
    for (const auto &name : metrics) add_metric(Metric(name));
  }

  void add_metric(const Metric &metric) { check(dense_network_add_metric(get(), metric.get())); }

  /** Changes a live setting, such as "optimizer.learning_rate". */
  void set(const std::string &setting, double value) { check(dense_network_set(get(), setting.c_str(), value)); }

  double number(const std::string &setting) const {
    double value = 0;
    check(dense_network_get(get(), setting.c_str(), &value));
    return value;
  }

  int64_t inputs() const { return shape().first; }
  int64_t outputs() const { return shape().second; }

  History fit(const Matrix &x, const Matrix &targets, const FitOptions &options = FitOptions()) {
    targets.require_rows(x.rows);
    dense_history *history = nullptr;
    const dense_status status =
        dense_network_fit(get(), x.data, x.rows, x.columns, targets.data, targets.columns, options.get(), &history);
    History result(detail::Adopt(), history);
    options.rethrow();
    check(status);
    return result;
  }

  /** Trains on one batch and returns its figures: the loss, then the metrics. */
  std::vector<double> train_batch(const Matrix &x, const Matrix &targets, const float *sample_weights = nullptr) {
    targets.require_rows(x.rows);
    std::vector<double> results(result_count());
    check(dense_network_train_batch(get(), x.data, x.rows, x.columns, targets.data, targets.columns, sample_weights,
                                    results.data(), static_cast<int64_t>(results.size())));
    return results;
  }

  /** The figures over all rows: the loss, then the metrics. */
  std::vector<double> evaluate(const Matrix &x, const Matrix &targets, int64_t batch_size = 32,
                               const float *sample_weights = nullptr) {
    targets.require_rows(x.rows);
    std::vector<double> results(result_count());
    check(dense_network_evaluate(get(), x.data, x.rows, x.columns, targets.data, targets.columns, sample_weights,
                                 batch_size, results.data(), static_cast<int64_t>(results.size())));
    return results;
  }

  std::vector<float> predict(const Matrix &x) const {
    std::vector<float> output(detail::elements(x.rows, outputs()));
    predict(x, output.data(), static_cast<int64_t>(output.size()));
    return output;
  }

  /** As above, into memory of the caller's. */
  void predict(const Matrix &x, float *output, int64_t output_count) const {
    check(dense_network_predict(get(), x.data, x.rows, x.columns, output, output_count));
  }

  int64_t count(const std::string &quantity, int64_t batch_size = 32) const {
    int64_t value = 0;
    check(dense_network_count(get(), quantity.c_str(), batch_size, nullptr, &value));
    return value;
  }

  std::string summary() const {
    return detail::text([this](char *text, int64_t capacity, int64_t *length) {
      return dense_network_summary(get(), text, capacity, length);
    });
  }

  std::string describe() const {
    return detail::text([this](char *text, int64_t capacity, int64_t *length) {
      return dense_network_describe(get(), text, capacity, length);
    });
  }

  /** A text of the caller's that is kept in the network's files. */
  void set_note(const std::string &name, const std::string &text) {
    check(dense_network_set_note(get(), name.c_str(), text.c_str()));
  }

  std::string note(const std::string &name) const {
    return detail::text([this, &name](char *text, int64_t capacity, int64_t *length) {
      return dense_network_get_note(get(), name.c_str(), text, capacity, length);
    });
  }

private:
  Network(detail::Adopt, dense_network *handle) : Owner(handle) {}

  std::pair<int64_t, int64_t> shape() const {
    std::pair<int64_t, int64_t> shape;
    check(dense_network_shape(get(), &shape.first, &shape.second));
    return shape;
  }

  std::size_t result_count() const {
    int64_t count = 0;
    check(dense_network_result_count(get(), &count));
    return static_cast<std::size_t>(count);
  }
};

/** How a predictor is prepared: `PredictorOptions().set("max_rows", 1)`. */
class PredictorOptions : public detail::Owner<dense_predictor_options, dense_predictor_options_destroy>,
                         public detail::Settings<PredictorOptions, dense_predictor_options> {
public:
  PredictorOptions() : Owner(detail::made<dense_predictor_options>(dense_predictor_options_create)) {}
};

/** A network made ready to predict, for any number of threads at once; a copy that later training does not change. */
class Predictor : public detail::Owner<dense_predictor, dense_predictor_destroy> {
public:
  explicit Predictor(const Network &network, const PredictorOptions &options = PredictorOptions())
      : Owner(detail::made<dense_predictor>(
            [&](auto out) { return dense_predictor_create(network.get(), options.get(), out); })) {}

  int64_t inputs() const { return shape().first; }
  int64_t outputs() const { return shape().second; }

  std::vector<float> run(const Matrix &input) const {
    std::vector<float> output(detail::elements(input.rows, outputs()));
    run(input, output.data(), static_cast<int64_t>(output.size()));
    return output;
  }

  /** As above, into memory of the caller's. Allocates nothing while a workspace is free. */
  void run(const Matrix &input, float *output, int64_t output_count) const {
    check(dense_predictor_run(get(), input.data, input.rows, input.columns, output, output_count));
  }

  /** As above, with a workspace of the caller's as well. Never allocates. */
  void run(const Matrix &input, float *output, int64_t output_count, void *workspace, int64_t workspace_bytes) const {
    check(dense_predictor_run_with_workspace(get(), input.data, input.rows, input.columns, output, output_count,
                                             workspace, workspace_bytes));
  }

  int64_t workspace_bytes(int64_t rows) const {
    int64_t bytes = 0;
    check(dense_predictor_workspace_bytes(get(), rows, &bytes));
    return bytes;
  }

private:
  std::pair<int64_t, int64_t> shape() const {
    std::pair<int64_t, int64_t> shape;
    check(dense_predictor_shape(get(), &shape.first, &shape.second));
    return shape;
  }
};

} // namespace dense

#endif
