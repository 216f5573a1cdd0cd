import DenseCompute

/// The step between the handles of C and the objects of Swift.
enum Handles {
  /// The object behind `handle`. `name` is the parameter's, for the message.
  static func object<Object: AnyObject>(
    _ handle: OpaquePointer?, _ name: String, as kind: HandleKind, _: Object.Type = Object.self
  ) throws(DenseError) -> Object {
    let token = try token(handle, name, as: kind)
    guard let object = HandleTable.shared.object(token) as? Object else { throw notOpen(token, name) }
    return object
  }

  /// Calls `body` with the object behind `handle`, of a final class, which is not retained; see `HandleTable.read`.
  static func read<Object: AnyObject>(
    _ handle: OpaquePointer?, _ name: String, as kind: HandleKind,
    _ body: (Object) throws(DenseError) -> Void
  ) throws(DenseError) {
    let token = try token(handle, name, as: kind)
    let isOpen: Void? = try HandleTable.shared.read(token) { (object) throws(DenseError) in
      // A conditional cast would retain what it gives.
      guard type(of: object) == Object.self else { throw notOpen(token, name) }
      try body(unsafeDowncast(object, to: Object.self))
    }
    if isOpen == nil { throw notOpen(token, name) }
  }

  /// Gives `object` a handle and writes it to `place`.
  static func open(_ object: AnyObject, as kind: HandleKind, into place: Out<OpaquePointer?>) throws(DenseError) {
    place.pointee = try HandleTable.shared.open(object, as: kind)
  }

  /// Ends a handle. NULL is fine; any other handle that is not open becomes the thread's last error.
  static func destroy(_ handle: OpaquePointer?, _ name: String, as kind: HandleKind) {
    guard handle != nil else { return }
    result(()) { () throws(DenseError) in
      let token = try token(handle, name, as: kind)
      guard HandleTable.shared.close(token) else { throw notOpen(token, name) }
    }
  }

  private static func token(
    _ handle: OpaquePointer?, _ name: String, as kind: HandleKind
  ) throws(DenseError) -> Token {
    guard let handle else {
      throw DenseError(.nullArgument, "\(name): expected \(kind.phrase) handle, received NULL")
    }
    guard let token = Token(handle) else {
      let number = String(UInt(bitPattern: handle), radix: 16)
      throw DenseError(
        .invalidHandle, "\(name): expected \(kind.phrase) handle, received 0x\(number), which this library never made")
    }
    guard token.kind == kind else {
      throw DenseError(
        .invalidHandle, "\(name): expected \(kind.phrase) handle, received \(token.kind.phrase) handle")
    }
    return token
  }

  private static func notOpen(_ token: Token, _ name: String) -> DenseError {
    let state = HandleTable.shared.wasClosed(token) ? "was destroyed" : "this library never made"
    return DenseError(
      .invalidHandle, "\(name): expected an open \(token.kind.noun) handle, received one that \(state)")
  }
}
