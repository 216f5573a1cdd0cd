import DenseCompute

/// All parameters of a network, or of a layer by itself, in one flat buffer; gradients and the optimizer's slots in
/// buffers of the same layout. Layers hold offsets into it.
final class ParameterStorage {
  let layout: ParameterLayout
  private let values: AlignedBuffer<Float>
  private var gradientBuffer: AlignedBuffer<Float>?
  private var slotBuffer: AlignedBuffer<Float>?

  /// One pointer for each slot of the optimizer, each to `layout.trainableCount` floats.
  private(set) var slots: [UnsafeMutablePointer<Float>] = []
  private(set) var slotNames: [String] = []
  /// Whether all slots come from zeros by tame updates alone; see `OptimizerKernel.isTame`.
  var hasTameSlots = true
  /// The version at the end of the last update, which left the weights that it was given finite.
  var finiteVersion = 0
  /// Whether these were all that have gradients.
  var updatesAll = false
  /// Whether all parameters that have gradients are known to be finite.
  var isFinite: Bool { updatesAll && version == finiteVersion }
  /// Updates that the optimizer has made.
  var iterations = 0
  /// Grows with every change of a parameter, so that what was prepared from parameters knows when it is stale.
  private(set) var version = 1

  /// Whether threads share the step that runs, or ran last.
  private(set) var sharesStep = false

  /// Whether the gradients count as zero although something else stands in their place: nobody pays for zeros that the
  /// next backward pass overwrites.
  private(set) var hasStaleGradients = false
  /// Whether the backward pass that runs, or ran last, adds to gradients. Otherwise each layer overwrites those of its own.
  private(set) var accumulates = true
  /// Rings where a thread meets a value that an update refuses.
  let alarm = Alarm()
  /// Gradients in which the backward pass has found no value that an update refuses.
  private var fitGradients: [Range<Int>] = []
  /// What the backward pass has left for its end, or for the update: in descending order of places.
  private(set) var pending: [PendingGradient] = []
  /// Places of the arrays to update whose gradients are not pending.
  private(set) var computedPlaces: [ParameterPlace] = []

  init(_ layout: ParameterLayout) throws(DenseError) {
    self.layout = layout
    values = try AlignedBuffer(count: layout.totalCount)
  }

  /// All parameters: `layout.trainableCount` floats with gradients, then the moving statistics.
  var parameters: UnsafeMutablePointer<Float> { values.pointer }

  /// Says that a step of so many rows begins, or its gathering does.
  func beginStep(rows: Int) { sharesStep = StepSharing.isWorthwhile(layout.kernels, rows: rows) }

  /// Says that parameters have changed.
  func touch() { version += 1 }

  /// Gradients of the first `layout.trainableCount` floats of `parameters`; none before they were first needed.
  private var gradientPlace: UnsafeMutablePointer<Float>?

  /// The place of the gradients. They may be stale.
  func makeGradients() throws(DenseError) -> UnsafeMutablePointer<Float> {
    if let gradientPlace { return gradientPlace }
    let buffer = try AlignedBuffer<Float>(count: layout.trainableCount)
    let pointer = buffer.pointer
    gradientBuffer = consume buffer
    gradientPlace = pointer
    return pointer
  }

  /// The gradients, with zeros where they were stale.
  func settledGradients() throws(DenseError) -> UnsafeMutablePointer<Float> {
    settleGradients()
    return try makeGradients()
  }

  /// Writes the zeros for which stale gradients count.
  func settleGradients() {
    if hasStaleGradients { pending.removeAll(keepingCapacity: true) }
    guard hasStaleGradients, let gradientPlace else { return }
    gradientPlace.update(repeating: 0, count: layout.trainableCount)
    hasStaleGradients = false
  }

  /// Makes all gradients count as zero.
  func zeroGradients() { hasStaleGradients = true }

  /// Says that each layer with trainable parameters is about to add its gradients, once.
  func beginBackward() {
    accumulates = !hasStaleGradients
    fitGradients.removeAll(keepingCapacity: true)
    pending.removeAll(keepingCapacity: true)
    // Until they are all there.
    hasStaleGradients = true
  }

  /// Leaves a gradient for the end of the backward pass, or for the update. What it is made of stays until then.
  func addPending(_ gradient: PendingGradient) { pending.append(gradient) }

  /// Finds the `computedPlaces` of `arrays`, in which places ascend.
  func findComputedPlaces(of arrays: TrainableArrays) {
    computedPlaces.removeAll(keepingCapacity: true)
    var left = pending.count
    for place in arrays.places {
      let next = left > 0 ? pending[left - 1] : nil
      if place.offset != next?.kernel.offset && place.offset != next?.bias?.offset {
        computedPlaces.append(place)
      } else if next?.bias == nil || place.offset == next?.bias?.offset {
        left -= 1
      }
    }
  }

  /// Computes the gradients that are pending; with `onlyRegularized`, those to which a penalty's gradient is added yet.
  func computePending(onlyRegularized: Bool = false) throws(DenseError) {
    guard !pending.isEmpty else { return }
    let gradients = try makeGradients()
    for gradient in pending where gradient.isRegularized || !onlyRegularized {
      alarm.reset()
      gradient.product(gradients).compute(accumulates: accumulates, isShared: gradient.isShared, alarm: alarm)
      if !alarm.rang && !gradient.isRegularized { fitGradients.append(gradient.kernel.range) }
    }
    if onlyRegularized {
      pending.removeAll { $0.isRegularized }
    } else {
      pending.removeAll(keepingCapacity: true)
    }
  }

  /// Whether an update need not look at the gradients in `range` any more.
  func areFitGradients(_ range: Range<Int>) -> Bool { fitGradients.contains(range) }

  /// Says that all layers have added their gradients, or left them to the update.
  func endBackward() { hasStaleGradients = false }

  /// Makes room for the slots called `names`, filled with zeros, and starts counting updates anew. Does nothing
  /// where the slots are there already and `keepingState` is true.
  func makeSlots(_ names: [String], keepingState: Bool) throws(DenseError) {
    if keepingState && names == slotNames { return }
    slotBuffer = nil
    (slots, slotNames, iterations) = ([], [], 0)
    hasTameSlots = true
    guard !names.isEmpty else { return }
    let buffer = try AlignedBuffer<Float>(count: Self.slotFloats(layout, slots: names.count))
    for index in names.indices { slots.append(buffer.pointer + index * layout.trainableCount) }
    slotBuffer = consume buffer
    slotNames = names
  }

  func zeroSlots() {
    hasTameSlots = true
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

  private static func slotFloats(_ layout: ParameterLayout, slots: Int) throws(DenseError) -> Int {
    try layout.trainableCount.times(slots)
  }
}
