/// One fault or remark about an input: where, what was seen, what is allowed, what to do.
public struct Issue: Error, Hashable, Sendable {
  public enum Severity: String, Hashable, Sendable {
    /// The row or the file is not used.
    case error
    /// Used, in a way that the reader should know of.
    case warning
  }

  public var severity: Severity
  /// The file as the user named it, or `standard input`.
  public var source: String
  /// 1-based line of a text file.
  public var line: Int?
  /// JSON path, `$.result[3].size`, or the column name of a CSV field.
  public var path: String?
  public var seen: String
  public var allowed: String
  public var fix: String

  public init(
    _ severity: Severity = .error, source: String, line: Int? = nil, path: String? = nil,
    seen: String, allowed: String, fix: String
  ) {
    self.severity = severity
    self.source = source
    self.line = line
    self.path = path
    self.seen = seen
    self.allowed = allowed
    self.fix = fix
  }
}

extension Issue: CustomStringConvertible {
  /// `book.csv:14: size: saw "1,5"; allowed is a decimal number; write 1.5`.
  public var description: String {
    let place = source + (line.map { ":\($0)" } ?? "")
    let field = path.map { ": \($0)" } ?? ""
    let kind = severity == .warning ? ": warning" : ""
    return "\(place)\(field)\(kind): saw \(seen); allowed is \(allowed); \(fix)"
  }
}

/// What could be read of a document, and everything that could not.
public struct Parsed<Value: Sendable>: Sendable {
  public var value: Value
  public var issues: [Issue]

  public init(_ value: Value, issues: [Issue] = []) {
    self.value = value
    self.issues = issues
  }

  public var errors: [Issue] { issues.filter { $0.severity == .error } }
}
