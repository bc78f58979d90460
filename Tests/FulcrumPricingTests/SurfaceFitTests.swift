import FulcrumModel
import FulcrumNumerics
import FulcrumPricing
import Testing

/// Fits of a chain whose surface is known, and what bad quotes do to them.
struct SurfaceFitTests {
  @Test func aKnownSurfaceComesBack() throws {
    let world = try SurfaceWorld()
    let surface = SurfaceWorld.surface(try world.snapshot())
    #expect(surface.slices.count == SurfaceWorld.days.count)
    var worst = 0.0
    for (slice, days) in zip(surface.slices, SurfaceWorld.days) {
      let error = try #require(slice.error)
      let bound = try #require(slice.bound)
      let check = try #require(slice.check)
      #expect(slice.model == .svi, "\(days) d: \(slice.attempts)")
      #expect(error.rootMeanSquare <= bound, "\(days) d: \(error)")
      #expect(check.isArbitrageFree, "\(days) d: \(check)")
      #expect(slice.forwardSource == .parity)
      // Parity of middles that are rounded to ticks: within half a tick of the whole premium.
      #expect(abs(slice.forward / world.forward(days) - 1) < 1e-4, "\(days) d: \(slice.forward)")
      for quote in slice.quotes {
        let truth = world.volatility(quote.strike, days)
        let found = try #require(
          surface.volatility(moneyness: quote.moneyness, years: slice.years))
        #expect(found.place == .expiry)
        // Ticks hide what a quote's own spread does not tell.
        #expect(abs(found.volatility - truth) <= max(0.01, 2 * quote.halfSpread), "\(quote)")
        worst = max(worst, abs(found.volatility - truth) / max(0.01, 2 * quote.halfSpread))
      }
    }
    print("known surface: worst error \(worst) of max(1 point, two half-spreads)")
  }

  /// The order of the quotes, and a second run, change nothing.
  @Test func theSameSurfaceTwice() throws {
    let world = try SurfaceWorld()
    let one = SurfaceWorld.surface(try world.snapshot())
    let other = SurfaceWorld.surface(try world.snapshot { $0.reverse() })
    for (a, b) in zip(one.slices, other.slices) {
      #expect(a.smile == b.smile && a.quotes == b.quotes && a.forward == b.forward)
    }
  }

  /// The density integrates to 1 where the flags say free of arbitrage (leverage-math 10).
  @Test func densitiesIntegrateToOne() throws {
    let surface = SurfaceWorld.surface(try SurfaceWorld().snapshot())
    var worst = 0.0
    for slice in surface.slices {
      let smile = try #require(slice.smile)
      // In a wing of slope β the density falls as e^{−c|k|}, c = (1/√β − √β/2)²/2: out to e⁻²⁰,
      // and to ten deviations of the money, by Simpson's rule on 40,001 points.
      let root = smile.leeSlope.squareRoot()
      let fall = 0.5 * (1 / root - root / 2) * (1 / root - root / 2)
      let reach = max(10 * smile.totalVariance(at: 0).squareRoot(), 20 / fall)
      let count = 40_000
      var sum = 0.0
      for place in 0...count {
        let k = reach * (2 * Double(place) / Double(count) - 1)
        let weight = place == 0 || place == count ? 1.0 : (place.isMultiple(of: 2) ? 2 : 4)
        sum += weight * Self.density(smile, at: k)
      }
      let total = sum * 2 * reach / Double(count) / 3
      worst = max(worst, abs(total - 1))
    }
    print("density: worst |integral − 1| \(worst)")
    #expect(worst < 1e-6)
  }

  /// p(k) = g e^{−d₂²/2}/√(2πw), d₂ = −k/√w − ½√w.
  private static func density(_ smile: RawSVI, at k: Double) -> Double {
    let curve = smile.curve(at: k)
    let root = curve.w.squareRoot()
    let d2 = -k / root - 0.5 * root
    return curve.density(at: k) * Normal.pdf(d2) / root
  }

  // MARK: Bad quotes

  /// One row a reason: what is done to the quote of one out-of-the-money call, and what it is
  /// called. The order is that of the checks.
  @Test func everyFaultHasItsReason() throws {
    let world = try SurfaceWorld()
    let day = 34.6
    let strike = world.strikes(day)[20]
    let id = try SurfaceWorld.instrument(.call, strike, day).id
    let rows: [(reason: QuoteRejection, change: (inout Quote) throws -> Void)] = [
      (.unquoted, { ($0.bid, $0.ask) = (nil, nil) }),
      (.noBid, { $0.bid = nil }), (.noAsk, { $0.ask = nil }),
      (.zeroBid, { $0.bid = try SurfaceWorld.price(ticks: 0) }),
      (.zeroAsk, { $0.ask = try SurfaceWorld.price(ticks: 0) }),
      (.crossed, { ($0.bid, $0.ask) = ($0.ask, $0.bid) }),
      (.stale, { $0.asOf = SurfaceWorld.now.adding(milliseconds: -3_600_000) }),
      (.outOfBounds, { $0.ask = try SurfaceWorld.price(ticks: 12_000) }),
      (.absurdVolatility, { $0.ask = try SurfaceWorld.price(ticks: 9900) }),
      (.wideSpread, { $0.ask = try SurfaceWorld.price(ticks: 900) }),
      (
        .outlier,
        {
          $0.bid = try SurfaceWorld.price(ticks: 450)
          $0.ask = try SurfaceWorld.price(ticks: 452)
        }
      ),
    ]
    for row in rows {
      let snapshot = try world.snapshot { quotes in
        for place in quotes.indices where quotes[place].instrument.id == id {
          try? row.change(&quotes[place])
        }
      }
      let surface = SurfaceWorld.surface(snapshot)
      let slice = try #require(surface.slices.first { $0.expiry == SurfaceWorld.expiry(day) })
      let found = slice.rejected.first { $0.id == id }
      #expect(found?.reason == row.reason, "\(row.reason): \(String(describing: found))")
      #expect(slice.model == .svi && (slice.error?.rootMeanSquare ?? 1) < 0.01, "\(row.reason)")
    }
  }

  @Test func aSecondQuoteOfAStrikeIsADuplicate() throws {
    let world = try SurfaceWorld()
    let strike = world.strikes(34.6)[20]
    let twin = try SurfaceWorld.instrument(.call, strike, 34.6, suffix: "-M")
    let snapshot = try world.snapshot { quotes in
      guard let first = quotes.first(where: { $0.instrument.id.name == "BTC-346-\(strike)-C" })
      else { return }
      var second = first
      second.instrument = twin
      second.ask = try? SurfaceWorld.price(ticks: 500)
      quotes.append(second)
    }
    let slice = try #require(
      SurfaceWorld.surface(snapshot).slices.first { $0.expiry == SurfaceWorld.expiry(34.6) })
    #expect(slice.rejected.contains { $0.id == twin.id && $0.reason == .duplicate })
  }

  @Test func theOtherSideOfAStrikeIsLeftOut() throws {
    let slice = try #require(SurfaceWorld.surface(try SurfaceWorld().snapshot()).slices.last)
    let inside = slice.rejected.filter { $0.reason == .inTheMoney }
    #expect(inside.count > 10)
    #expect(slice.quotes.allSatisfy { ($0.right == .call) == ($0.strike >= slice.forward) })
  }

  // MARK: Fallbacks

  /// Strikes are taken away from one expiry until each model in turn must give up.
  @Test func modelsFallBackInOrder() throws {
    let world = try SurfaceWorld()
    for (kept, model) in [(29, SmileModel.svi), (3, .ssvi), (0, .interpolated)] {
      let strikes = Set(world.strikes(34.6).dropFirst((29 - kept) / 2).prefix(kept))
      let snapshot = try world.snapshot { quotes in
        quotes.removeAll { quote in
          guard case .option(_, let strike, SurfaceWorld.expiry(34.6)) = quote.instrument.kind
          else { return false }
          guard !strikes.contains(Int(strike.doubleValue)) else { return false }
          // One bare line stays, so that the expiry is listed.
          return strike.doubleValue != Double(world.strikes(34.6)[0])
        }
        for place in quotes.indices {
          let kind = quotes[place].instrument.kind
          guard case .option(_, let strike, SurfaceWorld.expiry(34.6)) = kind,
            !strikes.contains(Int(strike.doubleValue))
          else { continue }
          (quotes[place].bid, quotes[place].ask) = (nil, nil)
        }
      }
      let surface = SurfaceWorld.surface(snapshot)
      let slice = try #require(surface.slices.first { $0.expiry == SurfaceWorld.expiry(34.6) })
      #expect(slice.model == model, "\(kept) strikes: \(slice.attempts)")
      let level = try #require(surface.atTheMoney(years: slice.years)).volatility
      // The neighbours tell the level to a point.
      #expect(abs(level - world.volatilityAtMoney(34.6)) < 0.01, "\(model): \(level)")
    }
  }

  @Test func nothingToFitIsSaid() throws {
    let world = try SurfaceWorld()
    let bare = SurfaceWorld.surface(
      try world.snapshot { quotes in
        for place in quotes.indices { (quotes[place].bid, quotes[place].ask) = (nil, nil) }
      })
    #expect(bare.isEmpty && bare.volatility(moneyness: 0, years: 0.1) == nil)
    #expect(bare.slices.allSatisfy { $0.model == nil && !$0.attempts.isEmpty })
    let later = MarketView(
      try world.snapshot(), at: SurfaceWorld.expiry(400), for: []
    ).surface(of: SurfaceWorld.btc, settlement: .inverse)
    #expect(later.slices.allSatisfy { $0.attempts.first?.refusal == .expired })
    #expect(later.slices.allSatisfy { $0.rejected.allSatisfy { $0.reason == .expired } })
  }

  /// A near expiry quoted far above the next one: no fit may follow both.
  @Test func aCalendarThatCannotBeIsRefusedOrKeptApart() throws {
    var world = try SurfaceWorld()
    world.volatilityAtMoney = { days in days == 20.6 ? 1.4 : 0.5 }
    let surface = SurfaceWorld.surface(try world.snapshot())
    var earlier: RawSVI?
    for slice in surface.slices {
      guard let smile = slice.smile else { continue }
      #expect(SmileCheck(smile, after: earlier).isArbitrageFree, "\(slice.years * 365) d")
      earlier = smile
    }
    let odd = try #require(surface.slices.first { $0.expiry == SurfaceWorld.expiry(20.6) })
    #expect(!odd.attempts.isEmpty)
    #expect(odd.flags.contains(.aboveBound) || odd.model == .interpolated)
  }

  @Test func parametersOutsideTheirDomainAreNamed() {
    #expect(
      throws: PricingError.outOfDomain(
        field: "rho", seen: 1, allowed: "a number above -1 and below 1")
    ) { try RawSVI(a: 0, b: 1, rho: 1, m: 0, sigma: 1) }
    #expect(throws: PricingError.self) { try RawSVI(a: 0, b: -1, rho: 0, m: 0, sigma: 1) }
    #expect(throws: PricingError.self) { try RawSVI(a: 0, b: 1, rho: 0, m: 0, sigma: 0) }
    #expect(throws: PricingError.self) { try RawSVI(a: .nan, b: 1, rho: 0, m: 0, sigma: 1) }
    #expect(throws: PricingError.self) { try SSVIShape(rho: 0, eta: 0, gamma: 0.5) }
    #expect(throws: PricingError.self) { try SSVIShape(rho: 0, eta: 1, gamma: 1) }
    #expect(ParityForward([], settlement: .inverse) == nil)
  }
}
