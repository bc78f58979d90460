import Foundation
import FulcrumModel
import FulcrumNumerics
import FulcrumPricing
import Testing

/// What a strip misses beyond its strikes, against variance swaps whose value is known.
///
/// Expected numbers: (2/T)∫ q(k)e^{−k} dk by mpmath 1.3, 30 digits, tanh-sinh on panels of an eighth,
/// with a Black formula of its own; the same digits to 17 with panels half as wide. 30 days; F 60,000.
struct ImpliedWingTests {
  private static let years = 30.0 / 365

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    /// a, b, ρ, m, σ.
    let smile: [Double]
    let forward: Double
    let strikes: [Int]
    let strip, put, call: Double
    /// The variance swap itself, over all strikes.
    let total: Double
    var testDescription: String { name }
  }

  static let cases = [
    // 60 % flat, cut at 0.6 deviations: a third of the variance is beyond.
    Case(
      name: "flat", smile: [0.36 * 30 / 365, 0, 0, 0, 1], forward: 60_000,
      strikes: Array(stride(from: 54_000, through: 66_000, by: 250)), strip: 0.23426799598125836,
      put: 0.064815565311572454, call: 0.060961373578767128, total: 0.36),
    Case(
      name: "skewed", smile: [0.004, 0.03, -0.35, 0.01, 0.08], forward: 60_000,
      strikes: Array(stride(from: 48_000, through: 72_000, by: 500)), strip: 0.091953824077008083,
      put: 0.0025574005983742772, call: 0.00054297279440013264, total: 0.09491085357193736),
    Case(
      name: "skewed, forward between strikes", smile: [0.004, 0.03, -0.35, 0.01, 0.08],
      forward: 60_130, strikes: Array(stride(from: 48_000, through: 72_000, by: 500)),
      strip: 0.091995639246970815, put: 0.0024864167005775003, call: 0.0005726511215604448,
      total: 0.09491085357193736),
  ]

  private static func strip(_ test: Case) throws -> (ImpliedVariance, RawSVI) {
    let p = test.smile
    let smile = try RawSVI(a: p[0], b: p[1], rho: p[2], m: p[3], sigma: p[4])
    let quotes = test.strikes.map(Double.init).map { strike in
      let w = smile.totalVariance(at: log(strike / test.forward))
      return ImpliedVariance.Quote(
        strike: strike,
        price: Black76.undiscounted(
          OptionInput(
            right: strike <= test.forward ? .put : .call, forward: test.forward,
            strike: strike, years: years, volatility: (w / years).squareRoot())))
    }
    let strip = try ImpliedVariance(forward: test.forward, years: years, quotes: quotes)
    return (strip, smile)
  }

  @Test(arguments: cases) func wingsAreThoseOfAnotherQuadrature(test: Case) throws {
    let (strip, smile) = try Self.strip(test)
    let wings = try #require(
      strip.wings(by: smile, forward: test.forward, years: Self.years))
    let errors = [
      abs(strip.variance / test.strip - 1), abs(wings.put / test.put - 1),
      abs(wings.call / test.call - 1),
    ]
    print("wings \(test.name): worst error \(errors.max() ?? 0)")
    for error in errors { #expect(error <= 1e-8) }
    // What is left is the width of the strikes: 2/T (ΔK/F)²/8 at the kink, and its like elsewhere.
    let width = Double(test.strikes[1] - test.strikes[0]) / test.forward
    let coarse = width * width / 4 / Self.years
    #expect(abs(strip.variance + wings.sum - test.total) <= 1.1 * coarse)
    #expect(test.total - strip.variance > 10 * coarse)
  }

  /// Quotes of a chain whose surface is known, in ticks and with spreads: the variance swaps of its
  /// slices at 20.6, 34.6 and 97.6 days, as above.
  @Test func aChainComesToTheVarianceSwapsOfItsSurface() throws {
    let world = try SurfaceWorld()
    let view = MarketView(try world.snapshot(), at: SurfaceWorld.now, for: [])
    let expiries = view.impliedVariances(of: SurfaceWorld.btc)
    for (days, total) in [
      (20.6, 0.28804545490652118), (34.6, 0.27971142101139015), (97.6, 0.27314797266747302),
    ] {
      let expiry = try #require(expiries.first { $0.expiry == SurfaceWorld.expiry(days) })
      let alone = try expiry.strip.get().variance
      let whole = try #require(expiry.whole)
      print("wings \(days) d: alone \(alone / total - 1), with wings \(whole / total - 1)")
      // Strikes to 2.5 deviations: what is beyond is more than what the grid and the ticks blur.
      #expect(alone < 0.995 * total)
      #expect(abs(whole / total - 1) < 0.01)
      #expect(abs(whole - total) < 0.5 * abs(alone - total))
    }
    let index = try #require(ImpliedIndex(expiries))
    // Linear in total variance between 20.6 and 34.6 days: √(0.2820…).
    let weight = (30 - 20.6) / 14
    let variance =
      ((1 - weight) * 0.28804545490652118 * 20.6 + weight * 0.27971142101139015 * 34.6) / 30
    #expect(abs(try #require(index.withWings) / (100 * variance.squareRoot()) - 1) < 0.005)
    #expect(index.quotesAlone < 0.9975 * 100 * variance.squareRoot())
  }

  /// Three strikes an expiry give strips and no fit: the reason is told, and the index is of the quotes
  /// alone.
  @Test func tooFewQuotesHaveNoWingsAndSaySo() throws {
    let snapshot = try SurfaceWorld().snapshot { quotes in
      for days in SurfaceWorld.days {
        // Six quotes are three strikes with a call and a put each.
        let all = quotes.filter { $0.instrument.expiry == SurfaceWorld.expiry(days) }
        quotes.removeAll { $0.instrument.expiry == SurfaceWorld.expiry(days) }
        quotes += all[24..<30]
      }
    }
    let expiries = MarketView(snapshot, at: SurfaceWorld.now, for: [])
      .impliedVariances(of: SurfaceWorld.btc)
    let strips = expiries.filter { (try? $0.strip.get()) != nil }
    #expect(strips.count >= 6)
    for expiry in strips {
      #expect(expiry.whole == nil)
      guard case .failure(let refusal) = expiry.wings else {
        Issue.record("wings from three strikes")
        continue
      }
      #expect(refusal.explanation.hasPrefix("no smile fits its quotes: "))
      #expect(refusal.explanation.hasSuffix(" clean strikes, 5 needed"))
    }
    let index = try #require(ImpliedIndex(expiries))
    #expect(index.withWings == nil)
    #expect(index.quotesAlone > 0)
  }

  /// Quotes of 60 % everywhere under a smile whose outer lines rise at 0.7 and more: the wings are those of
  /// the quotes' own 60 %, to what rounding leaves of the slope between the last two.
  @Test func aSteepSmileDoesNotOutrunTheQuotes() throws {
    let test = Self.cases[0]
    let (strip, flat) = try Self.strip(test)
    let steep = try RawSVI(a: 0.0, b: 0.9, rho: -0.2, m: 0, sigma: 0.05)
    let free = try #require(
      strip.wings(by: steep, forward: test.forward, years: Self.years))
    #expect(free.put > 3 * test.put && free.call > 2 * test.call)
    for smile in [steep, flat] {
      let wings = try #require(
        strip.boundedWings(by: smile, forward: test.forward, years: Self.years))
      print("bounded wings: \(wings.put / test.put - 1), \(wings.call / test.call - 1)")
      #expect(abs(wings.put / test.put - 1) < 1e-8)
      #expect(abs(wings.call / test.call - 1) < 1e-8)
    }
  }

  /// A smile below the line is followed, so that what it knows of a flattening wing counts.
  @Test func aSmileBelowTheLineIsFollowed() throws {
    let test = Self.cases[1]
    let (strip, _) = try Self.strip(test)
    let low = try RawSVI(a: 0.002, b: 0.01, rho: 0, m: 0, sigma: 0.05)
    #expect(
      strip.boundedWings(by: low, forward: test.forward, years: Self.years)
        == strip.wings(by: low, forward: test.forward, years: Self.years))
  }

  /// A wing of slope 2 has a sum that never ends, and one that falls below 0 has no prices.
  @Test func aWingWithoutAnEndIsNone() throws {
    let (strip, _) = try Self.strip(Self.cases[1])
    let steep = try RawSVI(a: 0.001, b: 1, rho: -0.999999, m: 0, sigma: 0.05)
    #expect(strip.wings(by: steep, forward: 60_000, years: Self.years) == nil)
    let sunk = try RawSVI(a: -0.5, b: 0.1, rho: 0, m: 0, sigma: 0.05)
    #expect(strip.wings(by: sunk, forward: 60_000, years: Self.years) == nil)
  }

  /// Strikes down to half their step leave nothing below.
  @Test func aFirstCellThatReachesZeroHasNoPutWing() throws {
    let quotes = [10_000.0, 60_000, 110_000].map {
      ImpliedVariance.Quote(strike: $0, price: $0 == 60_000 ? 4000 : 1)
    }
    let strip = try ImpliedVariance(forward: 60_000, years: Self.years, quotes: quotes)
    #expect(strip.lowerEdge == -15_000)
    #expect(strip.upperEdge == 135_000)
    let smile = try RawSVI(a: 0.03, b: 0, rho: 0, m: 0, sigma: 1)
    let wings = try #require(strip.wings(by: smile, forward: 60_000, years: Self.years))
    #expect(wings.put == 0)
    #expect(wings.call > 0)
  }
}
