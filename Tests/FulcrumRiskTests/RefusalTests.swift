import FulcrumModel
import FulcrumRisk
import Testing

/// Every refusal of FulcrumRisk, in the order the code checks them.
@Suite struct RefusalTests {
  private static let good = Make.pool(1000, Make.option(.call, 1, strike: 60_000))

  private static func edited(_ edit: (inout RiskPool) -> Void) -> RiskPool {
    var pool = good
    edit(&pool)
    return pool
  }

  static var pools: [(RiskPool, RiskError)] {
    [
      (edited { $0.indices = [] }, .noUnderlying),
      (
        RiskPool(indices: [1, 2], currency: .coin, cash: 1, legs: []),
        .coinPoolUnderlyings(count: 2)
      ),
      (edited { $0.indices = [0] }, .indexNotPositive(underlying: 0, seen: 0)),
      (
        edited { $0.indices = [1, .infinity] }, .indexNotPositive(underlying: 1, seen: .infinity)
      ),
      (edited { $0.cash = -.infinity }, .cashNotFinite(seen: -.infinity)),
      (edited { $0.legs[0].underlying = 3 }, .unknownUnderlying(leg: 0, seen: 3, count: 1)),
      (
        edited { $0.legs[0].settlement = .inverse },
        .mixedSettlement(leg: 0, seen: .inverse, allowed: .linear)
      ),
      (
        edited { $0.currency = .coin },
        .mixedSettlement(leg: 0, seen: .linear, allowed: .inverse)
      ),
      (edited { $0.legs[0].forward = -1 }, .legOutOfDomain(leg: 0, field: .forward, seen: -1)),
      (
        edited { $0.legs[0].quantity = .infinity },
        .legOutOfDomain(leg: 0, field: .quantity, seen: .infinity)
      ),
      (edited { $0.legs[0].size = 0 }, .legOutOfDomain(leg: 0, field: .size, seen: 0)),
      (option(strike: -5), .legOutOfDomain(leg: 0, field: .strike, seen: -5)),
      (option(years: -1), .legOutOfDomain(leg: 0, field: .years, seen: -1)),
      (option(volatility: -0.1), .legOutOfDomain(leg: 0, field: .volatility, seen: -0.1)),
      (
        edited { $0.legs[0].contract = .future(entry: 0, years: nil) },
        .legOutOfDomain(leg: 0, field: .entry, seen: 0)
      ),
      (
        edited { $0.legs[0].contract = .future(entry: 1, years: -2) },
        .legOutOfDomain(leg: 0, field: .years, seen: -2)
      ),
      (
        edited { $0.legs[0].quantity = 1e306 }, .notRepresentable("exposure of the pool")
      ),
    ]
  }

  private static func option(
    strike: Double = 60_000, years: Double = 0.1, volatility: Double = 0.6
  ) -> RiskPool {
    edited {
      $0.legs[0].contract = .option(.call, strike: strike, years: years, volatility: volatility)
    }
  }

  @Test(arguments: pools.indices) func poolIsRefusedByName(place: Int) throws {
    let (pool, expected) = Self.pools[place]
    #expect(throws: expected) { try LeverageEngine.measures(pool) }
    #expect(!expected.description.isEmpty)
  }

  @Test func settingsAreRefusedByName() throws {
    func refused(_ setting: RiskError.Setting, _ seen: Double, _ body: () throws -> Void) {
      #expect(throws: RiskError.settingOutOfDomain(setting, seen: seen)) { try body() }
    }
    let pool = Self.good
    func measure(_ settings: LeverageSettings) throws {
      _ = try LeverageEngine.measures(pool, settings: settings)
    }
    refused(.curveShock, -1) { try measure(LeverageSettings(curveShocks: [-1])) }
    refused(.stressSpot, -2) { try measure(LeverageSettings(stressSpot: [-2])) }
    refused(.stressVolRel, -1.5) { try measure(LeverageSettings(stressVolRel: [-1.5])) }
    refused(.accountEquityUsd, .infinity) {
      try measure(LeverageSettings(accountEquityUsd: .infinity))
    }
    func region(_ margin: StandardMargin, time: Double = 0, vol: Double = 0) throws {
      _ = try Liquidation.region(pool, margin: margin, timeForward: time, volShift: vol)
    }
    refused(.optionRate, -0.1) { try region(StandardMargin(optionRate: -0.1)) }
    refused(.initialRate, -0.1) { try region(StandardMargin(initialRate: -0.1)) }
    refused(.initialFloor, -0.1) { try region(StandardMargin(initialFloor: -0.1)) }
    refused(.futuresRate, -0.1) { try region(StandardMargin(futuresRate: -0.1)) }
    refused(.liquidationFee, -0.1) { try region(StandardMargin(liquidationFee: -0.1)) }
    refused(.timeForward, -1) { try region(.standard, time: -1) }
    refused(.volShift, -1.1) { try region(.standard, vol: -1.1) }
    func box(_ lower: Double, _ upper: Double) throws {
      _ = try Liquidation.topUp(pool, box: CollateralBox(lowerMove: lower, upperMove: upper))
    }
    refused(.boxLower, -1) { try box(-1, 0) }
    refused(.boxUpper, -0.2) { try box(-0.1, -0.2) }
    refused(.fee, -1) { _ = try Liquidation.partialClose(pool, feeRate: -1, buffer: 0) }
    refused(.buffer, -1) { _ = try Liquidation.partialClose(pool, feeRate: 0, buffer: -1) }
    func tail(_ settings: TailSettings, drift: Double = 0) throws {
      _ = try TailRisk.returnForRisk(pool, settings: settings, driftPerYear: drift)
    }
    refused(.factorVol, 0) { try tail(TailSettings(factorVol: 0)) }
    refused(.horizonDays, -1) { try tail(TailSettings(factorVol: 1, horizonDays: -1)) }
    refused(.tail, 1) { try tail(TailSettings(factorVol: 1, tail: 1)) }
    refused(.drift, .infinity) { try tail(TailSettings(factorVol: 1), drift: .infinity) }
    func lens(_ settings: RegulatorySettings) throws {
      _ = try RegulatoryLeverage.measures(pool, settings: settings)
    }
    refused(.nav, 0) { try lens(RegulatorySettings(nav: 0)) }
    refused(.supervisoryVol, 0) { try lens(RegulatorySettings(nav: 1, supervisoryVol: 0)) }
    refused(.supervisoryFactor, 0) { try lens(RegulatorySettings(nav: 1, supervisoryFactor: 0)) }
    refused(.marginPeriod, 0) { try lens(RegulatorySettings(nav: 1, marginPeriodDays: 0)) }
    refused(.jump, -1) {
      let jump = JumpLaw(mean: 0, deviation: 0.1, perYear: -1)
      _ = try Liquidation.gapRisk(pool, jump: jump, years: 1)
    }
  }

  @Test func everyAbsenceIsExplained() {
    let texts = Absence.allCases.map(\.explanation)
    #expect(Set(texts).count == texts.count)
    #expect(!texts.contains(""))
  }
}
