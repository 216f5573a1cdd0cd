import DenseCompute

/// All parameters of a network, or of a layer by itself, in one flat buffer; gradients and the optimizer's slots in
/// buffers of the same layout. Layers hold offsets into it.
final class ParameterStorage {
  let layout: ParameterLayout
  private let values: AlignedBuffer<Float>
  private var gradientBuffer: AlignedBuffer<Float>?
  private var slotBuffer: AlignedBuffer<Float>?
  private var updateBuffer: AlignedBuffer<Float>?

  /// One pointer for each slot of the optimizer, each to `layout.trainableCount` floats.
  private(set) var slots: [UnsafeMutablePointer<Float>] = []
  private(set) var slotNames: [String] = []
  /// Updates that the optimizer has made.
  var iterations = 0
  /// Grows with every change of a parameter, so that what was prepared from parameters knows when it is stale.
  private(set) var version = 1

  /// Room for `slots` while a block is updated: an array of its own for each call would be an allocation.
  var slotCursors: [UnsafeMutablePointer<Float>] = []

  init(_ layout: ParameterLayout) throws(DenseError) {
    self.layout = layout
    values = try AlignedBuffer(count: layout.totalCount)
  }

  /// All parameters: `layout.trainableCount` floats with gradients, then the moving statistics.
  var parameters: UnsafeMutablePointer<Float> { values.pointer }

  /// Gradients of the first `layout.trainableCount` floats of `parameters`; none before they were first needed.
  private(set) var gradients: UnsafeMutablePointer<Float>?

  /// Says that parameters have changed.
  func touch() { version += 1 }

  /// The gradients, zero-filled at first need.
  func makeGradients() throws(DenseError) -> UnsafeMutablePointer<Float> {
    if let gradients { return gradients }
    let buffer = try AlignedBuffer<Float>(count: layout.trainableCount)
    let pointer = buffer.pointer
    gradientBuffer = consume buffer
    gradients = pointer
    return pointer
  }

  func zeroGradients() {
    gradients?.update(repeating: 0, count: layout.trainableCount)
  }

  /// Makes room for the slots called `names`, filled with zeros, and starts counting updates anew. Does nothing
  /// where the slots are there already and `keepingState` is true.
  func makeSlots(_ names: [String], keepingState: Bool) throws(DenseError) {
    if keepingState && names == slotNames { return }
    slotBuffer = nil
    (slots, slotCursors, slotNames, iterations) = ([], [], [], 0)
    guard !names.isEmpty else { return }
    let buffer = try AlignedBuffer<Float>(count: Self.slotFloats(layout, slots: names.count))
    for index in names.indices { slots.append(buffer.pointer + index * layout.trainableCount) }
    slotBuffer = consume buffer
    (slotCursors, slotNames) = (slots, names)
  }

  /// Values that are updated together: their old values stay in the first-level cache while they are.
  static let updateBlock = 2048

  /// Room for the old values of a block that is updated.
  func makeUpdateBlock() throws(DenseError) -> UnsafeMutableBufferPointer<Float> {
    if updateBuffer == nil { updateBuffer = try AlignedBuffer(count: Self.updateFloats(layout)) }
    return UnsafeMutableBufferPointer(start: updateBuffer?.pointer, count: Self.updateFloats(layout))
  }

  func zeroSlots() {
    for slot in slots { slot.update(repeating: 0, count: layout.trainableCount) }
  }
}

// The sizes of what a storage allocates, for the calculator.
extension ParameterStorage {
  static func parameterBytes(_ layout: ParameterLayout) throws(DenseError) -> Int {
    try AlignedBuffer<Float>.byteCount(layout.totalCount)
  }

  static func gradientBytes(_ layout: ParameterLayout) throws(DenseError) -> Int {
    try AlignedBuffer<Float>.byteCount(layout.trainableCount)
  }

  static func slotBytes(_ layout: ParameterLayout, slots: Int) throws(DenseError) -> Int {
    slots == 0 ? 0 : try AlignedBuffer<Float>.byteCount(slotFloats(layout, slots: slots))
  }

  static func updateBytes(_ layout: ParameterLayout) throws(DenseError) -> Int {
    try AlignedBuffer<Float>.byteCount(updateFloats(layout))
  }

  private static func updateFloats(_ layout: ParameterLayout) -> Int { min(updateBlock, layout.trainableCount) }

  private static func slotFloats(_ layout: ParameterLayout, slots: Int) throws(DenseError) -> Int {
    try layout.trainableCount.times(slots)
  }
}
