import FulcrumModel
import FulcrumPricing

/// Turns an isolated pool of the book into a pool in doubles and measures it.
struct PoolAssembler {
  let view: MarketView
  let settings: ReportSettings
  /// Equity of the account, USD, where a summary or the book states it.
  let accountEquityUsd: Double?

  func report(_ pool: IsolatedPool) -> PoolReport {
    let underlyings = Set(pool.positions.map(\.instrument.underlying)).sorted()
    let legAssembler = LegAssembler(view: view, settings: settings)
    let basis = collateralBasis(of: pool)
    let indices = indices(of: pool)
    let assembled = pool.positions.map {
      legAssembler.assemble(
        $0, index: indices[$0.instrument.underlying], entryMatters: basis == .cashGiven)
    }
    var report = PoolReport(
      id: pool.id, strategy: pool.strategy, currency: pool.currency, underlyings: underlyings,
      legs: assembled.map(\.report), collateralBasis: basis)
    for underlying in underlyings {
      report.referenceVolatility[underlying] = referenceVolatility(of: underlying)
    }
    let refused: (String) -> PoolReport = { reason in
      var refusal = report
      if refusal.legs.isEmpty { return refusal }
      refusal.legs[0].problems.append(.refused(reason))
      return refusal
    }
    guard let risk = riskPool(pool, assembled, underlyings, basis) else { return report }
    do throws(RiskError) {
      try risk.validate()
      report.riskPool = risk
      try measure(&report, risk, pool)
    } catch {
      report.riskPool = nil
      report.measures = nil
      return refused(error.description)
    }
    return report
  }

  /// One index a coin: the market's, else the first that a position row carries.
  private func indices(of pool: IsolatedPool) -> [Underlying: Double] {
    var indices: [Underlying: Double] = [:]
    for position in pool.positions {
      let underlying = position.instrument.underlying
      guard indices[underlying] == nil else { continue }
      let stated = position.venue.index?.doubleValue
      indices[underlying] = view.index(of: underlying) ?? stated.flatMap { $0 > 0 ? $0 : nil }
    }
    return indices
  }

  private func collateralBasis(of pool: IsolatedPool) -> CollateralBasis {
    switch pool.collateral {
    case .cash: return .cashGiven
    case .equity: return .equityGiven
    case .unknown:
      let onlyLongOptions = pool.positions.allSatisfy {
        $0.instrument.isOption && $0.size.count >= 0
      }
      return onlyLongOptions ? .premiumOnly : .unknown
    }
  }

  /// Nil where a leg lacks an input.
  private func riskPool(
    _ pool: IsolatedPool, _ assembled: [LegAssembler.Assembled], _ underlyings: [Underlying],
    _ basis: CollateralBasis
  ) -> RiskPool? {
    var indices = [Double](repeating: 0, count: underlyings.count)
    var legs: [RiskLeg] = []
    for part in assembled {
      guard var leg = part.leg, let index = part.index,
        let place = underlyings.firstIndex(of: part.report.instrument.underlying)
      else { return nil }
      leg.underlying = place
      indices[place] = index
      legs.append(leg)
    }
    guard !legs.isEmpty else { return nil }
    let cash: Double
    switch pool.collateral {
    case .cash(let money): cash = money.amount.doubleValue
    case .equity(let money):
      let values = assembled.compactMap { $0.report.valuation?.value }
      cash = money.amount.doubleValue - values.neumaierSum
    case .unknown: cash = 0
    }
    return RiskPool(
      indices: indices, currency: pool.currency.isDollar ? .usd : .coin, cash: cash, legs: legs)
  }

  private func referenceVolatility(of underlying: Underlying) -> ReferenceVolatility? {
    if let given = settings.referenceVolatility {
      return ReferenceVolatility(annual: given, source: .given)
    }
    guard let found = view.atTheMoneyVolatility(of: underlying, days: 30) else { return nil }
    return ReferenceVolatility(
      annual: found.volatility, source: found.spansDays ? .atTheMoney30Days : .atTheMoneyNearest)
  }
}

extension PoolReport {
  /// A pool before anything is known of it.
  init(
    id: String, strategy: String?, currency: Asset, underlyings: [Underlying], legs: [LegReport],
    collateralBasis: CollateralBasis
  ) {
    self.id = id
    self.strategy = strategy
    self.currency = currency
    self.underlyings = underlyings
    self.legs = legs
    self.collateralBasis = collateralBasis
    curveShocks = []
    leverageByBasis = [:]
    liquidation = []
    referenceVolatility = [:]
    worstSecant = .absent(.noMarket)
  }
}
