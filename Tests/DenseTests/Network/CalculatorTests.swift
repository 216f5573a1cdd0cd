import DenseCompute
import Testing

@testable import Dense

/// Run one after the other: they look at the memory of the whole process.
@Suite(.serialized) struct CalculatorTests {
  @Test func countsTheWellKnownNetwork() throws {
    let widths = [784, 128, 10]
    #expect(try Calculator.count(.parameters, widths: widths) == 101_770)
    #expect(try Calculator.count(.weights, widths: widths) == 784 * 128 + 128 * 10)
    #expect(try Calculator.count(.biases, widths: widths) == 138)
    #expect(try Calculator.count(.flopsPerRow, widths: widths) == 2 * (784 * 128 + 1280) + 138)
    #expect(try Calculator.count(.optimizerBytes, widths: widths) == 0)
  }
}
