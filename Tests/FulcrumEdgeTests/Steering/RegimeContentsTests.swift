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
    _ prices: InputBytes, dvol: InputBytes? = nil, markets: [InputBytes] = [], coin: String? = nil,
    step: Int64? = nil
  ) throws -> RegimeContents {
    try RegimeBuilder.contents(
      RegimeInputs(prices: prices, dvol: dvol, markets: markets, coin: coin),
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
    #expect(contents.outlook.gjr == nil && contents.outlook.source != .gjr)
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
    for name in ["GJR: ", "HAR of ln RV, daily ranges: "] {
      let row = try #require(page.split(separator: "\n").first { $0.hasPrefix(name) })
      #expect(row.contains("; shown, not used: 173 of 250 returns"), "\(row)")
    }
    #expect(page.contains("which is the weighted average: no fit is used."))
    let forecast = try #require(Self.json(short)["forecast"]?.object)
    #expect(forecast["forecastBy"] == .string("weighted"))
    #expect(forecast["forPolicy"] == forecast["weighted"])
    for name in ["gjr", "har"] {
      #expect(forecast[name]?.object?["used"] == .bool(false))
      #expect(forecast[name]?.object?["reason"]?.string?.hasPrefix("173 of 250 returns") == true)
    }
    let enough = try Self.contents(Self.file(Self.bars(Self.calm(251))))
    #expect(enough.heterogeneousUnused == nil)
    let har = try #require(enough.outlook.heterogeneous)
    // What is shown is what is used.
    let shown = try enough.heterogeneous.get()
    #expect(abs((shown.flooredForecast * 365).squareRoot() / har - 1) < 1e-12)
    let few = try Self.contents(Self.file(Self.bars(Self.calm(50))))
    #expect(Self.page(few).contains("HAR: RV: 50 observations; at least 60 are needed"))
  }

  /// One price a bar: no range estimator, no HAR, and both say so.
  @Test func closesAloneHaveNoRange() throws {
    let closes = Self.bars(Self.calm(300)).map { [$0[0], $0[4]] }
    let contents = try Self.contents(Self.file(closes, "timestamp,close"))
    let page = Self.page(contents)
    #expect(page.contains("no range in these bars; one price a bar has no high and low."))
    #expect(
      page.contains("HAR: no range in these bars; the variance of a day needs its high and low"))
    let json = try Self.json(contents)
    for span in try #require(json["realised"]?.array).compactMap(\.object) {
      for key in ["parkinson", "garmanKlass", "rogersSatchell", "yangZhang"] {
        #expect(span[key] == .null, "\(key)")
      }
      #expect(span["yangZhangReason"] == .string("no range in these bars"))
      #expect((span["closeClose"]?.number ?? 0) > 0.3)
    }
    #expect(
      json["forecast"]?.object?["har"]?.object?["reason"]?.string?.hasPrefix("no range") == true)
  }

  /// One flat day of 300 is named; HAR stands.
  @Test func aFlatDayIsNamed() throws {
    var bars = Self.bars(Self.calm(300))
    bars[200] = [bars[200][0]] + [Double](repeating: bars[199][4], count: 4)
    bars[201][1] = bars[199][4]
    bars[201][2] = 1.2 * max(bars[201][1], bars[201][4])
    bars[201][3] = 0.8 * min(bars[201][1], bars[201][4])
    let contents = try Self.contents(Self.file(bars))
    #expect(contents.isWhole && contents.outlook.heterogeneous != nil)
    let day = Timestamp(milliseconds: Int64(bars[200][0]))
    let issue = try #require(contents.issues.first)
    #expect(issue.severity == .warning && issue.seen == "no range in the bar of \(day)")
  }

  /// 150 days of hours and 16 hours more: the bars end at 16:00, the regime at midnight, and both are said.
  @Test func hoursAfterTheLastWholeDayAreSaid() throws {
    let hour: Int64 = 3_600_000
    let contents = try Self.contents(
      Self.file(Self.bars(Self.calm(150 * 24 + 16).map { $0 / 5 }, length: hour)))
    let midnight = Timestamp(milliseconds: Self.start + 150 * PriceSeries.day)
    #expect(contents.outlook.asOf == midnight)
    let end = midnight.adding(milliseconds: 16 * hour)
    let json = try Self.json(contents)
    #expect(json["barsTo"] == .string(end.description))
    #expect(json["asOf"] == .string(midnight.description))
    let page = Self.page(contents)
    #expect(page.contains("bars of 1 h, to \(end)") && page.contains("of 1 d, to \(midnight)"))
    #expect(page.contains("are not a whole step yet"))
  }

  /// A step must hold whole bars: 90 minutes, 7 minutes or nothing of hours do not.
  @Test(arguments: [Int64(0), 420_000, 5_400_000]) func aStepHoldsWholeBars(step: Int64) throws {
    let prices = Self.file(Self.bars(Self.calm(200), length: 3_600_000))
    let refusal = try #require(throws: ReportRefusal.self) {
      try Self.contents(prices, step: step)
    }
    #expect("\(refusal.issues)".contains("allowed is a multiple of a bar"))
    #expect(try Self.contents(prices, step: 7_200_000).step == 7_200_000)
  }

  /// An index in ratios is no index in points; the same times a hundred is.
  @Test func anIndexInRatiosIsRefused() throws {
    let prices = Self.file(Self.bars(Self.calm(300)))
    let ratios = (0..<300).map { [Double(Self.start + Int64($0) * PriceSeries.day), 0.65] }
    let refusal = try #require(throws: ReportRefusal.self) {
      try Self.contents(prices, dvol: Self.file(ratios, "date,close"))
    }
    #expect("\(refusal.issues)".contains("65 for 65 %"))
    let points = ratios.map { [$0[0], 100 * $0[1]] }
    let contents = try Self.contents(prices, dvol: Self.file(points, "date,close"))
    #expect(try contents.implied.get().volatility == 0.65)
    #expect(try contents.implied.get().source == .dvol)
  }

  /// Prices that end at `end`: a chain of the same week gives the premium, one of another season a reason.
  @Test func aChainOfTheWeekGivesThePremium() throws {
    let chain = try InputFile.read(Repository.root.appendingPathComponent("Demo/market.json").path)
    let market = try #require(MarketDocument.parse(chain, asOf: nil).value)
    func prices(ending end: Timestamp) -> InputBytes {
      let bars = Self.bars(Self.calm(300))
      let shift = Double(end.milliseconds - Self.start - 300 * PriceSeries.day)
      return Self.file(bars.map { [$0[0] + shift] + $0.dropFirst() })
    }
    let near = try Self.contents(prices(ending: market.asOf), markets: [chain], coin: "BTC")
    let now = try near.implied.get()
    #expect(now.source == .chain && now.at == market.asOf)
    let index = try #require(near.chain.first { "\($0.coin)" == "BTC" }?.index)
    #expect(now.volatility == (index.withWings ?? index.quotesAlone) / 100)
    let forecast = try #require(Self.json(near)["forecast"]?.object)
    let (iv, rv) = (now.volatility, near.outlook.forecast)
    #expect(abs((forecast["variancePremium"]?.number ?? 9) - (iv * iv - rv * rv)) < 1e-12)
    #expect(abs((forecast["impliedOverForecast"]?.number ?? 9) - iv / rv) < 1e-12)
    #expect(forecast["impliedAt"] == .string(market.asOf.description))
    #expect(Self.page(near).contains("chain at \(market.asOf)"))
    // The chain is no part of the score, of which only one day would have one.
    #expect(near.outlook.implied == nil)
    let far = try Self.contents(
      prices(ending: market.asOf.adding(milliseconds: -90 * PriceSeries.day)), markets: [chain],
      coin: "BTC")
    let reason = "the chain is of \(market.asOf), 90 d after the prices end"
    #expect(Self.page(far).contains("Implied: none; \(reason)"))
    let none = try #require(Self.json(far)["forecast"]?.object)
    #expect(none["variancePremium"] == .null && none["impliedReason"] == .string(reason))
    #expect(far.issues.contains { $0.severity == .warning && $0.seen == reason })
  }

  /// BTC on 5 February 2026, when the price had fallen by a seventh. Expected: the venue's marks alone, and
  /// a flat volatility beyond them (numpy, scipy's quadrature); the free wings of the fitted smiles gave 92.5
  /// for February and 93.4 for December.
  @Test(.enabled(if: SharedData.isPresent, "no shared data folder"))
  func wingsOfARecordedChainStayNearItsMarks() throws {
    let chain = try InputFile.read(
      SharedData.path("chains/deribit_btc_eth_book_20260205T155132Z.csv.gz"))
    var issues: [FulcrumWire.Issue] = []
    let (_, coins) = RegimeBuilder.chain([chain], &issues)
    let btc = try #require(coins.first { "\($0.coin)" == "BTC" })
    for (day, alone, flat) in [
      ("2026-02-13", 87.2, 89.7), ("2026-02-20", 75.0, 78.0), ("2026-02-27", 77.7, 78.8),
      ("2026-03-27", 73.5, 73.8), ("2026-06-26", 63.7, 64.1), ("2026-09-25", 57.7, 58.8),
      ("2026-12-25", 53.9, 56.2),
    ] {
      let expiry = try #require(btc.expiries.first { "\(CalendarDay($0.expiry))" == day })
      let index = try #require(expiry.strip.get().index)
      let whole = expiry.wholeIndex
      print("wings \(day): alone \(index) (\(alone)), whole \(whole ?? .nan) (flat \(flat))")
      #expect(abs(index - alone) < 0.1, "\(day)")
      guard let whole else { continue }
      #expect(whole >= index && whole < 1.06 * flat, "\(day)")
    }
    var total = 0.0
    for expiry in btc.expiries where expiry.settlement == .inverse {
      guard let whole = expiry.whole else { continue }
      #expect(whole * expiry.years >= total, "\(expiry.expiry)")
      total = whole * expiry.years
    }
  }

  /// With a policy's thresholds `regime` and `target` see one regime, and another than the default's.
  @Test func aPolicyDecidesTheRegimeAsInTarget() throws {
    let text = """
      version: 1
      regime:
        enter: [0.1, 0.2]
        leave: [0.05, 0.15]
      volatility:
        window: 400d
        horizon: 10d
      defaults:
        budgets:
          volatility-target: 60%
      """
    let policy = FileManager.default.temporaryDirectory
      .appendingPathComponent("policy-\(ProcessInfo.processInfo.globallyUniqueString).yaml")
    try Data(text.utf8).write(to: policy)
    defer { try? FileManager.default.removeItem(at: policy) }
    let prices = "Examples/11-regime-and-target/prices.csv"
    let arguments = ["regime", "--prices", prices, "--format", "json"]
    let own = try JSONObject(text: Program.run(arguments).output)
    let run = try Program.run(arguments + ["--policy", policy.path])
    let json = try JSONObject(text: run.output)
    let regime = try #require(json["regime"]?.object)
    // A volatility over its own median is far above 0.2, whatever the prices.
    #expect(regime["level"] == .string("stressed"))
    #expect(own["regime"]?.object?["level"] != regime["level"])
    #expect(regime["enterUp"]?.array?.compactMap(\.number) == [0.1, 0.2])
    #expect(json["windowSteps"]?.number == 400)
    let roles = json["inputs"]?.array?.compactMap { $0.object?["role"]?.string }
    #expect(roles == ["prices", "policy"])
    let target = try JSONObject(
      text: Program.run(
        ["target"] + ReportProgram.demo + [
          "--collateral", "Demo/account.json", "--prices", prices, "--coin", "BTC", "--policy",
          policy.path, "--format", "json",
        ]
      ).output)
    #expect(target["regime"] == regime["level"])
    let both = try Program.run(arguments + ["--policy", policy.path, "--window", "30"])
    #expect(both.status != 0 && both.errors.contains("leave these out"))
  }
}
