import Synchronization

/// The machine's caches, and all sizes of work that are made for them. No result depends on any of them.
///
/// Read once, at first need. None is made for the first-level cache: a panel of a full chain of terms is larger than that
/// by the order of sums alone, and passes through it.
package struct CacheSizes: Equatable, Sendable {
  /// Bytes that each core has for itself.
  package var secondLevel: Int
  /// Bytes that cores share, or the second level where that is the last.
  package var lastLevel: Int

  package init(secondLevel: Int, lastLevel: Int) {
    (self.secondLevel, self.lastLevel) = (secondLevel, max(secondLevel, lastLevel))
  }

  /// Half of the second level: a block of a right factor that stays there while all rows pass by, beside these rows and
  /// the sums. More or less of it, from a quarter to three quarters, costs less than a hundredth.
  var blockFloats: Int { secondLevel / 2 / 4 }

  /// A quarter of the second level: a block of a gradient's right factor, beside what an update brings there.
  var gradientBlockFloats: Int { secondLevel / 4 / 4 }

  /// Bytes of all right factors of a network that stay in the second level while a thread takes a few rows at a time
  /// through them: what passes by then is small.
  var residentBytes: Int { secondLevel / 8 * 5 }

  /// Three quarters of the second level: a right factor, or a thread's part of one, that stays there from single row to row.
  var rowFloats: Int { max(1, secondLevel / 4 * 3 / 4) }

  /// Whether a right factor comes from memory each time: more than a third of the last level, of which the rows and other
  /// cores have their share.
  func streams(bytes: Int) -> Bool { bytes > lastLevel / 3 }

  /// Whether a right factor that is used again and again comes from beyond the second level each time, so that products of
  /// some rows had better look ahead in it. Where the last level is near (32 MB), that gains nothing at 9 MB and loses half a
  /// hundredth at 4 MB; where it is far (260 MB for 60 cores), from a twentieth at 2 MB to a fifth at 8 MB.
  func passesSecondLevel(floats: Int) -> Bool { floats > rowFloats }

  /// Whether so many weights and what an optimizer keeps of them come from so far that products of gradients had better look
  /// ahead to their update. With 2 MB of second level a step gains a twentieth at 1 and 4 million weights, and loses a
  /// hundredth at a quarter of a million.
  func updateStreams(weights: Int) -> Bool { weights > secondLevel / 4 }
}

extension CacheSizes {
  /// Where the system says nothing: the smallest that processors of the kind which are in use have.
  private static var leastOfKind: CacheSizes {
    #if arch(arm64)
      CacheSizes(secondLevel: 512 << 10, lastLevel: 4 << 20)
    #else
      CacheSizes(secondLevel: 256 << 10, lastLevel: 8 << 20)
    #endif
  }

  /// What the system says of its first processor, and the least of the kind where it says nothing. (Its answer to `sysconf`
  /// is another one: the last level of all sockets' parts together.)
  static func read(from root: String = "/sys/devices/system/cpu/cpu0/cache") -> CacheSizes {
    var sizes: [Int: Int] = [:]
    for index in 0..<8 {
      let directory = "\(root)/index\(index)/"
      guard let level = SystemFile.line(directory + "level").flatMap({ Int($0) }), level > 1,
        let bytes = SystemFile.line(directory + "size").flatMap(byteCount)
      else { continue }
      sizes[level] = bytes
    }
    guard let second = sizes[2] else { return leastOfKind }
    return CacheSizes(secondLevel: second, lastLevel: sizes.max { $0.key < $1.key }?.value ?? second)
  }

  /// The bytes of `1024K` or `32M`; none for anything else.
  static func byteCount(_ text: String) -> Int? {
    guard let unit = ["K": 10, "M": 20][text.suffix(1)], let count = Int(text.dropLast()), (1...1 << 20).contains(count)
    else { return nil }
    return count << unit
  }

  // Two words, since a test may change them while others compute: whoever sees half of a change is right too.
  private static let secondLevelInUse = Atomic<Int>(read().secondLevel)
  private static let lastLevelInUse = Atomic<Int>(read().lastLevel)

  /// Those that blocks are cut for. Safe to read and set from any thread.
  package static var current: CacheSizes {
    get {
      CacheSizes(
        secondLevel: secondLevelInUse.load(ordering: .relaxed), lastLevel: lastLevelInUse.load(ordering: .relaxed))
    }
    set {
      secondLevelInUse.store(newValue.secondLevel, ordering: .relaxed)
      lastLevelInUse.store(newValue.lastLevel, ordering: .relaxed)
    }
  }
}
