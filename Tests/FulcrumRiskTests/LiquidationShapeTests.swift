import FulcrumModel
import FulcrumRisk
import RealModule
import Testing

/// The shapes of leverage-math 3: how many zeros, on which side, and which positions have none.
@Suite struct LiquidationShapeTests {
  @Test func shortStrangleDiesOnBothSides() throws {
    let pool = Make.pool(
      12_000, Make.option(.call, -1, strike: 72_000), Make.option(.put, -1, strike: 50_000))
    let region = try Liquidation.region(pool)
    #expect(region.healthy)
    #expect(region.liquidationPrices == [region.below, region.above].compactMap(\.self))
    #expect(region.liquidationPrices.count == 2)
    #expect(
      region.liquidable == [
        LiquidableInterval(lower: nil, upper: region.below),
        LiquidableInterval(lower: region.above, upper: nil),
      ])
    let down = try #require(region.distanceDown)
    #expect((down - (1 - (try #require(region.below)) / Make.index)).magnitude < 1e-12)
    let room = Liquidation.gapRoom(region)
    #expect(try #require(room.down) > 0)
    #expect(try #require(room.up) > 0)
  }

  /// 7.5 % of the forward keeps growing on a worthless put: a USD pool only.
  @Test func shortPutHasAnUpperZeroInUsdOnly() throws {
    let usd = try Liquidation.region(Make.pool(8000, Make.option(.put, -1, strike: 55_000)))
    #expect(usd.liquidationPrices.count == 2)
    // Far up the put is worthless: 0.075 F = 8000.
    #expect((try #require(usd.above) / (8000 / 0.075) - 1).magnitude < 0.01)
    let coin = try Liquidation.region(
      Make.pool(0.1, Make.option(.put, -1, strike: 55_000, settlement: .inverse)))
    #expect(coin.above == nil)
    #expect(coin.liquidationPrices.count == 1)
  }

  @Test func condorWithFiniteLossCanStillBeLiquidated() throws {
    let pool = Make.pool(
      14_000, Make.option(.put, 1, strike: 45_000), Make.option(.put, -1, strike: 50_000),
      Make.option(.call, -1, strike: 70_000), Make.option(.call, 1, strike: 75_000))
    let measures = try LeverageEngine.measures(pool)
    #expect(measures.maxLoss.finite != nil)
    let region = try Liquidation.region(pool)
    #expect(region.healthy)
    #expect(!region.liquidationPrices.isEmpty)
  }

  /// A short inverse perpetual of at most its collateral is never liquidated (leverage-math 3.1).
  @Test func fullyCollateralisedInverseShortHasNoLiquidation() throws {
    for cover in [1.0, 1.001, 1.5, 10] {
      let pool = Make.pool(
        cover, Make.perpetual(-1, size: Make.index, settlement: .inverse))
      let region = try Liquidation.region(pool)
      #expect(region.liquidationPrices.isEmpty && region.bankruptcyPrices.isEmpty)
      #expect(region.liquidable.isEmpty)
    }
    let short = try Liquidation.region(
      Make.pool(0.9, Make.perpetual(-1, size: Make.index, settlement: .inverse)))
    // S_L = A(1 − κ)/(A/F₀ − C)
    let expected = Make.index * (1 - 0.0105) / (1 - 0.9)
    #expect((try #require(short.above) / expected - 1).magnitude < 1e-13)
  }

  @Test func longOptionsHaveNone() throws {
    for cash in [0.0, 1000] {
      let pool = Make.pool(cash, Make.option(.call, 2, strike: 70_000))
      let region = try Liquidation.region(pool)
      #expect(region.healthy && region.liquidationPrices.isEmpty && region.liquidable.isEmpty)
    }
  }

  @Test func alreadyLiquidableStillListsItsZeros() throws {
    let region = try Liquidation.region(Make.pool(500, Make.perpetual(1)))
    #expect(!region.healthy && region.excess < 0)
    #expect(region.below == nil && region.above == nil)
    #expect(region.distanceDown == nil && region.distanceUp == nil)
    #expect(region.liquidationPrices.count == 1)
    #expect(
      region.liquidable == [LiquidableInterval(lower: nil, upper: region.liquidationPrices[0])])
    let owing = try Liquidation.region(
      RiskPool(index: Make.index, currency: .usd, cash: -1, legs: []))
    #expect(owing.liquidable == [LiquidableInterval(lower: nil, upper: nil)])
  }

  @Test func backspreadHasALosingValleyBetweenHealthyRegions() throws {
    let pool = Make.pool(
      9000, Make.option(.call, -1, strike: 60_000, years: 0.02),
      Make.option(.call, 2, strike: 70_000, years: 0.02))
    let region = try Liquidation.region(pool, timeForward: 0.02)
    #expect(region.liquidationPrices.count == 2)
    #expect(region.below == nil)
    #expect(region.liquidable.count == 1)
    #expect(region.liquidable[0].lower != nil && region.liquidable[0].upper != nil)
  }

  /// Cash set so that the peak of the excess, between two grid nodes, lies just above, at, or just
  /// below 0: two close zeros, a touch, none.
  @Test(arguments: [true, false]) func zerosThatMeetBetweenNodesAreFound(alone: Bool) throws {
    let put = Make.option(.put, -1, strike: 55_000, years: 0.05)
    // A second leg of no size takes the pool off the route for single options.
    let legs = alone ? [put] : [put, Make.perpetual(0)]
    func pool(_ cash: Double) -> RiskPool {
      RiskPool(index: Make.index, currency: .usd, cash: cash, legs: legs)
    }
    let peak = try peakOfExcess(pool(0))
    let above = try Liquidation.region(pool(-peak * (1 + 1e-7)))
    try #require(above.liquidationPrices.count == 2)
    #expect(above.tangencies.isEmpty)
    #expect(above.liquidationPrices[1] / above.liquidationPrices[0] < 1.002)
    let touching = try Liquidation.region(pool(-peak * (1 - 1e-11)))
    #expect(touching.liquidationPrices.isEmpty && touching.tangencies.count == 1)
    let under = try Liquidation.region(pool(-peak * (1 - 1e-5)))
    #expect(under.liquidationPrices.isEmpty && under.tangencies.isEmpty)
    #expect(!under.healthy)
  }

  /// max over x of H, by a fine scan and ternary search on the public balance.
  private func peakOfExcess(_ pool: RiskPool) throws -> Double {
    func excess(_ position: Double) throws -> Double {
      let ratio = Double.exp(position)
      let region = try Liquidation.region(pool.moved(ratio))
      return region.excess
    }
    var (low, high) = (-0.5, 1.0)
    for _ in 0..<120 {
      let third = (high - low) / 3
      if try excess(low + third) < excess(high - third) { low += third } else { high -= third }
    }
    return try excess(0.5 * (low + high))
  }

  @Test func timeBeyondExpiryStaysAtExpiry() throws {
    let pool = Make.pool(12_000, Make.option(.call, -1, strike: 72_000, years: 0.01))
    let atExpiry = try Liquidation.region(pool, timeForward: 0.01)
    #expect(try Liquidation.region(pool, timeForward: 5) == atExpiry)
    #expect(try Liquidation.region(pool, timeForward: 5, volShift: 0.5) == atExpiry)
    // At expiry: C − (S − K)⁺ = 0.075 S.
    let expected = (12_000.0 + 72_000) / 1.075
    #expect((try #require(atExpiry.above) / expected - 1).magnitude < 1e-13)
  }

  @Test func surfaceHeadlineIsTheNearestOfItsNodes() throws {
    let pool = Make.pool(
      20_000, Make.option(.call, -1, strike: 72_000), Make.option(.put, -1, strike: 50_000))
    let surface = try Liquidation.surface(pool)
    #expect(surface.nodes.count == 12)
    for node in surface.nodes {
      let alone = try Liquidation.region(
        pool, timeForward: node.years, volShift: node.volShift)
      #expect(alone.excess == node.region.excess)
      for (a, b) in zip(alone.liquidationPrices, node.region.liquidationPrices) {
        #expect((a / b - 1).magnitude < 1e-12)
      }
      #expect(alone.liquidationPrices.count == node.region.liquidationPrices.count)
      if let price = node.region.below { #expect(price <= (try #require(surface.below)).price) }
      if let price = node.region.above { #expect(price >= (try #require(surface.above)).price) }
    }
    // Short volatility: a rise of it brings both sides nearest.
    #expect(surface.below?.node == "now, vol +50 %")
    #expect(surface.above?.node == "now, vol +50 %")
    #expect(surface.liquidableAtIndex == nil)
    let futures = try Liquidation.surface(Make.pool(6000, Make.perpetual(1)))
    #expect(Set(futures.nodes.map(\.region)).count == 1)
    #expect(futures.nodes.count == 9)
  }

  @Test func underlyingsMoveOneAtATime() throws {
    var other = Make.perpetual(-10, entry: 3000, mark: 3000)
    other.underlying = 1
    let pool = RiskPool(
      indices: [Make.index, 3000], currency: .usd, cash: 9000, legs: [Make.perpetual(1), other])
    let first = try Liquidation.region(pool, underlying: 0)
    let second = try Liquidation.region(pool, underlying: 1)
    // H = 9000 + (S − 60000) − 0.0105 S − 0.0105·30000 and its twin on the other coin.
    let expectedFirst = (60_000.0 - 9000 + 315) / (1 - 0.0105)
    let expectedSecond = (9000.0 + 30_000 - 630) / (10 * 1.0105)
    #expect((try #require(first.below) / expectedFirst - 1).magnitude < 1e-13)
    #expect((try #require(second.above) / expectedSecond - 1).magnitude < 1e-13)
    #expect(first.above == nil && second.below == nil)
    #expect(throws: RiskError.settingOutOfDomain(.underlying, seen: 2)) {
      try Liquidation.region(pool, underlying: 2)
    }
  }

  @Test func bracketsAreSolvedEachInItsOwn() throws {
    let tiers = StandardMargin.brackets([
      (notionalFloor: 0, rate: 0.01), (notionalFloor: 50_000, rate: 0.025),
      (notionalFloor: 200_000, rate: 0.05),
    ])
    let margin = StandardMargin(futuresBrackets: tiers, liquidationFee: 0.0005)
    try margin.validate()
    // Long 10 from 60 000 on 60 000: the root lies in the third bracket, short in the third too.
    let long = try Liquidation.region(Make.pool(60_000, Make.perpetual(10)), margin: margin)
    let deduction = 50_000 * 0.015 + 200_000 * 0.025
    let expected = (600_000 - 60_000 - deduction) / (10 * (1 - 0.0505))
    #expect((try #require(long.below) / expected - 1).magnitude < 1e-13)
    // Long 1: it falls from the second bracket into the first on the way down.
    let small = try Liquidation.region(Make.pool(15_000, Make.perpetual(1)), margin: margin)
    let first = (60_000.0 - 15_000) / (1 - 0.0105)
    #expect(first < 50_000)
    #expect((try #require(small.below) / first - 1).magnitude < 1e-13)
    let broken = StandardMargin(
      futuresBrackets: [
        FuturesBracket(notionalFloor: 0, rate: 0.01, deduction: 0),
        FuturesBracket(notionalFloor: 100, rate: 0.02, deduction: 0),
      ])
    #expect(throws: RiskError.settingOutOfDomain(.bracket, seen: 100)) { try broken.validate() }
  }
}
