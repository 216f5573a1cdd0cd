import DenseCompute

/// How a predictor is prepared.
public struct PredictorOptions: Configurable, Equatable {
  public static let name = "predictor_options"
  public static let settings: [Setting<Self>] = [
    .integer("max_rows", \.maximumRows, in: 1...1_048_576),
    .integer("workspaces", \.workspaces, in: 0...1024),
    .integer("num_threads", \.threads, in: 0...1),
  ]

  /// Rows that pass through the network at a time. More rows are no error: they are worked on in blocks of so many. A
  /// predictor of single rows has smaller workspaces with 1.
  public var maximumRows = 256
  /// Workspaces that are made with the predictor: so many calls may run at once without memory of their own.
  public var workspaces = 4
  /// 1 to do all work on the caller's thread; 0 to share large work with the pool's threads.
  public var threads = 1

  public init() {}

  public init(maximumRows: Int = 256, workspaces: Int = 4, threads: Int = 1) {
    self.maximumRows = maximumRows
    self.workspaces = workspaces
    self.threads = threads
  }
}
