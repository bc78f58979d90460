import FulcrumModel
import RealModule
import Testing

@testable import FulcrumRisk

/// The root search against slower and plainer ways to the same answer. A failure prints its seed.
@Suite struct LiquidationAuditTests {
  static let seeds = Array(UInt64(1)...30)

  /// A dense scan of 40 000 prices finds no sign that the region does not know, and every zero of
  /// the region changes the sign there.
  @Test(arguments: seeds) func denseScanAgreesWithTheRegion(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let pool = Make.randomPool(&generator, oneExpiry: seed.isMultiple(of: 2))
    let margin = StandardMargin.standard
    let region = try Liquidation.region(pool, margin: margin)
    let scale = pool.cash + pool.legs.reduce(0) { $0 + $1.signedSize.magnitude } * 60_000
    for step in 0...40_000 {
      let ratio = Double.exp(Double(step - 20_000) / 20_000 * 9.2)
      let price = ratio * Make.index
      let expected = PlainBalance(pool, margin, at: ratio).excess
      // Too near to a zero for the plain sum to know its sign.
      guard expected.magnitude > 1e-9 * scale * max(1, ratio) else { continue }
      let inside = region.liquidable.contains {
        ($0.lower ?? 0) < price && price < ($0.upper ?? .infinity)
      }
      #expect(inside == (expected < 0), "seed \(seed) at \(price)")
      if inside != (expected < 0) { return }
    }
    for price in region.liquidationPrices {
      let under = PlainBalance(pool, margin, at: price / Make.index * (1 - 1e-7)).excess
      let over = PlainBalance(pool, margin, at: price / Make.index * (1 + 1e-7)).excess
      #expect((under < 0) != (over < 0), "seed \(seed): no sign change at \(price)")
    }
    for price in region.bankruptcyPrices {
      let under = PlainBalance(pool, margin, at: price / Make.index * (1 - 1e-7)).equity
      let over = PlainBalance(pool, margin, at: price / Make.index * (1 + 1e-7)).equity
      #expect((under < 0) != (over < 0), "seed \(seed): no bankruptcy at \(price)")
    }
  }

  /// Closed forms and known shapes against the whole grid search, on single legs and long books.
  @Test(arguments: Array(UInt64(1)...200)) func shortCutsEqualTheSearch(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var pool = Make.randomPool(&generator, most: 1)
    if seed.isMultiple(of: 5) {
      for place in pool.legs.indices where pool.legs[place].isOption {
        pool.legs[place].quantity.negate()
      }
    }
    let tiers = StandardMargin.brackets([
      (notionalFloor: 0, rate: 0.01),
      (notionalFloor: pool.currency == .usd ? 40_000 : 0.8, rate: 0.03),
    ])
    let margin = seed.isMultiple(of: 2) ? .standard : StandardMargin(futuresBrackets: tiers)
    let node = ScenarioNode(
      timeForward: seed.isMultiple(of: 7) ? 0.02 : 0, volShift: seed.isMultiple(of: 3) ? 0.5 : 0)
    let sheet = BalanceSheet(pool, margin: margin, node: node)
    let short = try Liquidation.region(of: sheet, index: Make.index)
    let full = try Liquidation.region(of: sheet, index: Make.index, exhaustive: true)
    #expect(short.liquidationPrices.count == full.liquidationPrices.count, "seed \(seed)")
    #expect(short.bankruptcyPrices.count == full.bankruptcyPrices.count, "seed \(seed)")
    #expect(short.liquidable.count == full.liquidable.count, "seed \(seed)")
    #expect(short.healthy == full.healthy && short.excess == full.excess)
    #expect((short.below == nil) == (full.below == nil), "seed \(seed)")
    #expect((short.above == nil) == (full.above == nil), "seed \(seed)")
    let prices = zip(short.liquidationPrices, full.liquidationPrices)
    let bankruptcies = zip(short.bankruptcyPrices, full.bankruptcyPrices)
    for (a, b) in Array(prices) + Array(bankruptcies) {
      #expect((a / b - 1).magnitude < 1e-11, "seed \(seed): \(a) against \(b)")
    }
  }

  /// Skipping what is proven clear changes no bit of the region.
  @Test(arguments: Array(UInt64(1)...120)) func skippingNodesChangesNothing(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let pool = Make.randomPool(&generator, most: 6, oneExpiry: seed.isMultiple(of: 3))
    let sheet = BalanceSheet(pool, margin: .standard)
    let full = try Liquidation.region(of: sheet, index: Make.index, exhaustive: true)
    let grid = PriceGrid.nodes(for: sheet)
    let scan = PriceScan(sheet, nodes: grid, exhaustive: false)
    print("seed \(seed): \(pool.legs.count) legs, \(scan.nodes.count) of \(grid.count) nodes")
    #expect(scan.nodes.count < grid.count)
    guard pool.legs.count > 1 else { return }
    #expect(try Liquidation.region(of: sheet, index: Make.index) == full, "seed \(seed)")
  }

  @Test func shortCutsEqualTheSearchOnEveryVector() throws {
    for reference in try VectorFile.read("liquidation").cases {
      let inputs = reference.inputs
      let node = ScenarioNode(
        timeForward: try PoolInput.number(inputs, "dt"),
        volShift: try PoolInput.number(inputs, "volShift"))
      let pool = try PoolInput.pool(inputs)
      let sheet = BalanceSheet(pool, margin: try PoolInput.margin(inputs), node: node)
      let full = try Liquidation.region(of: sheet, index: pool.indices[0], exhaustive: true)
      var comparison = Comparison()
      comparison.compare(LiquidationVectorTests.answer(full), with: reference)
      #expect(comparison.failures.isEmpty, "\(comparison.failures)")
    }
  }

  /// More collateral never makes a price liquidable that was not, nor brings one nearer.
  @Test(arguments: seeds) func moreCollateralNeverRaisesTheRisk(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let pool = Make.randomPool(&generator)
    let more = pool.with(cash: pool.cash * 1.2 + (pool.currency == .usd ? 100 : 0.002))
    let before = try Liquidation.region(pool)
    let after = try Liquidation.region(more)
    #expect(after.healthy || !before.healthy)
    for interval in after.liquidable {
      let contained = before.liquidable.contains { wider in
        (wider.lower ?? 0) <= (interval.lower ?? 0) * (1 + 1e-12)
          && (wider.upper ?? .infinity) * (1 + 1e-12) >= (interval.upper ?? .infinity)
      }
      #expect(contained, "seed \(seed): \(interval) is new in \(before.liquidable)")
    }
    guard before.healthy else { return }
    #expect((after.distanceDown ?? 1) >= (before.distanceDown ?? 1) - 1e-12, "seed \(seed)")
    #expect(
      (after.distanceUp ?? .infinity) >= (before.distanceUp ?? .infinity) - 1e-9, "seed \(seed)")
  }

  /// The bound that spares extrema their search is a bound: no slope of E or H exceeds it.
  @Test(arguments: seeds) func slopeBoundHolds(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let pool = Make.randomPool(&generator, oneExpiry: false)
    for kind in [MarginKind.maintenance, .initial] {
      let sheet = BalanceSheet(pool, margin: .standard, kind: kind)
      for step in -80..<80 {
        let lower = Double(step) / 20
        let upper = lower + 0.05
        let bound = sheet.slopeBound(from: Double.exp(lower), to: Double.exp(upper))
        let a = sheet.balance(at: Double.exp(lower))
        let b = sheet.balance(at: Double.exp(upper))
        let noise = 1e-13 * (a.scale + b.scale)
        #expect((b.excess - a.excess).magnitude <= bound * 0.05 * (1 + 1e-9) + noise)
        #expect((b.equity - a.equity).magnitude <= bound * 0.05 * (1 + 1e-9) + noise)
      }
    }
  }

  /// Netting equal contracts keeps the equity of the pools at every price.
  @Test(arguments: [Settlement.linear, .inverse]) func joiningKeepsEquity(
    settlement: Settlement
  ) throws {
    let coin = settlement == .inverse
    let pools = [(2.0, 52_000.0), (-0.7, 66_000), (0.25, 60_500)].map { quantity, entry in
      Make.pool(
        coin ? 0.5 : 30_000,
        Make.perpetual(
          quantity, entry: entry, mark: 60_400, size: coin ? 60_000 : 1, settlement: settlement),
        Make.option(.put, -quantity, strike: 58_000, settlement: settlement))
    }
    let joint = Containment.joined(pools)
    #expect(joint.legs.count == 2)
    for ratio in [0.5, 0.9, 1, 1.3, 4] {
      let apart = pools.reduce(0) { $0 + PlainBalance($1, at: ratio).equity }
      let together = PlainBalance(joint, at: ratio).equity
      #expect((together - apart).magnitude <= 1e-12 * (apart.magnitude + (coin ? 10 : 1e6)))
    }
  }
}
