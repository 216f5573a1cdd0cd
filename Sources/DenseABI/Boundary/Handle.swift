import DenseCompute

/// What a handle stands for.
enum HandleKind: UInt8 {
  case layer = 0xD1
  case network = 0xD2
  case optimizer = 0xD3
  case loss = 0xD4
  case metric = 0xD5
  case fitOptions = 0xD6
  case history = 0xD7
  case predictor = 0xD8
  case predictorOptions = 0xD9

  /// The kind with its article.
  var phrase: String { self == .optimizer ? "an optimizer" : "a \(noun)" }

  /// How the kind reads in an error message, and what parameters of this kind are called.
  var noun: String {
    switch self {
    case .layer: "layer"
    case .network: "network"
    case .optimizer: "optimizer"
    case .loss: "loss"
    case .metric: "metric"
    case .fitOptions: "fit_options"
    case .history: "history"
    case .predictor: "predictor"
    case .predictorOptions: "predictor_options"
    }
  }
}

/// A handle as C sees it: a number in the clothes of a pointer, never an address.
///
/// From the top: 8 bits of kind, 32 bits of generation, 24 bits of slot. The kinds lie in a range that no user-space
/// address of a 64-bit system begins with, so a handle that somebody dereferences faults at once, and an address that
/// somebody passes as a handle is recognized.
struct Token {
  static let slotBits = 24
  static let maximumSlot = UInt32((1 << slotBits) - 1)

  let kind: HandleKind
  let generation: UInt32
  let slot: UInt32

  init(kind: HandleKind, generation: UInt32, slot: UInt32) {
    self.kind = kind
    self.generation = generation
    self.slot = slot
  }

  /// None where `handle` is no number that this library could have made.
  init?(_ handle: OpaquePointer) {
    let bits = UInt64(UInt(bitPattern: handle))
    guard let kind = HandleKind(rawValue: UInt8(truncatingIfNeeded: bits >> 56)) else { return nil }
    self.kind = kind
    generation = UInt32(truncatingIfNeeded: bits >> Self.slotBits)
    slot = UInt32(truncatingIfNeeded: bits) & Self.maximumSlot
  }

  var handle: OpaquePointer? {
    let bits = UInt64(kind.rawValue) << 56 | UInt64(generation) << Self.slotBits | UInt64(slot)
    return OpaquePointer(bitPattern: UInt(truncatingIfNeeded: bits))
  }
}
