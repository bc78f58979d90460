extension InstrumentDialect {
  /// Every expiry in a name is at this hour, UTC (leverage-math 0).
  static let expiryHour = 8

  /// The one canonical name; nil where the dialect cannot say it.
  func name(of design: InstrumentDesign) -> String? {
    guard let root = root(of: design) else { return nil }
    switch design.kind {
    case .perpetual: return root + perpetualSuffix
    case .future(let expiry):
      guard let date = date(expiry) else { return nil }
      return "\(root)-\(date)"
    case .option(let right, let strike, let expiry):
      guard let date = date(expiry), let strike = text(strike) else { return nil }
      return "\(root)-\(date)-\(strike)-\(right == .call ? "C" : "P")"
    }
  }

  private func root(of design: InstrumentDesign) -> String? {
    let (base, quote) = (design.base.code, design.quote.code)
    guard design.quote.isDollar else { return nil }
    switch (self, design.settlement) {
    case (.deribit, .inverse): return design.quote == .usd ? base : nil
    case (.deribit, .linear): return design.quote == .usd ? nil : "\(base)_\(quote)"
    case (.okx, .inverse): return design.quote == .usd ? "\(base)-USD" : nil
    case (.okx, .linear): return design.quote == .usd ? nil : "\(base)-\(quote)"
    case (.ccxt, .inverse): return "\(base)/\(quote):\(base)"
    case (.ccxt, .linear): return "\(base)/\(quote):\(quote)"
    case (.derive, .inverse): return nil
    case (.derive, .linear): return design.quote == .usdc ? base : nil
    }
  }

  private var perpetualSuffix: String {
    switch self {
    case .deribit: return "-PERPETUAL"
    case .okx: return "-SWAP"
    case .ccxt: return ""
    case .derive: return "-PERP"
    }
  }

  private func date(_ expiry: Timestamp) -> String? {
    let day = CalendarDay(expiry)
    guard day.at(hour: Self.expiryHour) == expiry, (2000...2099).contains(day.year) else {
      return nil
    }
    let (month, date) = (twoDigits(day.month), twoDigits(day.day))
    switch self {
    case .deribit: return "\(day.day)\(MonthCode.all[day.month - 1])\(twoDigits(day.year % 100))"
    case .okx, .ccxt: return "\(twoDigits(day.year % 100))\(month)\(date)"
    case .derive: return "\(day.year)\(month)\(date)"
    }
  }

  private func text(_ strike: Price) -> String? {
    guard strike.value > .zero else { return nil }
    let plain = strike.description
    guard plain.utf8.count <= 24 else { return nil }
    switch self {
    case .deribit: return String(plain.map { $0 == "." ? "d" : $0 })
    case .derive: return String(plain.map { $0 == "." ? "_" : $0 })
    case .okx, .ccxt: return plain
    }
  }

  private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
