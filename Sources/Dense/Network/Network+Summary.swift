public import DenseCompute

extension Network {
  /// A table of the layers with their outputs and parameters, and the totals with the memory that they take.
  /// - Throws: `invalidState` for a network without layers, and what `count` throws.
  public func summary() throws(DenseError) -> String {
    let plan = if let plan { plan } else { try makePlan() }
    var rows = [["Layer", "Kind", "Outputs", "Parameters"]]
    for (layer, plan) in zip(layers, plan.layers) {
      var count = 0
      for parameter in plan.parameters { count = try count.plus(parameter.count()) }
      rows.append([
        layer.isTrainable ? layer.name : "\(layer.name) (frozen)", layer.kind, "\(plan.outputs)",
        Self.grouped(count),
      ])
    }
    var text = Self.table(rows)
    text += "Parameters: \(try total(.parameters)) (\(Self.mebibytes(try count(.parameters).times(4))))\n"
    text += "Trainable: \(try total(.trainable)); not trainable: \(try total(.nonTrainable))\n"
    text += "Operations for a row: \(try total(.flopsPerRow))\n"
    if let optimizer, let loss {
      text += "Optimizer: \(optimizer.name); loss: \(loss.name); "
      text += "training with 32 rows takes \(Self.mebibytes(try count(.trainingBytes)))\n"
    }
    return text
  }

  private func total(_ quantity: Quantity) throws(DenseError) -> String { Self.grouped(try count(quantity)) }

  /// Columns as wide as their widest cell; the last two to the right.
  private static func table(_ rows: [[String]]) -> String {
    let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
    let line = String(repeating: "-", count: widths.reduce(0, +) + 2 * 3) + "\n"
    var text = ""
    for (index, row) in rows.enumerated() {
      let cells = zip(row, widths).enumerated().map { column, cell in
        let padding = String(repeating: " ", count: cell.1 - cell.0.count)
        return column >= 2 ? padding + cell.0 : cell.0 + padding
      }
      text += cells.joined(separator: "  ") + "\n"
      if index == 0 { text += line }
    }
    return text + line
  }

  /// A whole number with commas between thousands.
  private static func grouped(_ number: Int) -> String {
    let digits = Array("\(number)")
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  /// Bytes as mebibytes with two digits after the point.
  private static func mebibytes(_ bytes: Int) -> String {
    let hundredths = Int((Double(bytes) * 100 / 1_048_576).rounded())
    let fraction = hundredths % 100
    return "\(grouped(hundredths / 100)).\(fraction < 10 ? "0" : "")\(fraction) MiB"
  }
}
