/// The 64-bit hash XXH64 with seed 0, of bytes that come in pieces.
///
/// Source: Collet, "xxHash fast digest algorithm", version 0.1.1. It finds accidents, not forgeries: whoever wants to can
/// make other bytes of the same hash.
struct XXH64 {
  private var lanes = Lanes()
  /// Bytes that do not fill a stripe yet.
  private var stripe: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  private var stripeCount = 0
  private var count: UInt64 = 0

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    count &+= UInt64(bytes.count)
    var rest = bytes
    if stripeCount > 0 {
      keep(&rest)
      guard stripeCount == Lanes.stripeBytes else { return }
      withUnsafeBytes(of: stripe) { lanes.add($0) }
      stripeCount = 0
    }
    let whole = rest.count - rest.count % Lanes.stripeBytes
    lanes.add(UnsafeRawBufferPointer(rebasing: rest[..<whole]))
    rest = UnsafeRawBufferPointer(rebasing: rest[whole...])
    keep(&rest)
  }

  /// Moves bytes from the front of `bytes` to the stripe, as many as it has room for.
  private mutating func keep(_ bytes: inout UnsafeRawBufferPointer) {
    let taken = min(Lanes.stripeBytes - stripeCount, bytes.count)
    withUnsafeMutableBytes(of: &stripe) {
      UnsafeMutableRawBufferPointer(rebasing: $0[stripeCount..<stripeCount + taken])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<taken]))
    }
    stripeCount += taken
    bytes = UnsafeRawBufferPointer(rebasing: bytes[taken...])
  }

  /// The hash of all bytes so far.
  var digest: UInt64 {
    var hash = (count < UInt64(Lanes.stripeBytes) ? Prime.fifth : lanes.merged) &+ count
    withUnsafeBytes(of: stripe) { stripe in
      var place = 0
      while place + 8 <= stripeCount {
        hash ^= round(0, UInt64(littleEndian: stripe.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
        hash = rotate(hash, 27) &* Prime.first &+ Prime.fourth
        place += 8
      }
      if place + 4 <= stripeCount {
        hash ^=
          UInt64(UInt32(littleEndian: stripe.loadUnaligned(fromByteOffset: place, as: UInt32.self))) &* Prime.first
        hash = rotate(hash, 23) &* Prime.second &+ Prime.third
        place += 4
      }
      for byte in stripe[place..<stripeCount] {
        hash ^= UInt64(byte) &* Prime.fifth
        hash = rotate(hash, 11) &* Prime.first
      }
    }
    hash = (hash ^ hash >> 33) &* Prime.second
    hash = (hash ^ hash >> 29) &* Prime.third
    return hash ^ hash >> 32
  }
}

private enum Prime {
  static let first: UInt64 = 0x9E37_79B1_85EB_CA87
  static let second: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  static let third: UInt64 = 0x1656_67B1_9E37_79F9
  static let fourth: UInt64 = 0x85EB_CA77_C2B2_AE63
  static let fifth: UInt64 = 0x27D4_EB2F_1656_67C5
}

/// Four chains, each over every fourth word, so that multiplications overlap.
private struct Lanes {
  static let stripeBytes = 32

  private var a = Prime.first &+ Prime.second
  private var b = Prime.second
  private var c: UInt64 = 0
  private var d = 0 &- Prime.first

  /// - Parameter stripes: whole stripes.
  mutating func add(_ stripes: UnsafeRawBufferPointer) {
    var (a, b, c, d) = (a, b, c, d)
    for place in stride(from: 0, to: stripes.count, by: Self.stripeBytes) {
      func word(_ index: Int) -> UInt64 {
        UInt64(littleEndian: stripes.loadUnaligned(fromByteOffset: place + 8 * index, as: UInt64.self))
      }
      a = round(a, word(0))
      b = round(b, word(1))
      c = round(c, word(2))
      d = round(d, word(3))
    }
    (self.a, self.b, self.c, self.d) = (a, b, c, d)
  }

  var merged: UInt64 {
    var hash = rotate(a, 1) &+ rotate(b, 7) &+ rotate(c, 12) &+ rotate(d, 18)
    for lane in [a, b, c, d] { hash = (hash ^ round(0, lane)) &* Prime.first &+ Prime.fourth }
    return hash
  }
}

private func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
  rotate(lane &+ word &* Prime.second, 31) &* Prime.first
}

private func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 { value << bits | value >> (64 - bits) }
