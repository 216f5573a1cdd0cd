import Dense
import DenseCompute

/// What a caller wants counted.
struct CountRequest {
  var quantity: Quantity
  var batchSize: Int
  var optimizer: (any Optimizer)?

  init(quantity: Text?, batchSize: Int64, optimizer: Text?) throws(DenseError) {
    self.quantity = try Quantity.named(try Arguments.text(quantity, "quantity"))
    self.batchSize = try Arguments.count(batchSize, "batch_size")
    if let name = try Arguments.optionalText(optimizer, "optimizer") {
      self.optimizer = try Catalogues.optimizers.make(name)
    }
  }
}
