#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The texts that the library keeps for each thread: that of its last failure, and that of its last text setting.
///
/// They live behind a pthread key, whose destructor frees them when the thread ends.
enum ThreadTexts {
  private struct Texts {
    var error: UnsafeMutablePointer<CChar>?
    var setting: UnsafeMutablePointer<CChar>?
  }

  private static let key: pthread_key_t? = {
    var key = pthread_key_t()
    let status = pthread_key_create(&key) { pointer in
      guard let texts = pointer?.assumingMemoryBound(to: Texts.self) else { return }
      free(texts.pointee.error)
      free(texts.pointee.setting)
      free(texts)
    }
    return status == 0 ? key : nil
  }()

  /// The text of the thread's last failure, "" before the first.
  static var error: Text { existing.flatMap { Text($0.pointee.error) } ?? Interned.text("") }

  /// Replaces the text of the thread's last failure.
  static func setError(_ text: String) {
    guard let texts = made else { return }
    free(texts.pointee.error)
    texts.pointee.error = strdup(text)
  }

  /// Keeps `text` until the thread's next call. None where the system has no memory for it.
  static func keepSetting(_ text: String) -> Text? {
    guard let texts = made else { return nil }
    free(texts.pointee.setting)
    texts.pointee.setting = strdup(text)
    return Text(texts.pointee.setting)
  }

  private static var existing: UnsafeMutablePointer<Texts>? {
    guard let key else { return nil }
    return pthread_getspecific(key)?.assumingMemoryBound(to: Texts.self)
  }

  /// The thread's texts, made at first use. None where the system has no key or memory left.
  private static var made: UnsafeMutablePointer<Texts>? {
    if let existing { return existing }
    guard let key, let memory = calloc(1, MemoryLayout<Texts>.stride) else { return nil }
    guard pthread_setspecific(key, memory) == 0 else {
      free(memory)
      return nil
    }
    return memory.bindMemory(to: Texts.self, capacity: 1)
  }
}
