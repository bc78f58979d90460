import FulcrumModel
import FulcrumPricing

/// Turns positions into legs in doubles: every input found by a stated rule, or named as missing.
struct LegAssembler {
  let view: MarketView
  let settings: ReportSettings

  /// A leg ready for valuation, before the pool's cash is known.
  struct Assembled {
    var report: LegReport
    /// Nil where something is missing; `underlying` is set when the pool is put together.
    var leg: RiskLeg?
    var index: Double?
  }

  /// - Parameter entryMatters: whether profit since entry enters the pool's cash; where the pool's
  ///   equity is given, or its collateral unknown, the mark stands for an entry that is not given.
  func assemble(_ position: Position, index: Double?, entryMatters: Bool) -> Assembled {
    let instrument = position.instrument
    var problems: [LegProblem] = []
    if index == nil { problems.append(.noIndex(instrument.underlying)) }
    guard let (forward, forwardSource) = forward(of: position, index: index) else {
      problems.append(instrument.isOption ? .noForward(instrument.id) : .noMark(instrument.id))
      return Assembled(report: report(position, nil, problems), leg: nil, index: index)
    }
    guard let index else {
      return Assembled(report: report(position, nil, problems), leg: nil, index: nil)
    }
    var valuation = LegValuation(
      index: index, forward: forward, forwardSource: forwardSource, unitValue: 0, value: 0)
    var leg = RiskLeg(
      contract: .future(entry: forward, years: nil), settlement: instrument.settlement,
      forward: forward, quantity: position.contracts, size: instrument.contract.value.doubleValue)
    switch instrument.kind {
    case .option(let right, let strike, let expiry):
      let years = max(0, view.instant.years(to: expiry))
      guard let (volatility, source) = volatility(of: position, forward: forward, years: years)
      else {
        problems.append(.noVolatility(instrument.id))
        return Assembled(report: report(position, nil, problems), leg: nil, index: index)
      }
      valuation.years = years
      valuation.volatility = volatility
      valuation.volatilitySource = source
      leg.contract = .option(
        right, strike: strike.doubleValue, years: years, volatility: volatility)
    case .perpetual, .future:
      let entry = position.entry?.doubleValue ?? (entryMatters ? nil : forward)
      guard let entry else {
        problems.append(.noEntry(instrument.id))
        return Assembled(report: report(position, nil, problems), leg: nil, index: index)
      }
      valuation.valueIsKnown = position.entry != nil
      valuation.years = instrument.expiry.map { max(0, view.instant.years(to: $0)) }
      leg.contract = .future(entry: entry, years: valuation.years)
    }
    valuation.fill(from: leg)
    let quote = view.quote(instrument.id)
    valuation.venueMark = quote?.mark?.doubleValue ?? position.venue.mark?.doubleValue
    valuation.quoteAgeMilliseconds = quote.map {
      view.instant.milliseconds - $0.asOf.milliseconds
    }
    return Assembled(report: report(position, valuation, problems), leg: leg, index: index)
  }

  private func forward(of position: Position, index: Double?) -> (Double, ForwardSource)? {
    let instrument = position.instrument
    if let found = view.forward(of: instrument) { return found }
    if let expiry = instrument.expiry, expiry <= view.instant {
      return index.map { ($0, .index) }
    }
    guard !instrument.isOption else { return nil }
    return positive(position.venue.mark).map { ($0, .positionFile) }
  }

  private func volatility(
    of position: Position, forward: Double, years: Double
  ) -> (Double, VolatilitySource)? {
    guard years > 0 else { return (0, .expired) }
    let market = view.volatility(of: position.instrument, forward: forward)
    if let market, market.1.isOwn { return market }
    if let mark = positive(position.venue.mark),
      let solved = view.volatility(of: position.instrument, price: mark, forward: forward)
    {
      return (solved, .fromPositionFile)
    }
    return market
  }

  private func positive(_ price: Price?) -> Double? {
    guard let value = price?.doubleValue, value > 0 else { return nil }
    return value
  }

  private func report(
    _ position: Position, _ valuation: LegValuation?, _ problems: [LegProblem]
  ) -> LegReport {
    var notes: [LegNote] = []
    if let expiry = position.instrument.expiry, expiry <= view.instant { notes.append(.expired) }
    if let quote = view.quote(position.instrument.id) {
      let age = view.instant.milliseconds - quote.asOf.milliseconds
      if age > settings.staleAfterMilliseconds { notes.append(.stale(ageMilliseconds: age)) }
      if let bid = quote.bid, let ask = quote.ask, bid > ask { notes.append(.crossedQuote) }
    }
    if let difference = valuation.flatMap({ offMark($0, position.instrument) }) {
      notes.append(.offVenueMark(difference: difference))
    }
    return LegReport(position: position, valuation: valuation, problems: problems, notes: notes)
  }

  /// Our option value less the venue's mark, where it exceeds what a mark rounded to four decimals
  /// of a coin and a volatility rounded to two decimals of a point explain.
  private func offMark(_ valuation: LegValuation, _ instrument: Instrument) -> Double? {
    guard instrument.isOption, let mark = valuation.venueMark else { return nil }
    let perCoin = instrument.settlement == .inverse ? 1 : valuation.index
    let difference = valuation.unitValue - mark
    let allowed = max(2e-4 * perCoin, 0.01 * mark)
    return difference.magnitude > allowed ? difference : nil
  }
}

extension LegValuation {
  /// Greeks and cash figures of `leg` by leverage-math 1.5 and 2.3.
  mutating func fill(from leg: RiskLeg) {
    let coins: Double
    // USD figure of a coin pool: coins times the one index, never a forward figure.
    let basis = leg.settlement == .inverse ? index / leg.forward : 1
    switch leg.contract {
    case .option(let right, let strike, let years, let volatility):
      let black = Black76.valueAndFirstOrder(
        OptionInput(
          right: right, forward: leg.forward, strike: strike, years: years,
          volatility: volatility))
      unitDelta = black.delta
      unitGamma = black.gamma
      unitVegaPerPoint = black.vega / 100
      unitThetaPerDay = black.theta / 365
      unitValue =
        leg.settlement == .inverse ? black.undiscounted / leg.forward : black.undiscounted
      unitNetDelta = leg.settlement == .inverse ? black.delta - unitValue : nil
      coins = leg.signedSize
      value = coins * unitValue
      elasticity =
        black.undiscounted > 0
        ? .value(black.delta * leg.forward / black.undiscounted) : .absent(.noPremium)
      let worthless = years == 0 && black.undiscounted == 0
      grossNotional = worthless ? 0 : coins.magnitude * leg.forward * basis
    case .future(let entry, _):
      unitValue = leg.forward
      switch leg.settlement {
      case .linear:
        coins = leg.signedSize
        value = coins * (leg.forward - entry)
      case .inverse:
        coins = leg.signedSize / leg.forward
        value = leg.signedSize * (1 / entry - 1 / leg.forward)
      }
      grossNotional = coins.magnitude * leg.forward * basis
    }
    deltaCash = coins * unitDelta * leg.forward * basis
    gammaCash1pct = coins * unitGamma * leg.forward * leg.forward * basis / 100
    vegaCashPerPoint = coins * unitVegaPerPoint * basis
    thetaCashPerDay = coins * unitThetaPerDay * basis
  }
}
