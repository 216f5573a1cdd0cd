import DenseCompute

/// Where a parameter array stands in flat storage, in panels.
struct ParameterPlace: Sendable {
  let offset: Int
  let shape: PanelShape

  var range: Range<Int> { offset..<offset + shape.count }
}

/// Room for the row-major values of any one array.
final class RowMajorScratch {
  private let values: AlignedBuffer<Float>

  /// Room for the arrays of layers with such plans that lie otherwise in storage.
  init(_ plans: [LayerPlan]) throws(DenseError) {
    var largest = 0
    for plan in plans {
      for parameter in plan.parameters where !parameter.shape.isRowMajor {
        largest = max(largest, try parameter.count())
      }
    }
    values = try AlignedBuffer(count: largest)
  }

  var pointer: UnsafeMutablePointer<Float> { values.pointer }
}
