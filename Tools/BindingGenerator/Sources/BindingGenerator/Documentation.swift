import Foundation

/// A doc comment in its parts.
struct Documentation {
  /// The purpose, then whatever else there is to know.
  var paragraphs: [String] = []
  var parameters: [(name: String, text: String)] = []
  var returns: String?
  var errors: String?
  var threads: String?
  var since: String?

  func text(of parameter: String) -> String? { parameters.first { $0.name == parameter }?.text }

  /// Reads the text behind `///`, line by line.
  init(lines: [String], location: String) throws {
    var items: [String] = []
    var startsNew = true
    for line in lines {
      let text = line.drop { $0 == " " }
      if text.isEmpty {
        startsNew = true
      } else if startsNew || text.hasPrefix("- ") {
        items.append(String(text))
        startsNew = false
      } else {
        items[items.count - 1] += " " + text
      }
    }
    for item in items { try add(item, location: location) }
  }

  private mutating func add(_ item: String, location: String) throws {
    guard item.hasPrefix("- ") else {
      paragraphs.append(item)
      return
    }
    guard let colon = item.firstIndex(of: ":") else {
      throw GeneratorError(location, "expected '- Field: text', received '\(item)'")
    }
    let field = item[..<colon].dropFirst(2)
    let text = String(item[item.index(after: colon)...].drop { $0 == " " })
    switch field {
    case "Parameters": break
    case "Returns": returns = text
    case "Errors": errors = text
    case "Threads": threads = text
    case "Since": since = text
    default:
      let name = field.hasPrefix("Parameter ") ? field.dropFirst("Parameter ".count) : field
      parameters.append((String(name).snakeCased, text))
    }
  }
}

/// What begins the documentation of an array: `[rows, columns] The batch.`
struct Shape {
  var extents: [String]
  var rest: String

  init?(_ text: String) {
    guard text.hasPrefix("["), let end = text.firstIndex(of: "]") else { return nil }
    extents = text[text.index(after: text.startIndex)..<end].split(separator: ",").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    rest = String(text[text.index(after: end)...].drop { $0 == " " })
  }
}
