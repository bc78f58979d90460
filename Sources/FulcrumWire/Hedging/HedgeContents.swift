import FulcrumHedgeSolver
package import FulcrumModel
import FulcrumPricing
package import FulcrumRisk

/// What the caller of a hedge asks.
package struct HedgeRequest: Sendable {
  package var pool: String
  package var target: HedgeTarget
  package var tolerance = 0.05
  package var costs = HedgeCosts()
  /// Most of an instrument as a share of its open interest.
  package var depthShare = 0.05
  package var asOf: Timestamp?
  package var margin: StandardMargin = .standard

  package init(pool: String, target: HedgeTarget) {
    self.pool = pool
    self.target = target
  }
}

/// Everything that ways back are written from.
package struct HedgeContents: Sendable {
  package let asOf: Timestamp
  package let pool: PoolReport
  package let request: HedgeRequest
  package let plan: HedgePlan
  /// Contracts that the market lists for this coin and settlement.
  package let listed: Int
  package let provenance: Provenance
  package let issues: [Issue]

  /// The target holds, or a way to it was found.
  package var isReachable: Bool { plan.isThere || plan.proposals.contains(where: \.isReached) }
}

package enum HedgeBuilder {
  /// - Throws: where the pool cannot be found or valued.
  package static func contents(
    _ inputs: ReportInputs, _ request: HedgeRequest
  ) throws(ReportRefusal) -> HedgeContents {
    let named = try NamedPool.find(
      request.pool, in: inputs, asOf: request.asOf, margin: request.margin)
    let pool = named.pool
    guard let risk = pool.riskPool, pool.capitalIsKnown, let coin = pool.underlyings.first else {
      throw named.refusal(
        seen: pool.problems.first?.explanation ?? "collateral that is not known",
        allowed: "a pool that can be valued",
        fix: "give --collateral, or a market with every leg's quote")
    }
    let view = MarketView(
      NamedPool.market(of: inputs, at: named.report.asOf), at: named.report.asOf)
    let instruments = HedgeListing(
      view: view, coin: coin, currency: risk.currency, request: request, pool: risk
    ).instruments
    let daily = pool.referenceVolatility[coin]?.daily ?? 0.03
    let planner = HedgePlanner(
      risk, margin: request.margin, instruments: instruments, costs: request.costs,
      day: HedgeState.Day(deviation: daily), tolerance: request.tolerance)
    let plan: HedgePlan
    do throws(RiskError) {
      plan = try planner.plan(request.target, solver: HedgeSolver.available)
    } catch {
      throw named.refusal(
        seen: error.description, allowed: "a pool that can be hedged", fix: "change what it names")
    }
    return HedgeContents(
      asOf: named.report.asOf, pool: pool, request: request, plan: plan,
      listed: instruments.count, provenance: named.report.provenance, issues: named.issues)
  }
}

/// The contracts of a market that can hedge one coin's pool.
struct HedgeListing {
  let view: MarketView
  let coin: Underlying
  let currency: PoolCurrency
  let request: HedgeRequest
  let pool: RiskPool

  /// Contracts.
  static let finestLot = 0.001

  /// In name order; what has no mark, forward or volatility is passed over.
  var instruments: [HedgeInstrument] {
    view.snapshot.quotes.values.sorted { $0.instrument.id < $1.instrument.id }
      .compactMap(instrument)
  }

  private func instrument(_ quote: Quote) -> HedgeInstrument? {
    let instrument = quote.instrument
    guard instrument.underlying == coin, instrument.settlement == currency.settlement,
      let (forward, _) = view.forward(of: instrument)
    else { return nil }
    guard let contract = contract(instrument, forward) else { return nil }
    let leg = RiskLeg(
      contract: contract, settlement: instrument.settlement, forward: forward, quantity: 1,
      size: instrument.contract.value.doubleValue)
    // A contract whose step nobody states is read at the finest step of a size; that is no order.
    let lot = max(instrument.lot.doubleValue, Self.finestLot)
    // `map` over an optional price is avoided: its 128-bit number may be misaligned there.
    var (bid, ask): (Double?, Double?) = (nil, nil)
    if let price = quote.bid, price.doubleValue > 0 { bid = price.doubleValue }
    if let price = quote.ask, price.doubleValue > 0 { ask = price.doubleValue }
    guard bid != nil || ask != nil || quote.mark != nil || quote.markVolatility != nil else {
      return nil
    }
    return HedgeInstrument(
      name: instrument.id.name, leg: leg, lot: lot, quote: (bid, ask),
      cap: cap(quote, leg: leg, lot: lot))
  }

  private func contract(_ instrument: Instrument, _ forward: Double) -> RiskLeg.Contract? {
    switch instrument.kind {
    case .option(let right, let strike, let expiry):
      let years = view.instant.years(to: expiry)
      guard years > 0,
        let (volatility, _) = view.volatility(of: instrument, forward: forward), volatility > 0
      else { return nil }
      return .option(
        right, strike: strike.doubleValue, years: years, volatility: volatility)
    case .perpetual: return .future(entry: forward, years: nil)
    case .future(let expiry):
      let years = view.instant.years(to: expiry)
      return years > 0 ? .future(entry: forward, years: years) : nil
    }
  }

  /// A share of the open interest; without one, twenty times the pool's gross size of that kind.
  private func cap(_ quote: Quote, leg: RiskLeg, lot: Double) -> Double {
    if let interest = quote.openInterest, interest > 0 { return request.depthShare * interest }
    let gross = pool.legs.reduce(0) { sum, other in
      sum + coins(other)
    }
    let unit = coins(leg)
    return unit > 0 ? max(20 * gross / unit, lot) : lot
  }

  private func coins(_ leg: RiskLeg) -> Double {
    leg.isOption || leg.settlement == .linear
      ? leg.signedSize.magnitude : leg.signedSize.magnitude / leg.forward
  }
}
