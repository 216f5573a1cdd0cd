import Dense
import DenseCompute

/// The options of a fit behind a handle. Arrays stay the caller's, who keeps them until his fit has returned.
final class FitOptionsBox: Adjustable {
  /// Everything that a fit is told.
  struct Contents {
    var options = FitOptions()
    var validation: TrainingData?
    var sampleWeights: UnsafeBufferPointer<Float>?
    var callback: ProgressCallback?
    var user: UserPointer?
  }

  var contents = Contents()

  var settings: SettingValue { contents.options.configuration }

  func setting(_ path: String) throws(DenseError) -> SettingValue { try contents.options.setting(path) }

  func set(_ path: String, _ value: SettingValue) throws(DenseError) {
    try contents.options.set(path, value)
  }
}

extension FitOptionsBox.Contents {
  /// `data` with the weights of these options, one for each row.
  func weighted(_ data: TrainingData) throws(DenseError) -> TrainingData {
    guard let sampleWeights else { return data }
    guard sampleWeights.count == data.rows else {
      throw DenseError(
        .shapeMismatch, "sample_weights: expected \(data.rows), one for each row, received \(sampleWeights.count)")
    }
    return TrainingData(inputs: data.inputs, targets: data.targets, sampleWeights: sampleWeights.baseAddress)
  }

  /// The callback as the engine calls it.
  var progress: ((FitProgress) -> FitDecision)? {
    guard let callback else { return nil }
    let user = user
    return { progress in
      let answer = progress.values.withUnsafeBufferPointer { values in
        callback(
          user, progress.event.rawValue, Int64(progress.epoch), Int64(progress.step), Int64(progress.steps),
          values.isEmpty ? nil : values.baseAddress, Int64(values.count))
      }
      return answer == 0 ? .proceed : .stop
    }
  }
}
