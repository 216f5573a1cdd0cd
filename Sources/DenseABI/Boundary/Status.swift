import DenseCompute

/// Success; all other values are those of `DenseError.Code`.
let statusOK: Status = 0

/// Runs `body`. Where it throws, the thread's last error becomes the message and the code is returned.
/// Every function that returns a status is one call of this.
func status(_ body: () throws(DenseError) -> Void) -> Status {
  do {
    try body()
    return statusOK
  } catch {
    ThreadTexts.setError(error.message)
    return error.code.rawValue
  }
}

/// Runs `body` for a function that has no status to return. Where it throws, the thread's last error becomes the
/// message and the result is `fallback`.
func result<Value>(_ fallback: Value, _ body: () throws(DenseError) -> Value) -> Value {
  do {
    return try body()
  } catch {
    ThreadTexts.setError(error.message)
    return fallback
  }
}
