/// The sum of a file's contents that the file carries, so that no changed bit goes unnoticed.
///
/// It stands in the metadata as 16 hexadecimal digits and is the XXH64 of three parts: of the other metadata, name and
/// text of each; of the tensors, name and extents of each, these as decimal numbers with commas between them; and of the
/// tensors' data as it stands in the file. Entries of the first two are sorted by name, and all names, texts and lists of
/// extents are in UTF-8 with a zero byte behind them. So a program that writes the same metadata and tensors in another
/// form of JSON keeps the sum right.
struct Checksum {
  /// The name of its entry in the metadata.
  static let key = "dense_xxh64"
  /// As long as every sum.
  static let placeholder = String(repeating: "0", count: 16)

  private var hash = XXH64()

  /// - Parameter metadata: all entries but the sum's own.
  init(metadata: [String: String], tensors: [(name: String, shape: [Int])]) {
    for (name, text) in metadata.sorted(by: { precedes($0.key, $1.key) }) { update(name, text) }
    for (name, shape) in tensors.sorted(by: { precedes($0.name, $1.name) }) {
      update(name, shape.map { "\($0)" }.joined(separator: ","))
    }
  }

  private mutating func update(_ name: String, _ text: String) {
    Array("\(name)\0\(text)\0".utf8).withUnsafeBytes { hash.update($0) }
  }

  /// Takes in the data that comes next.
  mutating func update(_ data: UnsafeRawBufferPointer) { hash.update(data) }

  var text: String {
    let digits = String(hash.digest, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// Floats that are worked on at once, so that the second look at them finds them in the cache: 256 KB.
let pieceCount = 1 << 16

/// The ranges of the pieces of `count` floats.
func pieces(of count: Int) -> some Sequence<Range<Int>> {
  stride(from: 0, to: count, by: pieceCount).lazy.map { $0..<min($0 + pieceCount, count) }
}

/// The order of names in a file: that of their bytes, which no locale changes.
func precedes(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }
