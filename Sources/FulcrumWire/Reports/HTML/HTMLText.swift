/// Text made safe to stand in HTML, XHTML and SVG, in content and in quoted attributes.
enum HTMLText {
  static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\r", "\t": result += " "
      default:
        // Control characters are no XML, and marks of writing direction could disguise a name.
        if Ink.isUnprintable(scalar) || scalar.properties.isNoncharacterCodePoint {
          result += "\u{FFFD}"
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }

  /// Our own numbers with the minus sign of typography.
  static func number(_ text: String) -> String {
    var result = ""
    for character in escaped(text) { result.append(character == "-" ? "−" : character) }
    return result
  }
}
