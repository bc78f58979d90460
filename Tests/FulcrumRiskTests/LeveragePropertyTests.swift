import FulcrumModel
import FulcrumRisk
import RealModule
import Testing

/// Laws of leverage-math 10. A failure prints its seed.
@Suite struct LeveragePropertyTests {
  static let seeds = Array(UInt64(1)...40)

  /// A long option that is wiped out loses what it was worth and not an ulp more.
  @Test(arguments: seeds) func longPremiumLosesAtMostItsWorth(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let strike = Double.random(in: 50_000...120_000, using: &generator)
    let pool = Make.pool(
      0,
      Make.option(
        .call, .random(in: 0.1...50, using: &generator), strike: strike,
        years: .random(in: 1...90, using: &generator) / 365,
        volatility: .random(in: 0.3...0.9, using: &generator)))
    let measures = try LeverageEngine.measures(pool)
    #expect(measures.worstLoss <= measures.capitalAtRisk)
    #expect(try #require(measures.stressMultiple.finite) <= 1)
  }

  @Test(arguments: seeds) func scalingMoneyLeavesLeverageAlone(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let pool = Make.randomPool(&generator, oneExpiry: seed.isMultiple(of: 2))
    let base = try LeverageEngine.measures(pool)
    for power in [-6, -3, 3, 9] {
      let factor = Double.pow(10, power)
      let scaled = try LeverageEngine.measures(pool.moneyScaled(by: factor))
      #expect(scaled.status == base.status)
      for (name, ratio) in Self.ratios {
        Self.expectClose(
          scaled[keyPath: ratio], base[keyPath: ratio], 1e-9, "\(name), seed \(seed)")
      }
    }
  }

  static var ratios: [(String, KeyPath<PoolMeasures, Measure>)] {
    [
      ("deltaLeverage", \.deltaLeverage), ("grossLeverage", \.grossLeverage),
      ("signedDeltaLeverage", \.signedDeltaLeverage), ("volElasticity", \.volElasticity),
      ("thetaDrainPerDay", \.thetaDrainPerDay), ("stressMultiple", \.stressMultiple),
      ("equityLeverageSigned", \.equityLeverageSigned), ("coinLeverage", \.coinLeverage),
      ("leverageSlopeLnS", \.leverageSlopeLnS),
    ]
  }

  static func expectClose(
    _ a: Measure, _ b: Measure, _ tolerance: Double, _ what: String
  ) {
    guard let x = a.finite, let y = b.finite else {
      #expect(a == b, "\(what): \(a) against \(b)")
      return
    }
    let allowed = tolerance * max(1, y.magnitude)
    #expect((x - y).magnitude <= allowed, "\(what): \(x) against \(y)")
  }

  @Test(arguments: seeds) func usdLeverageIsOnePlusCoinLeverage(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let pool = Make.randomPool(&generator)
    let base = try LeverageEngine.measures(pool)
    guard base.currency == .coin, let coin = base.coinLeverage.finite,
      let usd = base.usdEquityLeverage.finite
    else { return }
    let step = 1e-5
    let up = try LeverageEngine.measures(pool.moved(Double.exp(step)))
    let down = try LeverageEngine.measures(pool.moved(Double.exp(-step)))
    let slopeUsd = (up.equityUsd - down.equityUsd) / (2 * step * base.equityUsd)
    let slopeCoin = (up.equity - down.equity) / (2 * step * base.equity)
    // Central differences: truncation step²·L''' and rounding 1e-16/step of the gross marks.
    let allowed = 1e-6 * max(1, 1 / base.equity.magnitude)
    #expect((slopeUsd - usd).magnitude < allowed, "seed \(seed)")
    #expect((slopeCoin - coin).magnitude < allowed, "seed \(seed)")
    #expect((usd - 1 - coin).magnitude <= 1e-15 * max(1, coin.magnitude))
  }

  /// dL_E/dlnS = L_E(1 − L_E) + Γ$/E of a USD pool; L_usd in its place in a coin pool.
  @Test(arguments: seeds) func slopeOfLeverageFollowsTheIdentity(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let pool = Make.randomPool(&generator)
    let base = try LeverageEngine.measures(pool)
    let part: KeyPath<PoolMeasures, Measure> =
      pool.currency == .usd ? \.equityLeverageSigned : \.usdEquityLeverage
    guard let leverage = base[keyPath: part].finite else { return }
    let identity = leverage * (1 - leverage) + base.gammaCash / base.equityUsd
    let step = 1e-5
    let up = try LeverageEngine.measures(pool.moved(Double.exp(step)))[keyPath: part].finite
    let down = try LeverageEngine.measures(pool.moved(Double.exp(-step)))[keyPath: part].finite
    let difference = (try #require(up) - (try #require(down))) / (2 * step)
    let size = max(1, base.grossNotional / base.equityUsd)
    #expect(
      (difference - identity).magnitude < 1e-5 * size * size * size,
      "seed \(seed): \(difference) against \(identity)")
  }

  /// No outcome at expiry is worth less than E − ML, and one comes arbitrarily near it.
  @Test(arguments: seeds) func maximumLossIsAttainedAndNeverExceeded(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let pool = Make.randomPool(&generator)
    let measures = try LeverageEngine.measures(pool)
    let scale = measures.grossNotional / measures.usdPerUnit + pool.cash + 1
    let strikes = pool.legs.compactMap { leg -> Double? in
      if case .option(_, let strike, _, _) = leg.contract { return strike }
      return nil
    }
    // Along the ends 0 and ∞ as well; at ∞ a coin pool's 1/S is 1e-12/S.
    let grid = (0...4000).map { Make.index * Double.exp(Double($0 - 2000) / 72) }
    let least = (grid + strikes).map { pool.terminalValue(at: $0) }.min() ?? pool.cash
    guard let loss = measures.maxLoss.finite else {
      // Unlimited: the farthest outcome loses more than any sum in the pool.
      #expect(measures.equity - least > 100 * scale, "seed \(seed)")
      return
    }
    let gap = (measures.equity - least) - loss
    #expect(gap.magnitude < 1e-6 * scale, "seed \(seed): short by \(gap)")
    #expect(measures.capitalAtRisk == min(max(measures.equity, 0), loss))
  }

  @Test func severalExpiriesHaveNoModelFreeFloor() throws {
    let legs = [
      Make.option(.call, 1, strike: 60_000, years: 0.1),
      Make.option(.call, -1, strike: 60_000, years: 0.2),
    ]
    let pool = RiskPool(index: Make.index, currency: .usd, cash: 5000, legs: legs)
    let measures = try LeverageEngine.measures(pool)
    #expect(measures.maxLoss == .positiveInfinity)
    #expect(measures.capitalAtRisk == measures.equity)
    // An expired leg is an expiry of its own; a future is none.
    var expired = pool
    expired.legs[0] = Make.option(.call, 1, strike: 60_000, years: 0)
    #expect(try LeverageEngine.measures(expired).maxLoss == .positiveInfinity)
    let future = Make.pool(
      5000, Make.option(.call, 1, strike: 60_000), Make.perpetual(-0.5))
    #expect(try LeverageEngine.measures(future).maxLoss.finite != nil)
  }

  @Test func slopesThatCancelAreFlat() throws {
    // 0.1 + 0.2 − 0.3 is 5.6e-17 short in doubles.
    let pool = Make.pool(
      100_000, Make.option(.call, -0.1, strike: 60_000), Make.option(.call, -0.2, strike: 61_000),
      Make.option(.call, 0.3, strike: 62_000))
    #expect(try LeverageEngine.measures(pool).maxLoss.finite != nil)
  }

  /// Independent outcomes: the maximum loss of two underlyings is the sum of theirs.
  @Test func underlyingsLoseIndependently() throws {
    let first = Make.pool(0, Make.option(.call, 1, strike: 62_000))
    var second = Make.pool(0, Make.option(.put, -2, strike: 2900, forward: 3000), index: 3000)
    var joint = first
    joint.indices.append(3000)
    joint.cash = 7000
    second.legs[0].underlying = 1
    joint.legs += second.legs
    second.legs[0].underlying = 0
    let losses = try [first, second].map { try LeverageEngine.measures($0) }
    let both = try LeverageEngine.measures(joint)
    let sum = losses.compactMap(\.maxLoss.finite).reduce(0, +)
    LeveragePropertyTests.expectClose(both.maxLoss, .value(sum), 1e-9, "maximum loss")
    #expect(both.exposures.map(\.deltaCash) == losses.map(\.deltaCash))
    #expect(both.signedDeltaLeverage == .absent(.severalUnderlyings))
    let headline = losses.reduce(0) { $0 + $1.deltaCash.magnitude } / both.capitalAtRiskUsd
    LeveragePropertyTests.expectClose(both.deltaLeverage, .value(headline), 1e-12, "headline")
  }
}

extension RiskPool {
  /// Every price and amount of money times `factor`; coin amounts stay.
  func moneyScaled(by factor: Double) -> RiskPool {
    var pool = self
    pool.indices = indices.map { $0 * factor }
    if currency == .usd { pool.cash *= factor }
    for place in pool.legs.indices {
      pool.legs[place].forward *= factor
      switch legs[place].contract {
      case .option(let right, let strike, let years, let volatility):
        pool.legs[place].contract = .option(
          right, strike: strike * factor, years: years, volatility: volatility)
      case .future(let entry, let years):
        pool.legs[place].contract = .future(entry: entry * factor, years: years)
        if currency == .coin { pool.legs[place].size *= factor }
      }
    }
    return pool
  }

  /// Pool value when everything settles at `price`, by the payoffs of leverage-math 1.
  func terminalValue(at price: Double) -> Double {
    legs.reduce(cash) { sum, leg in
      let payoff: Double =
        switch leg.contract {
        case .option(.call, let strike, _, _): max(price - strike, 0)
        case .option(.put, let strike, _, _): max(strike - price, 0)
        case .future(let entry, _):
          currency == .usd ? price - entry : price / entry - 1
        }
      return sum + leg.signedSize * (currency == .usd ? payoff : payoff / price)
    }
  }
}
