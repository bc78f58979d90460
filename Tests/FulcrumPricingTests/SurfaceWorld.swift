import FulcrumModel
import FulcrumPricing
import Testing

/// A chain of our own, quoted around a surface that is known: an SSVI of our choosing, coin-settled,
/// in ticks of 0.0001, with spreads that widen away from the money.
struct SurfaceWorld {
  static let now = Timestamp(milliseconds: 1_790_000_000_000)
  static let btc = Underlying(base: .btc)
  static let days: [Double] = [
    0.6, 1.6, 2.6, 6.6, 13.6, 20.6, 34.6, 62.6, 97.6, 153.6, 244.6, 335.6,
  ]

  let shape: SSVIShape
  var volatilityAtMoney: (Double) -> Double = { days in 0.45 + 0.1 / (1 + days / 10) }
  var tickSize = 1e-4

  init() throws { shape = try SSVIShape(rho: -0.3, eta: 1.1, gamma: 0.45) }

  func forward(_ days: Double) -> Double { 60_000 * (1 + 0.05 * days / 365) }

  func slice(_ days: Double) -> RawSVI {
    let level = volatilityAtMoney(days)
    return shape.slice(theta: level * level * days / 365)
  }

  func volatility(_ strike: Double, _ days: Double) -> Double {
    let k = log2(strike / forward(days)) * 0.693_147_180_559_945_3
    return (slice(days).totalVariance(at: k) / (days / 365)).squareRoot()
  }

  private func log2(_ x: Double) -> Double {
    var exponent = 0.0
    var rest = x
    while rest >= 2 { (rest, exponent) = (rest / 2, exponent + 1) }
    while rest < 1 { (rest, exponent) = (rest * 2, exponent - 1) }
    // ln by its series about 1 in (r − 1)/(r + 1): exact to a double after thirty terms.
    let z = (rest - 1) / (rest + 1)
    var (sum, power) = (0.0, z)
    for term in 0..<60 {
      sum += power / Double(2 * term + 1)
      power *= z * z
    }
    return exponent + 2 * sum / 0.693_147_180_559_945_3
  }

  static func expiry(_ days: Double) -> Timestamp {
    now.adding(milliseconds: Int64(days * 86_400_000))
  }

  static func instrument(
    _ right: OptionRight, _ strike: Int, _ days: Double, suffix: String = ""
  ) throws -> Instrument {
    let name = "BTC-\(Int(days * 10))-\(strike)-\(right == .call ? "C" : "P")\(suffix)"
    return Instrument(
      id: InstrumentID(name),
      kind: .option(
        right, strike: try #require(Price("\(strike)")), expiry: expiry(days)),
      settlement: .inverse, base: .btc, quote: .usd, contract: .coins(ExactDecimal(1)),
      lot: try #require(ExactDecimal("0.1")))
  }

  /// A coin price in whole ticks of 0.0001.
  static func price(ticks: Int) throws -> Price {
    let digits = String(ticks)
    let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    let whole = padded.dropLast(4)
    return try #require(Price((whole.isEmpty ? "0" : whole) + "." + padded.suffix(4)))
  }

  /// Strikes within two and a half deviations, 29 of them.
  func strikes(_ days: Double) -> [Int] {
    let deviation = volatilityAtMoney(days) * (days / 365).squareRoot()
    let step = max(250, Int(2.5 * deviation * forward(days) / 14 / 250) * 250)
    let centre = Int(forward(days) / 250) * 250
    return (-14...14).map { centre + $0 * step }.filter { $0 > 0 }
  }

  func quotes(_ days: Double) throws -> [Quote] {
    var quotes: [Quote] = []
    for strike in strikes(days) {
      for right in OptionRight.allCases {
        let input = OptionInput(
          right: right, forward: forward(days), strike: Double(strike), years: days / 365,
          volatility: volatility(Double(strike), days))
        let ticks = InverseOption.coinPrice(input) / 1e-4
        var quote = Quote(
          instrument: try Self.instrument(right, strike, days), asOf: Self.now)
        let half = 1 + 0.01 * ticks
        quote.bid = try Self.price(ticks: max(0, Int((ticks - half).rounded())))
        quote.ask = try Self.price(ticks: Int((ticks + half).rounded(.up)))
        quotes.append(quote)
      }
    }
    return quotes
  }

  func snapshot(_ change: (inout [Quote]) -> Void = { _ in }) throws -> MarketSnapshot {
    var quotes = try Self.days.flatMap(quotes)
    change(&quotes)
    var snapshot = MarketSnapshot(asOf: Self.now)
    for quote in quotes { snapshot.insert(quote) }
    return snapshot
  }

  static func surface(_ snapshot: MarketSnapshot) -> VolatilitySurface {
    MarketView(snapshot, at: now, for: []).surface(of: btc, settlement: .inverse)
  }
}
