import Foundation
import FulcrumModel
import FulcrumPricing
import FulcrumRisk
import Testing

@testable import FulcrumWire

/// What `regime` says of a series: what is used, what is only shown, and why.
@Suite struct RegimeContentsTests {
  /// Seeded normal draws by the sum of twelve uniforms.
  struct Draw {
    var state: UInt64

    mutating func share() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / 9_007_199_254_740_992
    }

    mutating func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + share() } }
  }

  static let start: Int64 = 1_600_041_600_000

  /// Bars of `length` ms from midnight, from log returns in percent, with a range around them.
  static func bars(_ returns: [Double], length: Int64 = PriceSeries.day) -> [[Double]] {
    var price = 100.0
    return returns.enumerated().map { place, change in
      let open = price
      price *= exp(change / 100)
      return [
        Double(start + Int64(place) * length), open, 1.01 * max(open, price),
        0.99 * min(open, price), price,
      ]
    }
  }

  static func file(_ bars: [[Double]], _ header: String = "timestamp,open,high,low,close")
    -> InputBytes
  {
    let rows = bars.map { row in
      ([String(Int64(row[0]))] + row.dropFirst().map { "\($0)" }).joined(separator: ",")
    }
    return PriceDocumentTests.bytes(([header] + rows).joined(separator: "\n") + "\n")
  }

  static func contents(
    _ prices: InputBytes, dvol: InputBytes? = nil, markets: [InputBytes] = [], step: Int64? = nil
  ) throws -> RegimeContents {
    try RegimeBuilder.contents(
      RegimeInputs(prices: prices, dvol: dvol, markets: markets),
      settings: OutlookSettings(regime: .relative()), step: step)
  }

  static func page(_ contents: RegimeContents) -> String {
    RegimeTable.render(contents, view: ReportView(width: 400, colour: false, unicode: false))
  }

  static func json(_ contents: RegimeContents) throws -> JSONObject {
    try JSONObject(text: String(decoding: RegimeJSON.render(contents), as: UTF8.self))
  }

  static func calm(_ count: Int, seed: UInt64 = 12) -> [Double] {
    var draw = Draw(state: seed)
    return (0..<count).map { _ in 3 * draw.normal() }
  }

  /// One step of twenty times: the likelihood of GJR rises up to its largest persistence (numpy: 1283.66
  /// at 0.999, 1283.64 at 0.9995), so it is shown with its reason and the policy does without it.
  @Test func aFitOnItsBoundIsShownAndSaysWhy() throws {
    var draw = Draw(state: 5)
    var returns = (0..<301).map { $0 == 0 ? 0 : 3 * draw.normal() }
    returns[151] = 100 * log(20)
    let contents = try Self.contents(Self.file(Self.bars(returns)))
    let page = Self.page(contents)
    let row = try #require(page.split(separator: "\n").first { $0.hasPrefix("GJR: ") })
    #expect(row.contains("shown, not used: the likelihood is highest on a bound: "))
    #expect(row.contains("persistence at its bound of 0.9995"))
    #expect(row.contains("(no error: persistence is on its bound)"))
    #expect(contents.outlook.gjr == nil && contents.source != .gjr)
    let forecast = try #require(Self.json(contents)["forecast"]?.object)
    let gjr = try #require(forecast["gjr"]?.object)
    #expect(gjr["used"] == .bool(false))
    #expect(gjr["reason"]?.string?.contains("persistence at its bound") == true)
    #expect(gjr["betaError"] == .null)
    #expect(gjr["betaErrorReason"] == .string("no error: persistence is on its bound"))
    let used = try #require(contents.outlook.heterogeneous)
    #expect(forecast["forecastBy"] == .string("har"))
    #expect(forecast["forPolicy"]?.number == used)
  }

  /// 173 returns: fits are shown and say that a policy does not ask them; at 250 it does.
  @Test func tooFewReturnsAreShownNotUsed() throws {
    let short = try Self.contents(Self.file(Self.bars(Self.calm(174))))
    let page = Self.page(short)
    for name in ["GJR: ", "HAR of ln RV: "] {
      let row = try #require(page.split(separator: "\n").first { $0.hasPrefix(name) })
      #expect(row.hasSuffix("; shown, not used: 173 of 250 returns"), "\(row)")
    }
    #expect(page.contains("which is the weighted average: no fit is used."))
    let forecast = try #require(Self.json(short)["forecast"]?.object)
    #expect(forecast["forecastBy"] == .string("weighted"))
    #expect(forecast["forPolicy"] == forecast["weighted"])
    for name in ["gjr", "har"] {
      #expect(forecast[name]?.object?["used"] == .bool(false))
      #expect(forecast[name]?.object?["reason"] == .string("173 of 250 returns"))
    }
    let enough = try Self.contents(Self.file(Self.bars(Self.calm(251))))
    #expect(enough.heterogeneousUnused == nil)
    let har = try #require(enough.outlook.heterogeneous)
    // What is shown is what is used.
    let shown = try enough.heterogeneous.get()
    #expect(abs((shown.flooredForecast * 365).squareRoot() / har - 1) < 1e-12)
    let few = try Self.contents(Self.file(Self.bars(Self.calm(50))))
    #expect(Self.page(few).contains("HAR: RV: 49 observations; at least 60 are needed"))
  }
}
