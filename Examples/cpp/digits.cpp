// Handwritten digits: a 64-64-10 network that learns from four of every five lines of digits.csv and is tested on the
// fifth. Build and run: c++ -std=c++17 digits.cpp $(pkg-config --cflags --libs dense) -o digits && ./digits digits.csv

#include <cstdio>
#include <dense.hpp>
#include <exception>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr int pixels = 64;

struct Table {
  std::vector<float> x, y;
};

void read_digits(const std::string &path, Table &train, Table &test) {
  std::ifstream file(path);
  std::string line, value;
  if (!std::getline(file, line)) throw std::runtime_error("cannot read " + path); // the line of column names
  for (int number = 0; std::getline(file, line); number++) {
    Table &to = number % 5 == 0 ? test : train;
    std::istringstream values(line);
    for (int i = 0; i < pixels && std::getline(values, value, ','); i++) to.x.push_back(std::stof(value) / 16);
    if (std::getline(values, value)) to.y.push_back(std::stof(value));
  }
}

void run(const std::string &path) {
  Table train, test;
  read_digits(path, train, test);

  dense::Network network(pixels);
  network.add(dense::Layer::dense(64, "relu")).add(dense::Layer::dense(10, "softmax"));
  network.compile(dense::Optimizer("adam"), dense::Loss("sparse_categorical_crossentropy"), {"accuracy"});

  dense::FitOptions options;
  options.set("epochs", 30);
  network.fit({train.x, pixels}, {train.y, 1}, options);

  const auto results = network.evaluate({test.x, pixels}, {test.y, 1});
  std::printf("test loss %.4f, test accuracy %.4f\n", results[0], results[1]);
}

} // namespace

int main(int argc, char **argv) {
  try {
    run(argc > 1 ? argv[1] : "digits.csv");
  } catch (const std::exception &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
