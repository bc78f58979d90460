import FulcrumHedgeSolver
import FulcrumModel
import FulcrumWire
import Testing

@testable import FulcrumRisk

/// What the basis of dated contracts adds to the risk that a hedge leaves.
@Suite struct HedgeBasisTests {
  private static func future(
    _ years: Double?, _ forward: Double, _ quantity: Double,
    settlement: Settlement = .linear, size: Double = 1
  ) -> RiskLeg {
    RiskLeg(
      contract: .future(entry: forward, years: years), settlement: settlement, forward: forward,
      quantity: quantity, size: size)
  }

  private static func state(
    _ pool: RiskPool, basis: HedgeBasis = HedgeBasis()
  ) throws -> HedgeState {
    try HedgeState(pool, margin: .standard, day: .init(deviation: 0.03, basis: basis))
  }

  // MARK: By hand

  /// A perpetual has none. Of half a year 2 coins at 61 000 are short, of a year 1 at 62 000 is long:
  /// D√T are −2 · 61 000 · √½ = −86 267.027 and 62 000; together −24 267.027.
  @Test func byHand() throws {
    let perpetual = Self.future(nil, 60_000, 1)
    let alone = RiskPool(index: 60_000, currency: .usd, cash: 50_000, legs: [perpetual])
    #expect(try Self.state(alone).deviation.basis == 0)
    #expect(try abs(Self.state(alone).dailyDeviation - 0.03 * 60_000) < 1e-9)

    var pool = alone
    pool.legs += [Self.future(0.5, 61_000, -2), Self.future(1, 62_000, 1)]
    let state = try Self.state(pool)
    // ½ · 24 267.027² + ½ · (86 267.027² + 62 000²) = 5 937 444 302, √ · 0.0035 = 269.69.
    let common = 62_000 - 122_000 * 0.5.squareRoot()
    let squares = 122_000.0 * 122_000 / 2 + 62_000 * 62_000
    let expected = 0.0035 * (0.5 * common * common + 0.5 * squares).squareRoot()
    #expect(abs(state.deviation.basis - expected) < 1e-9 * expected)
    #expect(abs(expected - 269.69) < 0.1)
    // All of it moves with the index by 60 000 − 122 000 + 62 000 = 0.
    #expect(abs(state.deviation.delta) < 1e-6)
    #expect(abs(state.dailyDeviation - expected) < 1e-9 * expected)
    let free = try Self.state(pool, basis: HedgeBasis(deviation: 0))
    #expect(free.deviation.basis == 0)
    let one = try Self.state(pool, basis: HedgeBasis(correlation: 1))
    #expect(abs(one.deviation.basis - 0.0035 * abs(common)) < 1e-6)
  }

  /// Coins: a short of 600 faces of 100 USD is −60 000 USD at any forward, S(Σ nA/F)·F/S of it.
  @Test func inCoins() throws {
    let short = Self.future(0.25, 61_000, -600, settlement: .inverse, size: 100)
    let pool = RiskPool(index: 60_000, currency: .coin, cash: 1, legs: [short])
    let state = try Self.state(pool)
    // Profit in coins at the index: 60 000/61 000 of the face.
    let expected = 0.0035 * 0.5 * 60_000 * 60_000 / 61_000
    #expect(abs(state.deviation.basis - expected) < 1e-9 * expected)
  }

  // MARK: In a plan

  /// A dated future whose quotes are 95 USD a coin closer against a perpetual. Who does not count basis
  /// takes the future alone. Who does takes x of it while 95 > 2x · ½ · 5/20 000 · 30 · 210² = 330.75x,
  /// with 60 000 · 0.0035 = 210 USD a day: 0.29 coins, a little less for the margin that they add.
  @Test func perpetualBeforeDated() throws {
    try #require(HedgeSolver.available != nil)
    func listed(_ name: String, _ leg: RiskLeg, halfSpread: Double) -> HedgeInstrument {
      HedgeInstrument(
        name: name, leg: leg, lot: 0.01,
        quote: (leg.forward - halfSpread, leg.forward + halfSpread),
        depth: HedgeDepth(100, source: "as the test says"))
    }
    let chain = [
      listed("PERP", Self.future(nil, 60_000, 1), halfSpread: 100),
      listed("DATED", Self.future(1, 60_000, 1), halfSpread: 5),
    ]
    let pool = RiskPool(
      index: 60_000, currency: .usd, cash: 20_000, legs: [Self.future(nil, 60_000, 1)])
    func sold(_ basis: HedgeBasis) throws -> [String: Double] {
      var planner = HedgePlanner(
        pool, margin: .standard, instruments: chain, costs: HedgeCosts(),
        day: .init(deviation: 0.03, basis: basis), tolerance: 0.05)
      planner.riskAversion = 5
      let plan = try planner.plan(.neutral([.delta]), solver: HedgeSolver.available)
      let best = try #require(plan.proposals.first)
      #expect(best.isReached)
      // The program and the engine say the same of what was charged.
      let variance = best.after.dailyDeviation * best.after.dailyDeviation
      let charge = 0.5 * 5 / plan.before.equity * 30 * variance
      #expect(abs(best.riskCharge - charge) <= 1e-9 * charge)
      return Dictionary(
        uniqueKeysWithValues: best.trades.map { ($0.instrument.name, -$0.contracts) })
    }
    let free = try sold(HedgeBasis(deviation: 0))
    #expect(free["PERP"] == nil && abs(free["DATED", default: 0] - 1) < 0.02)
    let charged = try sold(HedgeBasis())
    print(charged)
    let dated = charged["DATED", default: 0]
    #expect(dated > 0.24 && dated < 0.3)
    #expect(abs(dated + charged["PERP", default: 0] - 1) < 0.02)
  }

  // MARK: The defaults

  private struct Step {
    var years: Double
    /// Change of ln(F/F₀) over √(days · T).
    var change: Double
  }

  private static let instants = [
    "20260204T213308Z", "20260205T042952Z", "20260205T093647Z", "20260205T155132Z",
    "20260205T212937Z", "20260206T043012Z", "20260206T093516Z", "20260206T155121Z",
    "20260206T213057Z",
  ]

  /// Changes of each expiry's forward against the one of 7 February, which is there in all of them:
  /// rows are read one after another, each with an index of its own moment, but forwards at one.
  private static func steps(_ coin: String) throws -> [[Step]] {
    let near = 1_770_451_200_000  // 2026-02-07T08:00Z
    var seen: [(instant: Timestamp, forwards: [Int64: Double])] = []
    for name in instants {
      let quotes = try Chain.options(in: "deribit_btc_eth_book_\(name).csv.gz", coin: coin)
      var all: [Int64: [Double]] = [:]
      for quote in quotes {
        guard let expiry = quote.instrument.expiry, let forward = quote.forward else { continue }
        all[expiry.milliseconds, default: []].append(forward.doubleValue)
      }
      let medians = all.mapValues { $0.sorted()[$0.count / 2] }
      seen.append((try #require(quotes.first).asOf, medians))
    }
    let last = try #require(seen.last)
    let always = last.forwards.keys.sorted().filter { expiry in
      last.instant.years(to: Timestamp(milliseconds: expiry)) * 365 >= 13
        && seen.allSatisfy { $0.forwards[expiry] != nil }
    }
    return try always.map { expiry in
      try zip(seen, seen.dropFirst()).map { old, new in
        func basis(_ forwards: [Int64: Double]) throws -> Double {
          let ratio =
            try #require(forwards[expiry]) / (try #require(forwards[Int64(near)]))
          return .log(ratio)
        }
        let years = new.instant.years(to: Timestamp(milliseconds: expiry))
        let days = old.instant.years(to: new.instant) * 365
        let change = try basis(new.forwards) - basis(old.forwards)
        return Step(years: years, change: change / (days * years).squareRoot())
      }
    }
  }

  @Test(
    .enabled(if: SharedData.isPresent, "the shared data folder is absent: set FULCRUM_SHARED"),
    arguments: ["BTC", "ETH"])
  func defaultsAreMeasured(coin: String) throws {
    let expiries = try Self.steps(coin)
    #expect(expiries.count >= 7)
    func mean(_ a: [Step], _ b: [Step]) -> Double {
      zip(a, b).reduce(0) { $0 + $1.0.change * $1.1.change } / Double(a.count)
    }
    let ratios = expiries.map { mean($0, $0).squareRoot() / HedgeBasis().deviation }
    var pairs: [Double] = []
    for (place, one) in expiries.enumerated() {
      for other in expiries.prefix(place) {
        pairs.append(mean(one, other) / (mean(one, one) * mean(other, other)).squareRoot())
      }
    }
    let correlation = pairs.reduce(0, +) / Double(pairs.count)
    print(
      "\(coin): deviation over the default \(ratios), correlation \(correlation), "
        + "\(pairs.min() ?? 0) to \(pairs.max() ?? 0)")
    #expect(ratios.allSatisfy { $0 > 0.5 && $0 < 2 })
    // Neither one move of all of them nor none in common.
    #expect(abs(correlation - HedgeBasis().correlation) < 0.3)
  }
}
