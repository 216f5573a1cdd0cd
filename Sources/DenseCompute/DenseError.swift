/// The one error type of the engine. Every failure says what was expected and what was received.
public struct DenseError: Error, Equatable, CustomStringConvertible {
  /// The kind of failure. Raw values are the `dense_status` numbers of the C ABI: stable, never reused.
  public enum Code: Int32, CaseIterable, Sendable {
    /// A required pointer was null.
    case nullArgument = 1
    /// A handle was closed, never made by this library, or of another kind.
    case invalidHandle = 2
    /// A value was outside its permitted range.
    case invalidArgument = 3
    /// A name is not in the catalogue; the message lists the valid ones.
    case unknownName = 4
    /// Rows, columns or counts do not fit each other.
    case shapeMismatch = 5
    /// A size computation does not fit in 64 bits.
    case sizeOverflow = 6
    /// The object is not in a state that permits the call, such as backward before forward.
    case invalidState = 7
    /// A loss, gradient or weight became NaN or infinite.
    case nonFinite = 8
    /// The system refused to give memory.
    case outOfMemory = 9
    /// A file could not be read or written.
    case inputOutput = 10
    /// A file is torn, damaged or not a model file.
    case fileFormat = 11
    /// A file needs a newer version of the library.
    case fileVersion = 12
  }

  public let code: Code
  public let message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { message }
}
