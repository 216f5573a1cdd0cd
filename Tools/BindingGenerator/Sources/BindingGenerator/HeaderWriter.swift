import Foundation

/// Writes `include/dense.h`.
struct HeaderWriter {
  static let width = 100

  let interface: Interface

  func write() throws -> String {
    var parts = [opening, versions, declarationsOpening]
    parts.append(try enumeration("dense_status", prefix: "DENSE_ERROR_", interface.statuses, success: true))
    parts.append(try enumeration("dense_event", prefix: "DENSE_EVENT_", interface.events, success: false))
    for handle in interface.handles {
      let text = try DocumentationText(interface).resolve(handle.documentation, location: handle.cName)
      parts.append(comment([text]) + "typedef struct \(handle.cName) \(handle.cName);\n")
    }
    parts.append(try callback())
    for section in interface.sections {
      parts.append(try banner(section))
      for function in section.functions { parts.append(try declaration(of: function)) }
    }
    parts.append(closing)
    return parts.joined(separator: "\n")
  }

  private var versions: String {
    let version = interface.version
    return """
      /** The version of this header. See dense_version for that of the library. */
      #define DENSE_VERSION_MAJOR \(version.major)
      #define DENSE_VERSION_MINOR \(version.minor)
      #define DENSE_VERSION_PATCH \(version.patch)
      #define DENSE_VERSION "\(version.text)"
      #define DENSE_VERSION_NUMBER \(version.number)

      """
  }

  private func enumeration(
    _ name: String, prefix: String, _ constants: [Constant], success: Bool
  ) throws -> String {
    var entries = success ? ["  /** Success. */\n  DENSE_OK = 0"] : []
    for constant in constants {
      let text = try DocumentationText(interface).resolve(constant.documentation, location: name)
      let lines = comment([text], indentation: "  ")
      entries.append(lines + "  \(prefix)\(constant.name.uppercased()) = \(constant.value)")
    }
    let purpose =
      success
      ? "What a call came to. Numbers are stable and never reused; a newer library may add some."
      : "What a progress callback is told about."
    return comment([purpose]) + "typedef enum \(name) {\n\(entries.joined(separator: ",\n"))\n} \(name);\n"
  }

  private func callback() throws -> String {
    let callback = interface.callback
    let text = DocumentationText(interface)
    let lines = try text.lines(
      callback.documentation, parameters: callback.parameters, result: nil, location: "ProgressCallback")
    let list = callback.parameters.map(CType.declaration).joined(separator: ", ")
    return comment(lines) + wrap("typedef int32_t (*dense_progress_callback)(", list, ");\n")
  }

  private func declaration(of function: Function) throws -> String {
    let text = DocumentationText(interface)
    let lines = try text.lines(
      function.documentation, parameters: function.parameters, result: function.result, location: function.location)
    let list = function.parameters.isEmpty ? "void" : function.parameters.map(CType.declaration).joined(separator: ", ")
    let result = CType.spelling(of: function.result)
    let space = result.hasSuffix("*") ? "" : " "
    return comment(lines) + wrap("DENSE_API \(result)\(space)\(function.name)(", list, ");\n")
  }

  private func banner(_ section: Section) throws -> String {
    let rule = String(repeating: "-", count: Self.width - 6)
    var lines = ["/* \(rule)", " * \(section.title)"]
    for paragraph in section.overview {
      lines.append(" *")
      let text = try DocumentationText(interface).resolve(paragraph, location: section.title)
      lines += text.wrapped(to: Self.width - 3).map { " * \($0)" }
    }
    return (lines + [" * \(rule) */", ""]).joined(separator: "\n")
  }

  private func comment(_ lines: [String], indentation: String = "") -> String {
    if lines.count == 1, indentation.count + lines[0].count + 8 <= Self.width {
      return "\(indentation)/** \(lines[0]) */\n"
    }
    var result = "\(indentation)/**\n"
    for line in lines {
      for (index, part) in (line.isEmpty ? [""] : line.wrapped(to: Self.width - 5)).enumerated() {
        let continuation = index > 0 && line.hasPrefix("@") ? "  " : ""
        result += indentation + (part.isEmpty ? " *" : " * \(continuation)\(part)") + "\n"
      }
    }
    return result + "\(indentation) */\n"
  }

  /// A declaration on one line, or with its parameters on lines of their own.
  private func wrap(_ head: String, _ list: String, _ tail: String) -> String {
    if head.count + list.count + tail.count - 1 <= Self.width { return head + list + tail }
    let unbreakable = list.replacingOccurrences(of: ", ", with: ",\u{1}").replacingOccurrences(of: " ", with: "\u{2}")
    let lines = unbreakable.replacingOccurrences(of: "\u{1}", with: " ").wrapped(to: Self.width - 4)
    let body = lines.map { "    " + $0.replacingOccurrences(of: "\u{2}", with: " ") }.joined(separator: "\n")
    return head + "\n" + body + tail
  }
}
