extension Timestamp: CustomStringConvertible {
  /// ISO 8601 in UTC: `2026-08-22T03:50:45.199Z`, without the fraction where it is zero.
  public var description: String {
    let day = CalendarDay(self)
    let ofDay = milliseconds - day.at(hour: 0).milliseconds
    let (seconds, fraction) = ofDay.quotientAndRemainder(dividingBy: 1000)
    let clock =
      "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
    let rest = fraction == 0 ? "" : ".\(padded(fraction, 3))"
    return "\(padded(Int64(day.year), 4))-\(padded(Int64(day.month), 2))-"
      + "\(padded(Int64(day.day), 2))T\(clock)\(rest)Z"
  }

  private func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// Reads `2026-08-22`, `2026-08-22 03:52:47`, `2026-08-22T03:50:45.199229+00:00`, a trailing `Z`
  /// or ` UTC`, or a whole number of epoch seconds (10 digits), milliseconds (13) or microseconds
  /// (16). A text without an offset is UTC. Digits below a millisecond are dropped.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    if bytes.count >= 9, bytes.allSatisfy({ (48...57).contains($0) }) {
      guard let number = Int64(text) else { return nil }
      switch bytes.count {
      case ...11: self.init(milliseconds: number * 1000)
      case 12...14: self.init(milliseconds: number)
      case 15...17: self.init(milliseconds: number / 1000)
      default: return nil
      }
      return
    }
    var reader = TimestampReader(bytes: bytes)
    guard let value = reader.read() else { return nil }
    self.init(milliseconds: value)
  }
}

private struct TimestampReader {
  let bytes: [UInt8]
  var at = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func read() -> Int64? {
    guard let year = number(4), take("-"), let month = number(2), take("-"), let date = number(2),
      let day = CalendarDay(year: year, month: month, day: date)
    else { return nil }
    let midnight = day.at(hour: 0).milliseconds
    if at == bytes.count { return midnight }
    guard take("T") || take(" "), let hour = number(2), hour < 24, take(":"),
      let minute = number(2), minute < 60
    else { return nil }
    var instant = midnight + Int64(hour * 3_600_000 + minute * 60_000)
    if take(":") {
      guard let second = number(2), second < 60 else { return nil }
      instant += Int64(second * 1000)
      if take(".") {
        guard let fraction = fraction() else { return nil }
        instant += fraction
      }
    }
    guard let offset = offsetMinutes(), at == bytes.count else { return nil }
    return instant - Int64(offset * 60_000)
  }

  private mutating func number(_ width: Int) -> Int? {
    guard at + width <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[at..<at + width] {
      guard (48...57).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 48)
    }
    at += width
    return value
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard at < bytes.count, UInt32(bytes[at]) == character.value else { return false }
    at += 1
    return true
  }

  private mutating func fraction() -> Int64? {
    var digits = 0
    var value: Int64 = 0
    while at < bytes.count, (48...57).contains(bytes[at]) {
      if digits < 3 { value = value * 10 + Int64(bytes[at] - 48) }
      digits += 1
      at += 1
    }
    guard digits > 0, digits <= 9 else { return nil }
    for _ in digits..<max(3, digits) { value *= 10 }
    return value
  }

  private mutating func offsetMinutes() -> Int? {
    if at == bytes.count || take("Z") { return 0 }
    if bytes[at...].elementsEqual(" UTC".utf8) {
      at = bytes.count
      return 0
    }
    let negative = take("-")
    guard negative || take("+"), let hours = number(2), hours < 24 else { return nil }
    _ = take(":")
    guard let minutes = number(2), minutes < 60 else { return nil }
    return (negative ? -1 : 1) * (hours * 60 + minutes)
  }
}

extension CalendarDay: CustomStringConvertible {
  /// `2026-08-05`.
  public var description: String {
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(year)-\(padded(month))-\(padded(day))"
  }
}
