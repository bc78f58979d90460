/// Takes a name apart. Each dialect is told by its own separator or second part.
struct InstrumentNameReader {
  let name: String

  mutating func read() throws(InstrumentNameError) -> (InstrumentDialect, InstrumentDesign) {
    // Beyond printable ASCII a byte is no longer a character: a combining mark would swallow a "/".
    guard name.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .unknownForm(name) }
    if name.utf8.contains(UInt8(ascii: "/")) { return (.ccxt, try unified()) }
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 2 else {
      throw name.contains("_") ? .unsupported(name, what: "a spot pair") : .unknownForm(name)
    }
    let second = parts[1]
    if second == "PERP" || second.utf8.count == 8 && second.utf8.allSatisfy(\.isDigit) {
      return (.derive, try derive(parts))
    }
    if second == "PERPETUAL" || second.utf8.first?.isDigit == true {
      return (.deribit, try deribit(parts))
    }
    if Asset(second)?.isDollar == true { return (.okx, try okx(parts)) }
    if parts.count >= 3, second.utf8.allSatisfy(\.isUpper), second.utf8.count <= 4 {
      throw .unsupported(name, what: "a combination")
    }
    throw .unknownForm(name)
  }

  // MARK: Deribit

  private func deribit(_ parts: [Substring]) throws(InstrumentNameError) -> InstrumentDesign {
    let pair = parts[0].split(separator: "_", omittingEmptySubsequences: false)
    guard pair.count <= 2 else { throw refused(parts[0], "a coin or a pair such as SOL_USDC") }
    let base = try asset(pair[0])
    let quote = pair.count == 2 ? try dollar(pair[1]) : .usd
    var design = InstrumentDesign(
      kind: .perpetual, settlement: pair.count == 2 ? .linear : .inverse, base: base, quote: quote)
    if parts[1] == "PERPETUAL", parts.count == 2 { return design }
    let expiry = try dayMonthYear(parts[1])
    design.kind = try kind(after: expiry, parts.dropFirst(2), decimalPoint: "d")
    return design
  }

  // MARK: OKX

  private func okx(_ parts: [Substring]) throws(InstrumentNameError) -> InstrumentDesign {
    let quote = try dollar(parts[1])
    var design = InstrumentDesign(
      kind: .perpetual, settlement: quote == .usd ? .inverse : .linear, base: try asset(parts[0]),
      quote: quote)
    guard parts.count > 2 else { throw .unsupported(name, what: "a spot pair") }
    if parts[2] == "SWAP", parts.count == 3 { return design }
    let expiry = try yearMonthDay(parts[2], century: true)
    design.kind = try kind(after: expiry, parts.dropFirst(3), decimalPoint: ".")
    return design
  }

  // MARK: Derive

  private func derive(_ parts: [Substring]) throws(InstrumentNameError) -> InstrumentDesign {
    var design = InstrumentDesign(
      kind: .perpetual, settlement: .linear, base: try asset(parts[0]), quote: .usdc)
    if parts[1] == "PERP", parts.count == 2 { return design }
    let expiry = try yearMonthDay(parts[1], century: false)
    design.kind = try kind(after: expiry, parts.dropFirst(2), decimalPoint: "_")
    return design
  }

  // MARK: Unified symbols

  private func unified() throws(InstrumentNameError) -> InstrumentDesign {
    let pair = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let rest = pair[1].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard rest.count == 2 else { throw .unsupported(name, what: "a spot pair") }
    let base = try asset(pair[0])
    // The style of 2022 quotes an option in its coin; strikes are in dollars all the same.
    let quote = try rest[0] == pair[0] ? Asset.usd : dollar(rest[0])
    let fields = rest[1].split(omittingEmptySubsequences: false) { $0 == "-" || $0 == ":" }
    let settle = try asset(fields[0])
    guard settle == base || settle == quote && rest[0] != pair[0] else {
      throw refused(fields[0], "the base or the quote of the pair")
    }
    var design = InstrumentDesign(
      kind: .perpetual, settlement: settle == base ? .inverse : .linear, base: base, quote: quote)
    guard fields.count > 1 else { return design }
    let expiry = try yearMonthDay(fields[1], century: true)
    design.kind = try kind(after: expiry, fields.dropFirst(2), decimalPoint: ".")
    return design
  }

  // MARK: Parts

  /// A dated future where nothing follows the expiry, an option where strike and right do.
  private func kind(
    after expiry: Timestamp, _ rest: ArraySlice<Substring>, decimalPoint: Character
  ) throws(InstrumentNameError) -> Instrument.Kind {
    guard let strike = rest.first else { return .future(expiry: expiry) }
    guard rest.count == 2, let right = rest.last else {
      throw .notUnderstood(
        part: rest.joined(separator: "-"), of: name, expected: "a strike and a right")
    }
    return .option(
      try self.right(right), strike: try self.strike(strike, decimalPoint: decimalPoint),
      expiry: expiry)
  }

  private func asset(_ part: Substring) throws(InstrumentNameError) -> Asset {
    guard part.utf8.allSatisfy({ $0.isUpper || $0.isDigit }), let asset = Asset(part) else {
      throw refused(part, "an asset code in capitals")
    }
    return asset
  }

  private func dollar(_ part: Substring) throws(InstrumentNameError) -> Asset {
    let quote = try asset(part)
    guard quote.isDollar else { throw refused(part, "a dollar: USD, USDC or USDT") }
    return quote
  }

  private func right(_ part: Substring) throws(InstrumentNameError) -> OptionRight {
    switch part {
    case "C", "call": return .call
    case "P", "put": return .put
    default: throw refused(part, "C or P")
    }
  }

  private func strike(
    _ part: Substring, decimalPoint: Character
  ) throws(InstrumentNameError) -> Price {
    let plain = part.utf8.allSatisfy { $0.isDigit || $0 == decimalPoint.asciiValue }
    let text = String(part.map { $0 == decimalPoint ? "." : $0 })
    guard plain, part.utf8.first?.isDigit == true, part.utf8.last?.isDigit == true,
      let value = ExactDecimal(text), value > .zero
    else { throw refused(part, "a positive strike with \"\(decimalPoint)\" as decimal point") }
    return Price(value)
  }

  /// `5AUG16`, `27SEP24`.
  private func dayMonthYear(_ part: Substring) throws(InstrumentNameError) -> Timestamp {
    let bytes = Array(part.utf8)
    guard bytes.count == 6 || bytes.count == 7,
      let day = Int(digits: bytes.dropLast(5)), let year = Int(digits: bytes.suffix(2)),
      let month = MonthCode.number(bytes.dropLast(2).suffix(3)),
      let date = CalendarDay(year: 2000 + year, month: month, day: day)
    else { throw refused(part, "a day such as 27SEP24") }
    return date.at(hour: InstrumentDialect.expiryHour)
  }

  /// `240927` where the century is understood, `20240927` otherwise.
  private func yearMonthDay(
    _ part: Substring, century: Bool
  ) throws(InstrumentNameError) -> Timestamp {
    let bytes = Array(part.utf8)
    guard bytes.count == (century ? 6 : 8), let number = Int(digits: bytes[...]),
      let date = CalendarDay(
        year: number / 10_000 + (century ? 2000 : 0), month: number / 100 % 100, day: number % 100)
    else { throw refused(part, century ? "a day such as 240927" : "a day such as 20240927") }
    return date.at(hour: InstrumentDialect.expiryHour)
  }

  private func refused(_ part: Substring, _ expected: String) -> InstrumentNameError {
    .notUnderstood(part: String(part), of: name, expected: expected)
  }
}

/// The months as Deribit abbreviates them.
enum MonthCode {
  static let all = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
  ]

  static func number(_ code: ArraySlice<UInt8>) -> Int? {
    all.firstIndex { $0.utf8.elementsEqual(code) }.map { $0 + 1 }
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (48...57).contains(self) }
  fileprivate var isUpper: Bool { (65...90).contains(self) }
}

extension Int {
  fileprivate init?(digits: ArraySlice<UInt8>) {
    guard !digits.isEmpty, digits.allSatisfy(\.isDigit) else { return nil }
    self = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
  }
}
