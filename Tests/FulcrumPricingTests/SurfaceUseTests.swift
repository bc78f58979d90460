import FulcrumModel
import FulcrumPricing
import Testing

/// What the surface is asked for: missing volatilities, other expiries, scenarios.
struct SurfaceUseTests {
  private let world: SurfaceWorld
  private let surface: VolatilitySurface

  init() throws {
    world = try SurfaceWorld()
    surface = SurfaceWorld.surface(try world.snapshot())
  }

  @Test func anOptionWithoutAQuoteTakesTheSurface() throws {
    let view = MarketView(try world.snapshot(), at: SurfaceWorld.now)
    let strike = world.strikes(34.6)[20] + 137
    let missing = try SurfaceWorld.instrument(.call, strike, 34.6)
    let forward = try #require(view.forward(of: missing))
    let found = try #require(view.volatility(of: missing, forward: forward.0))
    #expect(found.1 == .surface)
    #expect(abs(found.0 - world.volatility(Double(strike), 34.6)) < 0.01)
    // An expiry that nobody lists lies between two that are fitted.
    let between = try SurfaceWorld.instrument(.call, 60_000, 48)
    let other = try #require(view.volatility(of: between, forward: world.forward(48)))
    #expect(other.1 == .surfaceInTime)
    #expect(abs(other.0 - world.volatility(60_000, 48)) < 0.01)
    // Of what has a quote of its own nothing changes.
    let listed = try SurfaceWorld.instrument(.call, world.strikes(34.6)[20], 34.6)
    #expect(view.volatility(of: listed, forward: forward.0)?.1 == .fromMiddle)
  }

  @Test func marksAloneStillInterpolate() throws {
    var snapshot = MarketSnapshot(asOf: SurfaceWorld.now)
    for quote in try world.quotes(34.6) {
      var mark = quote
      (mark.bid, mark.ask) = (nil, nil)
      mark.markVolatility = 0.5
      mark.forward = Price("60000")
      snapshot.insert(mark)
    }
    let view = MarketView(snapshot, at: SurfaceWorld.now)
    let missing = try SurfaceWorld.instrument(.call, world.strikes(34.6)[20] + 137, 34.6)
    #expect(view.volatility(of: missing, forward: 60_000)?.1 == .interpolated)
  }

  @Test func timeIsJoinedInTotalVariance() throws {
    let (left, right) = (surface.slices[6], surface.slices[7])
    let years = 0.3 * left.years + 0.7 * right.years
    for k in [-0.4, 0, 0.3] {
      let w1 = try #require(left.smile).totalVariance(at: k)
      let w2 = try #require(right.smile).totalVariance(at: k)
      let found = try #require(surface.volatility(moneyness: k, years: years))
      #expect(found.place == .between)
      let w = found.volatility * found.volatility * years
      #expect(abs(w - (0.3 * w1 + 0.7 * w2)) < 1e-12)
    }
    let first = try #require(surface.slices.first)
    let early = try #require(surface.volatility(moneyness: 0.01, years: first.years / 3))
    let own = try #require(surface.volatility(moneyness: 0.01, years: first.years))
    #expect(early.place == .before && abs(early.volatility - own.volatility) < 1e-12)
    let last = try #require(surface.slices.last)
    let late = try #require(surface.volatility(moneyness: 0, years: 2 * last.years))
    let at = try #require(surface.volatility(moneyness: 0, years: last.years))
    #expect(late.place == .after)
    #expect(late.volatility * late.volatility * 2 >= at.volatility * at.volatility)
    for bad in [0, -1, Double.nan, .infinity] {
      #expect(surface.volatility(moneyness: 0, years: bad) == nil)
      #expect(surface.volatility(moneyness: .nan, years: 0.1) == nil)
    }
  }

  /// w never falls with time at a fixed k, between the expiries too.
  @Test func totalVarianceNeverFallsWithTime() throws {
    for place in -15...15 {
      let k = Double(place) / 10
      var before = 0.0
      for day in stride(from: 0.25, through: 400, by: 0.75) {
        let w = try #require(surface.curve(at: k, years: day / 365)).curve.w
        #expect(w >= before - 1e-12, "k \(k), \(day) d: \(w) after \(before)")
        before = w
      }
    }
  }

  @Test func stickinessMovesTheSmile() throws {
    let slice = surface.slices[6]
    let (forward, years) = (slice.forward, slice.years)
    let shift = { (spot: Double, stickiness: Stickiness) in
      try SurfaceShift(spot: spot, stickiness: stickiness)
    }
    for strike in [50_000.0, 60_000, 72_000] {
      let now = try #require(
        surface.volatility(
          strike: strike, forward: forward, years: years, after: shift(0, .half)))
      let stuck = surface.volatility(
        strike: strike, forward: forward, years: years, after: try shift(-0.2, .strike))
      #expect(stuck == now)
      // At fixed moneyness the strike that was 0.8 of this one speaks for it.
      let moved = surface.volatility(
        strike: strike * 0.8, forward: forward, years: years, after: try shift(-0.2, .moneyness))
      #expect(abs((moved ?? 0) - now) < 1e-12)
      // The slope against a difference of the same rule.
      for stickiness in [Stickiness.strike, .half, .moneyness] {
        let step = 1e-5
        let up = try #require(
          surface.volatility(
            strike: strike, forward: forward, years: years, after: shift(step, stickiness)))
        let down = try #require(
          surface.volatility(
            strike: strike, forward: forward, years: years, after: shift(-step, stickiness)))
        let slope = try #require(
          surface.volatilitySlope(
            strike: strike, forward: forward, years: years, stickiness: stickiness))
        #expect(abs((up - down) / (2 * step * forward) - slope) < 1e-9 * max(1, abs(slope)))
      }
    }
    #expect(Stickiness.delta == Stickiness.moneyness)
    #expect(throws: PricingError.self) { try Stickiness(1.01) }
    #expect(throws: PricingError.self) { try SurfaceShift(spot: -1) }
  }

  @Test func volatilityShiftsAreLargerForShortExpiries() throws {
    let shift = try SurfaceShift(spot: 0, volatility: 0.1, stickiness: .strike)
    for (days, factor) in [(1.0, 1.2), (7.5, 1.2), (30, 1.1), (120, 1.05)] {
      let plain = try #require(surface.volatility(moneyness: 0, years: days / 365)).volatility
      let shifted = try #require(
        surface.volatility(strike: 60_000, forward: 60_000, years: days / 365, after: shift))
      #expect(abs(shifted / plain - factor) < 1e-12, "\(days) d")
    }
  }

  /// Arguments that are no number, or that have no number for an answer, get none.
  @Test func onlyNumbersLeaveASurface() throws {
    let extremes = [
      .nan, .infinity, -.infinity, 1e308, -1e308, 1e200, 1e-300, .leastNonzeroMagnitude, 0, -1,
      1e4, 0.1,
    ]
    let shift = try SurfaceShift(spot: 1e300, volatility: 1e6, stickiness: .moneyness)
    for years in extremes {
      for k in extremes {
        if let found = surface.curve(at: k, years: years)?.curve {
          #expect(k.isFinite && found.w.isFinite && found.dw.isFinite && found.d2w.isFinite)
        }
        for forward in extremes {
          let values = [
            surface.volatility(strike: k, forward: forward, years: years, after: shift),
            surface.volatilitySlope(
              strike: k, forward: forward, years: years, stickiness: .moneyness),
          ]
          for value in values { #expect(value?.isFinite != false, "\(k) \(forward) \(years)") }
        }
      }
      if let found = surface.atTheMoney(years: years) {
        #expect(found.volatility.isFinite && found.skew.isFinite, "\(years)")
      }
    }
    #expect(surface.curve(at: .nan, years: 0.1) == nil)
    #expect(surface.curve(at: .infinity, years: 0.1) == nil)
    #expect(surface.curve(at: 0, years: 0.1) != nil)
    for volatility in [1e308, -1e308, 1.01e6, .nan] {
      #expect(throws: PricingError.self) { try SurfaceShift(spot: 0, volatility: volatility) }
    }
  }

  @Test func onlyNumbersAreJoinedInTime() throws {
    let rows: [(t1: Double, v1: Double, t2: Double, v2: Double, years: Double, field: String)] = [
      (1, 1e200, 2, 1e200, 1.5, "volatility"), (1, 0.5, 2, 1e200, 1.5, "volatility"),
      (1, 0, 1.000_000_000_000_001, 1e150, 1, "second years"), (1, 0, 2, 1e150, 1e200, "years"),
      (1e-3, 1e150, 1, 1e150, .leastNonzeroMagnitude, "years"),
    ]
    for row in rows {
      do throws(PricingError) {
        let found = try TotalVariance.between(
          .init(years: row.t1, volatility: row.v1), .init(years: row.t2, volatility: row.v2),
          years: row.years)
        let numbers = [found.totalVariance, found.forwardVariance, found.volatility ?? 0]
        #expect(numbers.allSatisfy { $0.isFinite }, "\(row): \(found)")
      } catch {
        guard case .outOfDomain(row.field, _, _) = error else {
          Issue.record("\(row): \(error)")
          continue
        }
      }
    }
    #expect(throws: PricingError.self) {
      try TotalVariance.between(
        .init(years: 1, volatility: 1e200), .init(years: 2, volatility: 1e200), years: 1.5)
    }
  }

  @Test func stickinessIsFittedToAHistory() throws {
    let steps = (1...20).map { place -> (Double, Double, Double) in
      let r = 0.01 * Double(place - 10)
      return (0.35 * -0.4 * r, -0.4, r)
    }.map { (atmChange: $0.0, skew: $0.1, logReturn: $0.2) }
    #expect(abs((Stickiness.fitted(steps)?.share ?? 0) - 0.35) < 1e-12)
    #expect(Stickiness.fitted([]) == nil)
  }
}
