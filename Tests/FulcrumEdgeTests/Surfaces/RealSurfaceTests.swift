import Foundation
import FulcrumModel
import FulcrumPricing
import FulcrumWire
import Testing

/// Surfaces of real chains, the crash of February 2026 among them.
@Suite(.enabled(if: SharedData.isPresent, "the shared data folder is absent: set FULCRUM_SHARED"))
struct RealSurfaceTests {
  /// Option chains, each with its futures where they were recorded at the same instant.
  private static func chains() throws -> [[String]] {
    let folder = SharedData.path("chains")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    return names.filter { !$0.contains("_futures_") }.map { name in
      let future = name.replacing("_options_", with: "_futures_").replacing(".gz", with: "")
      return names.contains(future) && future != name ? [name, future] : [name]
    }
  }

  private static func snapshot(_ names: [String]) throws -> MarketSnapshot {
    var market: MarketSnapshot?
    for name in names {
      let parsed = MarketDocument.parse(
        try InputFile.read(SharedData.path("chains/" + name))
      ).value
      if market == nil { market = parsed } else { market?.merge(parsed) }
    }
    return try #require(market)
  }

  /// Every expiry with eight clean strikes or more fits within max(1 vol point, two median
  /// half-spreads) without arbitrage, or says why not; few may say so.
  @Test func everyExpiryFitsOrSaysWhy() throws {
    var (rich, fitted, worst) = (0, 0, 0.0)
    for names in try Self.chains() {
      let market = try Self.snapshot(names)
      let view = MarketView(market, at: market.asOf, for: [])
      for (coin, settlement) in view.surfaces {
        let surface = view.surface(of: coin, settlement: settlement)
        print("\(names[0]) \(coin): \(surface.slices.count) expiries")
        var earlier: RawSVI?
        for slice in surface.slices {
          print("  " + Self.row(slice, in: surface))
          if let smile = slice.smile {
            // Whatever stands is free of arbitrage, in the order in which it stands.
            let check = SmileCheck(smile, after: earlier)
            #expect(check.isArbitrageFree, "\(names[0]) \(coin) \(slice.expiry): \(check)")
            earlier = smile
          }
          guard slice.quotes.count >= 8 else { continue }
          rich += 1
          let error = try #require(slice.error?.rootMeanSquare, "\(slice.attempts)")
          let bound = try #require(slice.bound)
          if error <= bound, slice.smile != nil {
            fitted += 1
            worst = max(worst, error / bound)
          } else {
            #expect(!slice.attempts.isEmpty, "\(names[0]) \(coin) \(slice.expiry)")
          }
        }
      }
    }
    print("\(fitted) of \(rich) expiries with 8 strikes or more fit; worst error/bound \(worst)")
    #expect(rich > 300)
    #expect(Double(fitted) >= 0.98 * Double(rich))
  }

  private static func row(_ slice: SurfaceSlice, in surface: VolatilitySurface) -> String {
    func points(_ value: Double?) -> String {
      value.map { String(format: "%6.2f", $0 * 100) } ?? "     -"
    }
    let model = slice.model?.rawValue ?? "refused"
    let level = surface.atTheMoney(years: slice.years)?.volatility
    let why = slice.attempts.map { "\($0.model.rawValue): \($0.refusal.explanation)" }
    return String(format: "%8.2f d %3d strikes", slice.years * 365, slice.quotes.count)
      + " \(model) ATM \(points(level)) error \(points(slice.error?.rootMeanSquare))"
      + " bound \(points(slice.bound)) \(why.joined(separator: "; "))"
  }

  /// At the recorded instants the venue's own mark volatilities are near the surface: its marks come
  /// from another model, fitted to the same quotes.
  @Test func theVenuesMarksLieNearIt() throws {
    for names in try Self.chains() where names[0].contains("options_ticker_2026") {
      let market = try Self.snapshot(names)
      let view = MarketView(market, at: market.asOf, for: [])
      let surface = view.surface(of: Underlying(base: .btc), settlement: .inverse)
      var gaps: [Double] = []
      for slice in surface.slices {
        for quote in slice.quotes {
          guard let mark = market.quotes[quote.id]?.markVolatility,
            let found = surface.volatility(moneyness: quote.moneyness, years: slice.years)
          else { continue }
          gaps.append(abs(found.volatility - mark))
        }
      }
      let middle = gaps.sorted()[gaps.count / 2]
      print("\(names[0]): median |surface − mark| \(middle) of \(gaps.count)")
      #expect(middle < 0.01)
    }
  }
}
