/// A span of time as policies write it.
enum SpanText {
  /// `1d`, `8h`, `5m`, `90s`: the longest unit that divides it.
  static func of(_ milliseconds: Int64) -> String {
    let units: [(Int64, String)] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m")]
    for (length, name) in units where milliseconds % length == 0 {
      return "\(milliseconds / length)\(name)"
    }
    return "\(milliseconds / 1000)s"
  }
}
