import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// C strings that live as long as the process. Callers keep the names that the library returns, so each is made once
/// and never freed; only names of kinds, quantities, parameters and figures go through here, never free text.
enum Interned {
  private static let texts = Mutex<[String: Address]>([:])

  /// A pointer to memory that nobody writes again, which is what makes it safe to share.
  private struct Address: @unchecked Sendable {
    let text: Text
  }

  /// The immortal C string with the content of `string`.
  static func text(_ string: String) -> Text {
    texts.withLock { texts in
      if let known = texts[string] { return known.text }
      let bytes = string.utf8CString
      let memory = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
      for (index, byte) in bytes.enumerated() { (memory + index).initialize(to: byte) }
      texts[string] = Address(text: Text(memory))
      return Text(memory)
    }
  }
}
