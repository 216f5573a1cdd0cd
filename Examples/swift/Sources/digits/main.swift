// Handwritten digits: a 64-64-10 network that learns from four of every five lines of digits.csv and is tested on the
// fifth. Run: swift run -c release digits ../data/digits.csv

import Dense
import Foundation

struct Table {
  var pixels: [Float] = []
  var digits: [Float] = []

  mutating func append(_ values: [Float]) {
    pixels += values.dropLast().map { $0 / 16 }
    digits += values.suffix(1)
  }
}

func readDigits(_ path: String) throws -> (training: Table, test: Table) {
  var training = Table()
  var test = Table()
  let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst()
  for (number, line) in lines.enumerated() {
    let values = line.split(separator: ",").compactMap { Float($0) }
    if number % 5 == 0 { test.append(values) } else { training.append(values) }
  }
  return (training, test)
}

let path = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : "digits.csv"
let (training, test) = try readDigits(path)

let network = try Network(
  inputs: 64, layers: [DenseLayer(units: 64, activation: .relu), DenseLayer(units: 10, activation: .softmax)])
try network.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy(), metrics: [Accuracy()])
try network.fit(training.pixels, training.digits, options: FitOptions(epochs: 30))

let results = try network.evaluate(test.pixels, test.digits)
print(String(format: "test loss %.4f, test accuracy %.4f", results[0], results[1]))
