// dense.hpp: ownership, exceptions, and every verb once.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <dense.hpp>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace {

int failures = 0;

void expect(bool holds, const char *what, int line) {
  if (holds) return;
  std::printf("line %d: expected %s\n", line, what);
  failures++;
}
#define EXPECT(condition) expect((condition), #condition, __LINE__)

// The call throws dense::Error with this status and this fragment in its text.
template <typename Call> void expect_error(Call call, dense_status status, const std::string &fragment, int line) {
  try {
    call();
  } catch (const dense::Error &error) {
    expect(error.status() == status, dense_status_name(status), line);
    expect(std::string(error.what()).find(fragment) != std::string::npos, fragment.c_str(), line);
    return;
  }
  expect(false, "an exception", line);
}
#define EXPECT_ERROR(call, status, fragment) expect_error([&] { call; }, status, fragment, __LINE__)

std::string scratch(const std::string &name) {
  const char *directory = std::getenv("DENSE_TEST_DIRECTORY");
  return std::string(directory == nullptr ? "." : directory) + "/" + name;
}

struct Data {
  std::vector<float> x, y;
};

// Points in the unit square, and whether they lie above its diagonal.
Data make_points() {
  Data data;
  for (int i = 0; i < 400; i++) {
    const float a = static_cast<float>(i % 20) / 20, b = static_cast<float>(i / 20) / 20;
    data.x.insert(data.x.end(), {a, b});
    data.y.push_back(a > b ? 1.0f : 0.0f);
  }
  return data;
}

dense::Network make_network() {
  dense::Network network(2);
  network.seed(3).add(dense::Layer::dense(8, "tanh")).add(dense::Layer::dense(1, "sigmoid"));
  network.compile(dense::Optimizer("adam").set("learning_rate", 0.05), dense::Loss("binary_crossentropy"),
                  {"binary_accuracy"});
  return network;
}

void test_training() {
  const Data data = make_points();
  const dense::Matrix x(data.x, 2), y(data.y, 1);
  dense::Network network = make_network();
  dense::FitOptions options;
  int batches = 0;
  options.set("epochs", 30).set("batch_size", 50).validation(x, y).progress([&](const dense::Progress &progress) {
    if (progress.event == DENSE_EVENT_BATCH_END) batches++;
    return false;
  });
  const dense::History history = network.fit(x, y, options);
  EXPECT(batches == 30 * 8);
  EXPECT(history.epochs() == 30);
  EXPECT(history["val_loss"].size() == 30 && history["loss"][29] < history["loss"][0]);
  EXPECT(history.best_epoch() >= 0);
  EXPECT(network.evaluate(x, y)[1] > 0.95);
  EXPECT(network.train_batch(x, y).size() == 2);
  EXPECT(network.count("parameters") == 2 * 8 + 8 + 8 + 1);
  EXPECT(network.summary().find("33") != std::string::npos);
  network.set_note("classes", "a b");
  EXPECT(network.note("classes") == "a b");
  EXPECT(network.describe().front() == '{' && network.describe().back() == '}');
  EXPECT(network.number("iterations") == 241);
  network.set("optimizer.learning_rate", 0.5);
  EXPECT(network.number("optimizer.learning_rate") == 0.5);

  network.save(scratch("cpp.safetensors"));
  EXPECT(dense::Network::load(scratch("cpp.safetensors")).predict(x) == network.predict(x));
}

void test_exceptions_of_callbacks() {
  const Data data = make_points();
  const dense::Matrix x(data.x, 2), y(data.y, 1);
  dense::Network network = make_network();
  dense::FitOptions options;
  options.progress([](const dense::Progress &) -> bool { throw std::runtime_error("enough"); });
  bool was_thrown = false;
  try {
    network.fit(x, y, options);
  } catch (const std::runtime_error &error) {
    was_thrown = std::string(error.what()) == "enough";
  }
  EXPECT(was_thrown);
  options.progress([](const dense::Progress &) { return true; });
  EXPECT(network.fit(x, y, options).epochs() == 0);
}

void test_layer() {
  dense::Layer layer("dense");
  layer.set("units", 2).set("activation", "linear").set("kernel_initializer", "zeros").set("use_bias", true);
  layer.build(3, 1);
  EXPECT(layer.inputs() == 3 && layer.outputs() == 2);
  layer.set_parameter("kernel", {1, 0, 0, 1, 0, 0});
  const std::vector<float> x{5, 6, 7}, dy{1, 2};
  EXPECT((layer.forward({x, 3}, true) == std::vector<float>{5, 6}));
  EXPECT((layer.backward({dy, 2}) == std::vector<float>{1, 2, 0}));
  EXPECT((layer.gradient("bias") == std::vector<float>{1, 2}));
  layer.step(dense::Optimizer("sgd").set("learning_rate", 1));
  EXPECT((layer.parameter("bias") == std::vector<float>{-1, -2}));
  layer.zero_gradients();
  layer.save(scratch("cpp.layer"));
  EXPECT(dense::Layer::load(scratch("cpp.layer")).parameter("kernel") == layer.parameter("kernel"));
  EXPECT(layer.text("activation") == "linear");
  EXPECT(dense::Layer::dense(3, "relu").clear("activation").text("activation").empty());
  EXPECT(layer.number("units") == 2);
  EXPECT(layer.describe().find("\"units\":2") != std::string::npos);
}

void test_predictor() {
  const Data data = make_points();
  const dense::Matrix x(data.x, 2), y(data.y, 1);
  dense::Network network = make_network();
  const std::vector<float> before = network.predict(x);
  const dense::Predictor predictor(network, dense::PredictorOptions().set("max_rows", 16).set("workspaces", 1));
  EXPECT(predictor.inputs() == 2 && predictor.outputs() == 1);
  network.train_batch(x, y);
  EXPECT(network.predict(x) != before);
  EXPECT(predictor.run(x) == before);
  std::vector<char> workspace(static_cast<std::size_t>(predictor.workspace_bytes(x.rows)));
  std::vector<float> output(before.size());
  predictor.run(x, output.data(), static_cast<int64_t>(output.size()), workspace.data(),
                static_cast<int64_t>(workspace.size()));
  EXPECT(output == before);
  EXPECT_ERROR(predictor.run({data.x.data(), 2, 3}), DENSE_ERROR_SHAPE_MISMATCH, "received 3");
  EXPECT_ERROR(predictor.workspace_bytes(0), DENSE_ERROR_INVALID_ARGUMENT, "received 0");
  EXPECT_ERROR(dense::PredictorOptions().set("max_rows", 0), DENSE_ERROR_INVALID_ARGUMENT, "received 0");
}

void test_errors() {
  const std::vector<float> values(7);
  dense::Network network = make_network();
  EXPECT_ERROR(dense::Loss("colour"), DENSE_ERROR_UNKNOWN_NAME, "'colour'");
  EXPECT_ERROR(dense::Metric("accuracy").set("colour", 1), DENSE_ERROR_UNKNOWN_NAME, "'colour'");
  EXPECT_ERROR(dense::Network(0), DENSE_ERROR_INVALID_ARGUMENT, "received 0");
  EXPECT_ERROR(dense::Matrix(values, 2), DENSE_ERROR_SHAPE_MISMATCH, "received 7 values");
  EXPECT_ERROR(network.predict(dense::Matrix(values.data(), 2, 3)), DENSE_ERROR_SHAPE_MISMATCH, "received 3");
  EXPECT_ERROR(network.predict(dense::Matrix(values.data(), -2, 2)), DENSE_ERROR_SIZE_OVERFLOW, "received -2");
  EXPECT_ERROR(network.fit({values.data(), 3, 2}, {values.data(), 2, 1}), DENSE_ERROR_SHAPE_MISMATCH, "received 2");
  EXPECT_ERROR(network.layer(2), DENSE_ERROR_INVALID_ARGUMENT, "received 2");
  EXPECT_ERROR(network.layer(0).parameter("colour"), DENSE_ERROR_UNKNOWN_NAME, "'colour'");
  EXPECT_ERROR(dense::Network::load(scratch("missing")), DENSE_ERROR_INPUT_OUTPUT, "missing");
}

void test_ownership() {
  static_assert(!std::is_copy_constructible_v<dense::Network> && std::is_nothrow_move_constructible_v<dense::Network>);
  const int64_t before = dense_memory_in_use();
  {
    dense::Network first = make_network();
    dense_network *handle = first.get();
    dense::Network second = std::move(first);
    EXPECT(first.get() == nullptr && second.get() == handle);
    dense::Layer layer = second.layer(0);
    second = make_network(); // ends the first network; the layer stays
    EXPECT(layer.parameter("kernel").size() == 16);
  }
  EXPECT(dense_memory_in_use() == before);
}

} // namespace

int main() {
  test_training();
  test_exceptions_of_callbacks();
  test_layer();
  test_predictor();
  test_errors();
  test_ownership();
  std::printf("C++: %s\n", failures == 0 ? "all passed" : "FAILED");
  return failures == 0 ? 0 : 1;
}
