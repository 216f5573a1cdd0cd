import DenseCompute

extension DenseError.Code {
  /// The name that `dense_status_name` gives: the case in snake case.
  var name: String {
    switch self {
    case .nullArgument: "null_argument"
    case .invalidHandle: "invalid_handle"
    case .invalidArgument: "invalid_argument"
    case .unknownName: "unknown_name"
    case .shapeMismatch: "shape_mismatch"
    case .sizeOverflow: "size_overflow"
    case .invalidState: "invalid_state"
    case .nonFinite: "non_finite"
    case .outOfMemory: "out_of_memory"
    case .inputOutput: "input_output"
    case .fileFormat: "file_format"
    case .fileVersion: "file_version"
    }
  }
}
