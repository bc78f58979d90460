import Foundation

/// Decodes a JSON text into a type, and lists everything in it that could not be used.
package enum JSONDocument {
  /// The value (nil where the text is not JSON or not of this shape at all) and the faults: syntax
  /// by line and column, values by JSON path.
  ///
  /// Nesting deeper than 512 levels is refused, so that no text can exhaust the stack.
  package static func decode<Value: Decodable & Sendable>(
    _ type: Value.Type, from input: InputBytes
  ) -> Parsed<Value?> {
    if let fault = input.textFault() { return Parsed(nil, issues: [fault]) }
    return decode(type, from: input.bytes, of: input, line: nil)
  }

  /// One line or part of an input, whose first line is `line`.
  static func decode<Value: Decodable & Sendable>(
    _ type: Value.Type, from bytes: Data, of input: InputBytes, line: Int?
  ) -> Parsed<Value?> {
    let faults = DecodingFaults()
    let decoder = JSONDecoder()
    if let key = DecodingFaults.key { decoder.userInfo[key] = faults }
    do {
      let value = try decoder.decode(type, from: bytes)
      return Parsed(value, issues: faults.issues(source: input.source).at(line))
    } catch {
      let issue = JSONSyntax.fault(in: bytes).map { fault in
        Issue(
          source: input.source, line: (line ?? 1) + fault.line - 1, path: "column \(fault.column)",
          seen: fault.seen, allowed: fault.allowed, fix: "correct the JSON text there")
      }
      let refusal = ScalarText.Refusal(error)
      let path = (error as? DecodingError).map { JSONPath.text($0.path) }
      let shape = Issue(
        source: input.source, line: line, path: path, seen: refusal.seen, allowed: refusal.allowed,
        fix: refusal.fix)
      return Parsed(nil, issues: faults.issues(source: input.source).at(line) + [issue ?? shape])
    }
  }
}

extension [Issue] {
  /// The same issues, on a line where none is known.
  func at(_ line: Int?) -> [Issue] {
    guard let line else { return self }
    return map { issue in
      var placed = issue
      placed.line = issue.line ?? line
      return placed
    }
  }
}
