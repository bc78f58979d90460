import Foundation
import FulcrumModel
import FulcrumPricing

@testable import FulcrumRisk
@testable import FulcrumWire

/// One contract of a sample pool with its market.
struct SampleLeg {
  var name: String
  var contracts: Double
  var forward: Double
  /// 1 = 100 % a year; ignored for futures.
  var volatility = 0.0
  /// Entry of a future, USD.
  var entry: Double?
}

/// Reports made by the engines from positions written here: a market of 22 November 2026 with
/// invented prices. What is checked is how numbers are shown; the numbers themselves have tests of
/// their own.
enum ReportSample {
  static let asOf = Timestamp("2026-11-22T12:00:00Z") ?? Timestamp(milliseconds: 0)
  static let btc = 60_000.0
  static let eth = 2_000.0
  static let provenance = Provenance(
    engineVersion: "0.2.0", ruleSet: "standard-option/2026-11", kernel: "scalar",
    inputs: [
      .init(role: "book", name: "book.json", digest: String(repeating: "ab", count: 32)),
      .init(
        role: "market", name: "chain & futures.json", digest: String(repeating: "0f", count: 32)),
    ])

  static func underlying(_ name: String) -> Underlying {
    Underlying(base: name.hasPrefix("ETH") ? .eth : .btc)
  }

  static func instrument(_ name: String) throws -> Instrument {
    try InstrumentName(name).instrument
  }

  // MARK: Legs

  static func parts(_ leg: SampleLeg) throws -> (report: LegReport, risk: RiskLeg) {
    let instrument = try instrument(leg.name)
    let lots = Int64((leg.contracts / instrument.lot.doubleValue).rounded())
    let position = Position(instrument: instrument, size: SignedLots(lots), entry: nil)
    let index = leg.name.hasPrefix("ETH") ? eth : btc
    var valuation = LegValuation(
      index: index, forward: leg.forward, forwardSource: .venue, unitValue: leg.forward, value: 0)
    let size = instrument.contract.value.doubleValue
    let basis = instrument.settlement == .inverse ? index / leg.forward : 1
    let contract: RiskLeg.Contract
    if case .option(let right, let strike, let expiry) = instrument.kind {
      let years = max(asOf.years(to: expiry), 0)
      let greeks = Black76.valueAndFirstOrder(
        OptionInput(
          right: right, forward: leg.forward, strike: strike.doubleValue, years: years,
          volatility: leg.volatility, rate: 0))
      contract = .option(
        right, strike: strike.doubleValue, years: years, volatility: leg.volatility)
      valuation.years = years
      valuation.volatility = leg.volatility
      valuation.volatilitySource = .venue
      valuation.unitValue =
        instrument.settlement == .inverse ? greeks.undiscounted / leg.forward : greeks.undiscounted
      valuation.value = leg.contracts * size * valuation.unitValue
      valuation.unitDelta = greeks.delta
      valuation.deltaCash = leg.contracts * size * greeks.delta * leg.forward * basis
      valuation.grossNotional = abs(leg.contracts) * size * leg.forward * basis
      valuation.elasticity = .value(greeks.delta * leg.forward / greeks.undiscounted)
    } else {
      contract = .future(entry: leg.entry ?? leg.forward, years: nil)
      let coins = instrument.settlement == .inverse ? size / leg.forward : size
      valuation.deltaCash = leg.contracts * coins * (basis == 1 ? leg.forward : index)
      valuation.grossNotional = abs(valuation.deltaCash)
    }
    return (
      LegReport(position: position, valuation: valuation, problems: [], notes: []),
      RiskLeg(
        contract: contract, settlement: instrument.settlement, forward: leg.forward,
        quantity: leg.contracts, size: size)
    )
  }

  // MARK: Pools

  static func pool(
    _ id: String, strategy: String?, cash: Double?, basis: CollateralBasis = .cashGiven,
    _ legs: [SampleLeg]
  ) throws -> PoolReport {
    let parts = try legs.map(parts)
    let first = parts[0].report.instrument
    let underlyings = Set(parts.map(\.report.instrument.underlying)).sorted()
    let risk = RiskPool(
      indices: underlyings.map { $0.base == .eth ? eth : btc },
      currency: first.settlement == .inverse ? .coin : .usd, cash: cash ?? 0,
      legs: parts.map { part in
        var leg = part.risk
        leg.underlying = underlyings.firstIndex(of: part.report.instrument.underlying) ?? 0
        return leg
      })
    var report = PoolReport(
      id: id, strategy: strategy, currency: first.settlementAsset, underlyings: underlyings,
      legs: parts.map(\.report), collateralBasis: basis, riskPool: risk, measures: nil,
      curveShocks: [-0.15, -0.03, 0, 0.03, 0.15], margin: nil, leverageByBasis: [:],
      liquidation: [], referenceVolatility: [:], comparison: nil, tailRisk: nil, regulatory: nil,
      worstSecant: .absent(.unknownCollateral))
    for underlying in underlyings {
      report.referenceVolatility[underlying] = ReferenceVolatility(
        annual: 0.55, source: .atTheMoney30Days)
    }
    let measures = try LeverageEngine.measures(
      risk,
      settings: LeverageSettings(curveShocks: report.curveShocks, accountEquityUsd: 1_000_000))
    report.measures = measures
    guard basis != .unknown else { return report }
    try complete(&report, measures, risk)
    return report
  }

  private static func complete(
    _ report: inout PoolReport, _ measures: PoolMeasures, _ risk: RiskPool
  ) throws {
    report.leverageByBasis = [
      .capitalAtRisk: measures.deltaLeverage, .equity: measures.commitment,
    ]
    report.worstSecant =
      measures.secantLeverage.max { $0.severity < $1.severity }?.magnitude
      ?? .absent(.noCapital)
    for (place, underlying) in report.underlyings.enumerated() {
      let region = try Liquidation.region(risk, underlying: place)
      let daily = 0.55 / 365.0.squareRoot()
      report.liquidation.append(
        UnderlyingLiquidation(
          underlying: underlying, today: region,
          surface: try Liquidation.surface(risk, underlying: place),
          sigmasDown: region.distanceDown.map { $0 / daily },
          sigmasUp: region.distanceUp.map { $0 / daily },
          probability1Day: touch(region, daily, days: 1),
          probability7Days: touch(region, daily, days: 7)))
      report.margin = PoolMargin(
        ruleSet: provenance.ruleSet, initial: region.maintenance * 1.5,
        maintenance: region.maintenance, excess: region.excess)
    }
    report.comparison = ComparisonReport(
      thetaCarryPerDay: .value(-0.01), breakevenMoveSigmas: .value(0.9),
      expectedReturnOverShortfall: .value(0))
    report.tailRisk = TailRiskReport(
      horizonDays: 1, tail: 0.01, factorVolatility: 0.55, valueAtRisk: 0.1,
      expectedShortfall: 0.12, valueAtRiskLeverage: .value(3),
      expectedShortfallLeverage: .value(3.1))
    report.regulatory = RegulatoryReport(
      aifmdGross: measures.aifmdGross, commitment: measures.commitment,
      sec18f4Exposure: measures.aifmdGross, saccrEffectiveNotional: 1234.5, saccrAddOn: 395.04,
      saccrEffectiveLeverage: .value(1.5))
  }

  /// The reflection principle for a driftless walk: near enough to have something to show.
  private static func touch(_ region: LiquidationRegion, _ daily: Double, days: Double) -> Measure {
    guard region.healthy else { return .absent(.alreadyLiquidable) }
    let distances = [region.distanceDown, region.distanceUp].compactMap(\.self)
    guard let nearest = distances.min() else { return .value(0) }
    return .value(min(erfc(nearest / (daily * (2 * days).squareRoot())), 1))
  }

  /// A pool that could not be valued.
  static func unvalued(_ id: String, strategy: String?, _ name: String) throws -> PoolReport {
    let instrument = try instrument(name)
    let leg = LegReport(
      position: Position(instrument: instrument, size: SignedLots(10), entry: nil),
      valuation: nil, problems: [.noVolatility(instrument.id)], notes: [])
    return PoolReport(
      id: id, strategy: strategy, currency: instrument.settlementAsset,
      underlyings: [instrument.underlying], legs: [leg], collateralBasis: .premiumOnly,
      riskPool: nil, measures: nil, curveShocks: [], margin: nil, leverageByBasis: [:],
      liquidation: [], referenceVolatility: [:], comparison: nil, tailRisk: nil, regulatory: nil,
      worstSecant: .absent(.noMarket))
  }

  static func report(_ pools: [PoolReport], equityUsd: Double? = 1_000_000) -> LeverageReport {
    let valued = pools.compactMap(\.measures)
    func sum(_ path: KeyPath<PoolMeasures, Double>) -> Double {
      valued.reduce(0) { $0 + $1[keyPath: path] }
    }
    func ratio(_ usd: Double) -> Measure {
      equityUsd.map { .value(abs(usd) / $0) } ?? .absent(.noAccountEquity)
    }
    let account = AccountReport(
      equityUsd: equityUsd, equityBasis: equityUsd == nil ? .unknown : .accountSummary,
      grossNotional: sum(\.grossNotional), deltaCash: sum(\.deltaCash),
      absDeltaCash: sum(\.absDeltaCash), gammaCash1pct: sum(\.gammaCash1pct),
      vegaCashPerPoint: sum(\.vegaCashPerPoint), thetaCashPerDay: sum(\.thetaCashPerDay),
      netDeltaLeverage: ratio(sum(\.deltaCash)), grossDeltaLeverage: ratio(sum(\.absDeltaCash)),
      grossNotionalLeverage: ratio(sum(\.grossNotional)),
      containedLossUsd: pools.filter(\.capitalIsKnown).compactMap(\.measures)
        .reduce(0) { $0 + max($1.equityUsd, 0) },
      poolCount: pools.count,
      poolsWithoutCapital: pools.count { $0.measures != nil && !$0.capitalIsKnown },
      poolsNotValued: pools.count { $0.measures == nil })
    return LeverageReport(
      asOf: asOf, marketAsOf: asOf.adding(milliseconds: -93_000), settings: ReportSettings(),
      account: account, pools: pools, provenance: provenance)
  }
}

extension ReportSample {
  /// A book with one pool of every kind that a report must be able to show.
  static func contents() throws -> ReportContents {
    var stale = try pool(
      "call-spread", strategy: "bull call spread", cash: 0,
      [
        SampleLeg(name: "ETH-25DEC26-2100-C", contracts: 50, forward: 2010, volatility: 0.62),
        SampleLeg(name: "ETH-25DEC26-2400-C", contracts: -50, forward: 2010, volatility: 0.64),
      ])
    stale.legs[1].notes = [.stale(ageMilliseconds: 3_600_000), .crossedQuote]
    stale.legs[1].valuation?.volatilitySource = .interpolated
    stale.legs[1].valuation?.forwardSource = .parity
    let pools = [
      try pool(
        "weekly-calls", strategy: "long out-of-the-money calls", cash: nil, basis: .premiumOnly,
        [SampleLeg(name: "BTC-27NOV26-66000-C", contracts: 40, forward: 60_010, volatility: 0.55)]),
      try pool(
        "strangle", strategy: "short strangle", cash: 0.9,
        [
          SampleLeg(name: "BTC-27NOV26-54000-P", contracts: -4, forward: 60_010, volatility: 0.6),
          SampleLeg(name: "BTC-27NOV26-66000-C", contracts: -4, forward: 60_010, volatility: 0.55),
        ]),
      try pool(
        "naked <script>alert(1)</script>", strategy: "short call & nothing", cash: nil,
        basis: .unknown,
        [SampleLeg(name: "BTC-25DEC26-70000-C", contracts: -3, forward: 60_300, volatility: 0.52)]),
      stale,
      try pool(
        "perp-long", strategy: "coin-margined perpetual", cash: 0.5,
        [SampleLeg(name: "BTC-PERPETUAL", contracts: 9000, forward: 60_020, entry: 61_000)]),
      try pool(
        "linear-perps", strategy: "basis on two coins", cash: 40_000,
        [
          SampleLeg(name: "BTC_USDC-PERPETUAL", contracts: 2, forward: 60_015, entry: 58_000),
          SampleLeg(name: "ETH_USDC-PERPETUAL", contracts: -40, forward: 2_001, entry: 2_050),
        ]),
      try unvalued("lost", strategy: nil, "BTC-26MAR27-300000-C"),
    ]
    let book = pools.map { pool in
      IsolatedPool(
        id: pool.id, strategy: pool.strategy, currency: pool.currency, collateral: .unknown,
        positions: pool.legs.map(\.position))
    }
    return ReportContents(
      report: report(pools), offers: StrategyRecognition.offers(in: book),
      issues: [
        Issue(
          .warning, source: "book.csv", line: 14, path: "size", seen: "\"1,5\"",
          allowed: "a decimal number", fix: "write 1.5")
      ])
  }

  /// Two pools of one leg each that make a vertical together.
  static func offered() throws -> ReportContents {
    let calls = try [(50.0, 2100), (-50.0, 2400)].map { size, strike in
      try pool(
        "leg-\(strike)", strategy: nil, cash: 20,
        [
          SampleLeg(
            name: "ETH-25DEC26-\(strike)-C", contracts: size, forward: 2010, volatility: 0.6)
        ])
    }
    let book = calls.map {
      IsolatedPool(
        id: $0.id, strategy: nil, currency: .eth, collateral: .unknown,
        positions: $0.legs.map(\.position))
    }
    return ReportContents(report: report(calls), offers: StrategyRecognition.offers(in: book))
  }
}
