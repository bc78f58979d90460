/// What a line of the table is about, for its colour.
enum Tone: Hashable {
  case plain, quiet, heading, warning, critical
}

/// The characters and colours that a terminal can show.
struct Ink {
  let colour: Bool
  let unicode: Bool

  var rule: String { unicode ? "─" : "-" }
  var ellipsis: String { unicode ? "…" : "..." }
  var dash: String { unicode ? "—" : "--" }
  var sigma: String { unicode ? "σ" : "sd" }
  var delta: String { unicode ? "Δ" : "delta" }
  var separator: String { unicode ? " · " : "; " }

  func arrow(_ direction: Direction) -> String {
    switch direction {
    case .long: unicode ? "↑" : "^"
    case .short: unicode ? "↓" : "v"
    case .neutral: unicode ? "↔" : "="
    }
  }

  /// The text in the colour of its tone; unchanged without colour.
  func paint(_ text: String, _ tone: Tone) -> String {
    guard colour, !text.isEmpty else { return text }
    switch tone {
    case .plain: return text
    case .quiet: return "\u{1B}[2m\(text)\u{1B}[0m"
    case .heading: return "\u{1B}[1m\(text)\u{1B}[0m"
    case .warning: return "\u{1B}[33m\(text)\u{1B}[0m"
    case .critical: return "\u{1B}[31m\(text)\u{1B}[0m"
    }
  }

  /// Text from a file as a terminal may show it: control characters, which could move the cursor or
  /// change colours, and marks that turn the writing direction are replaced; plain ASCII on demand.
  func safe(_ text: String) -> String {
    if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if Self.isUnprintable(scalar) {
        result += unicode ? "\u{FFFD}" : "?"
      } else if !unicode, !scalar.isASCII {
        result += Self.ascii[scalar] ?? "?"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  static func isUnprintable(_ scalar: UnicodeScalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }

  /// What plain ASCII writes for the signs that our own sentences use.
  private static let ascii: [UnicodeScalar: String] = [
    "σ": "sd", "Δ": "delta", "λ": "lambda", "−": "-", "—": "--", "–": "-", "·": ";", "±": "+/-",
    "≥": ">=", "≤": "<=", "×": "x", "√": "sqrt ", "…": "...", "≠": "!=", "∞": "inf", "Γ": "gamma",
    "θ": "theta", "→": "->",
  ]
}

extension Ink {
  /// Text as lines of at most `width` characters, broken at spaces, or within a word that is longer.
  func folded(_ text: String, _ tone: Tone, width: Int, indent: Int = 0) -> [String] {
    let room = width - indent
    var lines: [String] = []
    var line = ""
    func flush() {
      lines.append(String(repeating: " ", count: indent) + paint(line, tone))
      line = ""
    }
    for word in safe(text).split(separator: " ", omittingEmptySubsequences: true) {
      var rest = word[...]
      while rest.count > room {
        if !line.isEmpty { flush() }
        line = String(rest.prefix(room))
        rest = rest.dropFirst(room)
        flush()
      }
      if !line.isEmpty, line.count + 1 + rest.count > room { flush() }
      line += line.isEmpty ? String(rest) : " " + rest
    }
    if !line.isEmpty { flush() }
    return lines
  }
}
