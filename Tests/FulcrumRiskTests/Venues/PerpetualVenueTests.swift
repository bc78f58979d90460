import FulcrumModel
import Testing

@testable import FulcrumRisk

/// dYdX in whole units.
@Suite struct DYDXTests {
  private func position(_ quantums: Int128, maintenance: Int128 = 600_000) -> DYDXMargin.Position {
    .init(
      quantums: quantums, quoteQuantumsPerBase: 617, initialPpm: 20_000,
      maintenancePpm: maintenance)
  }

  @Test func neitherOpenInterestNorLeverageMovesMaintenance() throws {
    let scaled = try DYDXMargin.initialPpm(
      base: 20_000, openInterest: 90, lowerCap: 10, upperCap: 100)
    #expect(scaled == 891_111)
    let plain = try DYDXMargin.initial(notional: 1_000_000, scaledPpm: 20_000)
    let own = try DYDXMargin.initial(notional: -1_000_000, scaledPpm: 20_000, customPpm: 500_000)
    #expect(plain == 20_000 && own == 500_000)
    #expect(try DYDXMargin.maintenance(position(1000)) == 7404)
  }

  @Test func withoutPositionsNothingIsLiquidated() throws {
    #expect(try !DYDXMargin.isLiquidatable(.init(quoteBalance: -5, positions: [])))
  }

  /// Closing at the bankruptcy price in parts never needs more than closing at once, and leaves the
  /// account no better than its share.
  @Test func closingInPartsNeverNeedsInsurance() throws {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<300 {
      let size = Int128(Int.random(in: 2...5_000_000, using: &generator))
      let sign: Int128 = Bool.random(using: &generator) ? 1 : -1
      let balance = -sign * size * 617 + Int128(Int.random(in: -90_000...90_000, using: &generator))
      let first = Int128(Int.random(in: 1..<Int(size), using: &generator))
      var account = DYDXMargin.Subaccount(quoteBalance: balance, positions: [position(sign * size)])
      let part = try DYDXLiquidation.bankruptcyQuote(account, closing: 0, delta: -sign * first)
      account.quoteBalance += part
      account.positions[0].quantums -= sign * first
      let rest = try DYDXLiquidation.bankruptcyQuote(
        account, closing: 0, delta: -account.positions[0].quantums)
      // All of it closed: nothing is left, and nothing is owed.
      #expect(account.quoteBalance + rest == 0)
    }
  }

  @Test func theRiskOrderIsTotal() throws {
    var generator = SeededGenerator(seed: 8)
    let accounts = (0..<24).map { _ in
      (
        netCollateral: Int128(Int.random(in: -3...3, using: &generator)),
        maintenance: Int128(Int.random(in: 1...3, using: &generator))
      )
    }
    for a in accounts {
      #expect(try !DYDXMargin.isRiskier(a, than: a))
      for b in accounts {
        let ab = try DYDXMargin.isRiskier(a, than: b)
        let ba = try DYDXMargin.isRiskier(b, than: a)
        #expect(ab != ba || a == b)
        for c in accounts where try ab && DYDXMargin.isRiskier(b, than: c) {
          #expect(try DYDXMargin.isRiskier(a, than: c))
        }
      }
    }
  }

  @Test func whatDoesNotFitIsRefusedAndNothingTraps() {
    let extremes: [Int128] = [.min, .min + 1, -1, 0, 1, .max - 1, .max]
    for quantums in extremes {
      for balance in extremes {
        for ppm in extremes {
          let account = DYDXMargin.Subaccount(
            quoteBalance: balance,
            positions: [
              .init(
                quantums: quantums, quoteQuantumsPerBase: ppm, initialPpm: 20_000,
                maintenancePpm: 600_000)
            ])
          _ = try? DYDXMargin.isLiquidatable(account)
          _ = try? DYDXLiquidation.bankruptcyQuote(account, closing: 0, delta: balance)
          _ = try? DYDXLiquidation.fillablePrice(
            account, closing: 0, bankruptcyAdjustmentPpm: ppm, spreadToMaintenancePpm: balance)
          _ = try? DYDXLiquidation.insuranceDelta(
            quoteReceived: quantums, bankruptcyQuote: balance, maxFeePpm: 5000)
          _ = try? DYDXLiquidation.closeIsolated(
            pool: balance, shortQuote: quantums, longQuote: ppm, size: 1, price: 1)
          _ = try? DYDXMargin.initialPpm(
            base: 5, openInterest: quantums, lowerCap: balance, upperCap: ppm)
          _ = try? DriftLiquidation.fundingDelta1e9(
            loss1e6: quantums, long1e9: balance, short1e9: ppm)
          _ = try? DriftLiquidation.insuranceFee1e6(
            shortage1e6: quantums, base1e9: balance,
            market: .init(
              marginRatio1e4: 500, liquidatorFee1e6: 5, oraclePrice1e6: ppm,
              quoteOraclePrice1e6: ppm), most1e6: 5)
        }
      }
    }
    #expect(throws: VenueRuleError.self) {
      try DYDXLiquidation.bankruptcyQuote(
        .init(quoteBalance: 0, positions: [position(5)]), closing: 0, delta: 1)
    }
    #expect(throws: VenueRuleError.self) {
      try DYDXLiquidation.bankruptcyQuote(
        .init(quoteBalance: 0, positions: [position(5)]), closing: 1, delta: -1)
    }
    #expect(throws: VenueRuleError.self) {
      try DYDXLiquidation.closeIsolated(
        pool: 1, shortQuote: 49, longQuote: 100, size: 1, price: 100)
    }
  }
}

@Suite struct DriftTests {
  /// The buffer counts losses only.
  @Test func profitHasNoBuffer() throws {
    func plus(_ quote: Double) throws -> Double {
      let position = DriftIsolated(base: 1, quote: quote, deposit: 10, oraclePrice: 100)
      return try position.margin(ratio: 0.05, buffer: 0.02).collateralPlusBuffer
    }
    #expect(try plus(-70) == 40)
    #expect(try plus(-100) == 10)
    #expect(try (plus(-150) - (10 - 50 - 1)).magnitude < 1e-12)
  }

  @Test func noCapEntersMaintenance() {
    let ratios = DriftIsolated.Ratios(initial: 0.1, maintenance: 0.05, sizeFactor: 0.001)
    #expect(ratios.initial(size: 4, caps: 0.5, 0.2) == 0.5)
    #expect(ratios.maintenance(size: 4) == 0.05)
    #expect(ratios.fill(size: 4, caps: 0.5) == 0.275)
    // 0.8·0.05 + 0.001·√900
    #expect((ratios.maintenance(size: 900) - 0.07).magnitude < 1e-15)
  }

  @Test func maintenanceIsContinuousAndGrowsWithSize() {
    let ratios = DriftIsolated.Ratios(initial: 0.1, maintenance: 0.05, sizeFactor: 0.0007)
    var last = 0.0
    for step in 1...4000 {
      let size = Double(step) * 0.25
      let owed = size * ratios.maintenance(size: size)
      #expect(owed > last && owed - last < 0.05)
      last = owed
    }
  }

  /// One step restores the margin with its buffer, never turns the position round, and its fees never
  /// make a solvent position insolvent.
  @Test func aStepRestoresTheMarginAndSparesTheSolvent() throws {
    var generator = SeededGenerator(seed: 9)
    var restored = 0
    for _ in 0..<500 {
      let base = Double.random(in: -5...5, using: &generator)
      let position = DriftIsolated(
        base: base, quote: -base * 100, deposit: Double.random(in: 0...40, using: &generator),
        oraclePrice: 100)
      let fees = DriftIsolated.Fees(
        liquidator: 0.01, insurance: Double.random(in: 0...0.05, using: &generator))
      let step = try position.liquidated(maintenance: 0.05, buffer: 0.02, fees: fees)
      #expect(step.base.magnitude <= base.magnitude)
      #expect(step.base * base >= 0 && step.remaining.base * base >= 0)
      if position.equity >= 0.01 * position.notional {
        #expect(step.remaining.equity >= -1e-9)
      }
      guard step.base != 0, step.remaining.base.magnitude > 1e-9 else { continue }
      restored += 1
      // Without a loss before, the equity left is exactly ratio + buffer of what is left.
      let left = step.remaining
      #expect((left.equity - 0.07 * left.notional).magnitude < 1e-9)
    }
    #expect(restored > 50)
  }

  @Test func theLiquidatorsFeeJumpsAtTheEndOfItsGrace() throws {
    func fee(_ idle: Int128) throws -> Int128 {
      try DriftLiquidation.liquidatorFee1e6(
        base1e6: 20_000, most1e6: 50_000, slotsIdle: idle, graceSlots: 1500, perSlot1e6: 1)
    }
    #expect(try fee(1499) == 20_000 && fee(1500) == 21_500 && fee(1_000_000) == 50_000)
  }

  @Test func noAmountCoversWhereTheFeeEatsTheMargin() throws {
    func base(_ fee: Int128) throws -> Int128? {
      try DriftLiquidation.baseToCover1e9(
        shortage1e6: 1_000_000,
        market: .init(
          marginRatio1e4: 500, liquidatorFee1e6: fee, oraclePrice1e6: 100_000_000,
          quoteOraclePrice1e6: 1_000_000), insuranceFee1e6: 10_000)
    }
    #expect(try base(50_000) == nil && base(40_000) == nil)
    #expect(try base(39_000) != nil)
  }
}

@Suite struct HyperliquidTests {
  private func tiers() throws -> HyperliquidTiers {
    try HyperliquidTiers([
      (lowerBound: 0, maxLeverage: 20), (lowerBound: 1000, maxLeverage: 10),
      (lowerBound: 5000, maxLeverage: 3),
    ])
  }

  @Test func maintenanceIsContinuousAndGrowsWithSize() throws {
    let tiers = try tiers()
    for bound in [1000.0, 5000] {
      let step = tiers.maintenance(notional: bound.nextUp) - tiers.maintenance(notional: bound)
      #expect(step.magnitude < 1e-9)
    }
    var last = -1.0
    for step in 0...3000 {
      let owed = tiers.maintenance(notional: Double(step) * 3)
      #expect(owed > last)
      last = owed
    }
  }

  @Test func theUsersLeverageMovesInitialMarginOnly() throws {
    let tiers = try tiers()
    #expect(tiers.initial(notional: 500, leverage: 5) == 100)
    #expect(tiers.initial(notional: 500, leverage: 50) == 25, "held to the tier's largest")
    #expect(tiers.initial(notional: 6000, leverage: 20) == 2000)
    #expect(tiers.maintenance(notional: 500) == 12.5)
  }

  /// The root is one of the tier that holds there, not of today's.
  @Test func theLiquidationPriceIsARootWithTheTierThere() throws {
    let tiers = try tiers()
    var generator = SeededGenerator(seed: 10)
    var crossed = 0
    for _ in 0..<500 {
      let mark = 10.0
      let size = Double.random(in: 1...1500, using: &generator)
      let position = Bool.random(using: &generator) ? size : -size
      let owed = tiers.maintenance(notional: size * mark)
      let equity = owed + Double.random(in: 0...1, using: &generator) * size * mark
      let found = try tiers.liquidationPrice(mark: mark, position: position, equity: equity)
      guard case .at(let price) = found else {
        #expect(position > 0 && equity >= position * mark)
        continue
      }
      let there = equity + position * (price - mark)
      #expect((there - tiers.maintenance(notional: size * price)).magnitude < 1e-9 * size * mark)
      #expect(position > 0 ? price <= mark : price >= mark)
      if tiers.tier(notional: size * price) != tiers.tier(notional: size * mark) { crossed += 1 }
    }
    #expect(crossed > 50)
  }

  /// A short in profit comes before one at a loss of the same leverage.
  @Test func shortsRankByTheirOwnProfit() throws {
    func short(_ id: String, entry: Double) -> HyperliquidDeleveraging.Candidate {
      .init(id: id, isLong: false, mark: 80, entry: entry, notional: 1000, accountValue: 100)
    }
    let order = try HyperliquidDeleveraging.order([
      short("loss", entry: 60), short("profit", entry: 100), short("even", entry: 80),
      short("also even", entry: 80),
    ])
    #expect(order == ["profit", "also even", "even", "loss"])
  }

  @Test func tiersOutOfOrderAreRefused() {
    let bad: [[(lowerBound: Double, maxLeverage: Double)]] = [
      [], [(lowerBound: 1, maxLeverage: 5)],
      [(lowerBound: 0, maxLeverage: 5), (lowerBound: 0, maxLeverage: 4)],
      [(lowerBound: 0, maxLeverage: 5), (lowerBound: 9, maxLeverage: 6)],
      [(lowerBound: 0, maxLeverage: 0.5)], [(lowerBound: 0, maxLeverage: .nan)],
    ]
    for steps in bad { #expect(throws: VenueRuleError.self) { try HyperliquidTiers(steps) } }
  }
}
