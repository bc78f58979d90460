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
  /// Fee of a future's notional; nil for the venue's.
  package var futureFee: Double?
  /// Most of an instrument as a share of its open interest, where no sizes are quoted.
  package var depthShare = 0.1
  /// Most of an instrument in coins of the underlying, whatever the market holds; nil for no limit.
  package var mostCoins: Double?
  /// Relative aversion to the risk that is left; 0 for none.
  package var riskAversion = 0.0
  /// Share of equity that initial margin leaves free.
  package var equityBuffer = 0.0
  /// Most that a way may cost, pool currency; nil for no limit.
  package var budget: Double?
  /// A day's deviation of the basis a year ahead; 0 leaves basis out of the risk.
  package var basisDeviation = HedgeBasis().deviation
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
  /// Fees that futures among them are taken to cost, of the notional, ascending.
  package let futureFees: [Double]
  package let provenance: Provenance
  package let issues: [Issue]

  /// No input was faulty.
  package var isWhole: Bool { !issues.contains { $0.severity == .error } }

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
    try refuseExpired(named)
    guard let risk = pool.riskPool, pool.capitalIsKnown, let coin = pool.underlyings.first else {
      throw named.refusal(
        seen: pool.problems.first?.explanation ?? "collateral that is not known",
        allowed: "a pool that can be valued",
        fix: "give --collateral, or a market with every leg's quote")
    }
    let view = MarketView(
      NamedPool.market(of: inputs, at: named.report.asOf), at: named.report.asOf)
    let instruments = HedgeListing(
      view: view, coin: coin, currency: risk.currency, request: request,
      staleAfter: named.report.settings.staleAfterMilliseconds
    ).instruments
    let daily = pool.referenceVolatility[coin]?.daily ?? 0.03
    var planner = HedgePlanner(
      risk, margin: request.margin, instruments: instruments, costs: request.costs,
      day: HedgeState.Day(
        deviation: daily, basis: HedgeBasis(deviation: request.basisDeviation)),
      tolerance: request.tolerance)
    planner.riskAversion = request.riskAversion
    planner.equityBuffer = request.equityBuffer
    planner.budget = request.budget
    planner.legNames = pool.legs.map(\.instrument.id.name)
    let plan: HedgePlan
    do throws(RiskError) {
      plan = try planner.plan(request.target, solver: HedgeSolver.available)
    } catch {
      throw named.refusal(
        seen: error.description, allowed: "a pool that can be hedged", fix: "change what it names")
    }
    let fees = Set(
      instruments.filter { !$0.leg.isOption }.map { $0.futureFee ?? request.costs.futureFee }
    ).sorted()
    return HedgeContents(
      asOf: named.report.asOf, pool: pool, request: request, plan: plan,
      listed: instruments.count, futureFees: fees, provenance: named.report.provenance,
      issues: named.issues)
  }

  /// What has expired has a settlement to come, which nothing that is traded now hedges.
  private static func refuseExpired(_ named: NamedPool) throws(ReportRefusal) {
    let now = named.report.asOf
    let expired = named.pool.legs.compactMap { leg -> String? in
      guard let expiry = leg.instrument.expiry, expiry <= now else { return nil }
      return "\(leg.instrument.id.name), expired at \(expiry)"
    }
    guard expired.isEmpty else {
      throw named.refusal(
        seen: expired.joined(separator: "; "), allowed: "legs that expire after \(now)",
        fix: "book its settlement (its payoff into the collateral, the leg out), then ask again"
      )
    }
  }
}
