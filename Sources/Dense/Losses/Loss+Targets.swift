import DenseCompute

extension Loss {
  /// Throws `invalidArgument`, naming row, column and value, at the first target that `isValid` refuses.
  func checkEach(
    _ targets: MatrixView, expected: @autoclosure () -> String, _ isValid: (Float) -> Bool
  ) throws(DenseError) {
    for row in 0..<targets.rows {
      let values = targets.row(row)
      // Without a way out in the middle, compilers look at several at a time.
      var refused: Int32 = 0
      for column in 0..<targets.columns { refused |= isValid(values[column]) ? 0 : 1 }
      guard refused != 0 else { continue }
      for column in 0..<targets.columns where !isValid(values[column]) {
        throw DenseError(
          .invalidArgument,
          "\(name): target row \(row), column \(column): expected \(expected()), received \(values[column])")
      }
    }
  }

  func checkFinite(_ targets: MatrixView) throws(DenseError) {
    try checkEach(targets, expected: "a finite number") { $0.isFinite }
  }

  func checkProbabilities(_ targets: MatrixView) throws(DenseError) {
    try checkEach(targets, expected: "a number from 0 to 1") { $0 >= 0 && $0 <= 1 }
  }

  /// The entry of `reduction` in a settings table.
  static var reductionSetting: Setting<Self> { .choice("reduction", \.reduction) }
}
