import FulcrumModel
import FulcrumPricing

/// A chain of twelve expiries and about seven hundred quotes about a known SSVI, coin-settled, in
/// ticks of 0.0001, as a venue lists it.
enum SurfaceChain {
  static let days: [Double] = [
    0.6, 1.6, 2.6, 6.6, 13.6, 20.6, 34.6, 62.6, 97.6, 153.6, 244.6, 335.6,
  ]
  static let now = Timestamp(milliseconds: 1_790_000_000_000)

  static func snapshot() -> MarketSnapshot {
    guard let shape = try? SSVIShape(rho: -0.3, eta: 1.1, gamma: 0.45) else {
      preconditionFailure("the shape is outside its domain")
    }
    var snapshot = MarketSnapshot(asOf: now)
    for (row, days) in days.enumerated() {
      let forward = 60_000 * (1 + 0.05 * days / 365)
      let level = 0.45 + 0.1 / (1 + days / 10)
      let slice = shape.slice(theta: level * level * days / 365)
      let deviation = level * (days / 365).squareRoot()
      let step = max(250, Int(2.5 * deviation * forward / 14 / 250) * 250)
      for place in -14...14 {
        let strike = Int(forward / 250) * 250 + place * step
        guard strike > 0 else { continue }
        for right in OptionRight.allCases {
          snapshot.insert(
            quote(row, right, strike: strike, forward: forward, days: days, slice: slice))
        }
      }
    }
    return snapshot
  }

  private static func quote(
    _ row: Int, _ right: OptionRight, strike: Int, forward: Double, days: Double, slice: RawSVI
  ) -> Quote {
    let k = ln(Double(strike) / forward)
    let volatility = (slice.totalVariance(at: k) / (days / 365)).squareRoot()
    let ticks =
      InverseOption.coinPrice(
        OptionInput(
          right: right, forward: forward, strike: Double(strike), years: days / 365,
          volatility: volatility)) * 1e4
    guard let strikePrice = Price("\(strike)"), let lot = ExactDecimal("0.1") else {
      preconditionFailure("\(strike) is no price")
    }
    var quote = Quote(
      instrument: Instrument(
        id: InstrumentID("BTC-\(row)-\(strike)-\(right == .call ? "C" : "P")"),
        kind: .option(
          right, strike: strikePrice,
          expiry: now.adding(milliseconds: Int64(days * 86_400_000))),
        settlement: .inverse, base: .btc, quote: .usd, contract: .coins(ExactDecimal(1)),
        lot: lot), asOf: now)
    let half = 1 + 0.01 * ticks
    quote.bid = price(max(0, Int((ticks - half).rounded())))
    quote.ask = price(Int((ticks + half).rounded(.up)))
    return quote
  }

  private static func price(_ ticks: Int) -> Price? {
    let digits = String(ticks)
    let padded = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    return Price(padded.dropLast(4) + "." + padded.suffix(4))
  }

  /// By the series of artanh; this driver has no mathematics of its own.
  private static func ln(_ x: Double) -> Double {
    let z = (x - 1) / (x + 1)
    var (sum, power) = (0.0, z)
    for term in 0..<200 {
      sum += power / Double(2 * term + 1)
      power *= z * z
    }
    return 2 * sum
  }
}

func surfaceFigures() {
  let snapshot = SurfaceChain.snapshot()
  let view = MarketView(snapshot, at: SurfaceChain.now, for: [])
  var fitted = 0
  let samples = Samples {
    seconds {
      let surface = view.surface(of: Underlying(base: .btc), settlement: .inverse)
      fitted = surface.slices.count { $0.model == .svi }
    } * 1000
  }
  precondition(fitted == 12, "only \(fitted) of 12 expiries were fitted")
  Figure(
    name: "surface, 12 expiries, \(snapshot.quotes.count) quotes", unit: "ms", samples: samples
  ).print()
}
