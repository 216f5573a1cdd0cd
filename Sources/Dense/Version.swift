/// The version of the library. This is its one place: header, bindings, packages and files take it from here.
public enum Version {
  static let major = 0
  static let minor = 1
  static let patch = 0

  /// As in "0.1.0".
  public static var text: String { "\(major).\(minor).\(patch)" }
  /// One number to compare: major * 10000 + minor * 100 + patch.
  public static var number: Int { major * 10000 + minor * 100 + patch }
}
