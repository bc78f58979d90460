import Foundation
import FulcrumModel
import FulcrumPricing
import FulcrumRisk
import Testing

@testable import FulcrumWire

/// Nothing in the JSON of `target` is null without saying why beside it.
@Suite struct TargetNullTests {
  typealias C = RegimeContentsTests

  private static func demo(_ name: String) throws -> InputBytes {
    try InputFile.read(Repository.root.appendingPathComponent(name).path)
  }

  /// 2026-11-20, midnight: eight hours before the demo's market.
  private static let end: Int64 = 1_795_132_800_000

  /// Daily bars that end on the day of the market, at a price near its index.
  private static func prices(
    _ returns: [Double], length: Int64 = PriceSeries.day, closesAlone: Bool = false
  ) -> InputBytes {
    let bars = C.bars(returns, length: length)
    let factor = 92_000 / (bars.last?.last ?? 1)
    let shift = Double(end - C.start - Int64(bars.count) * length)
    let moved = bars.map { bar in [bar[0] + shift] + bar.dropFirst().map { $0 * factor } }
    return closesAlone
      ? C.file(moved.map { [$0[0], $0[4]] }, "timestamp,close") : C.file(moved)
  }

  /// A pool of an option that the market does not know.
  private static let unquoted = """
    {"id": "unquoted", "currency": "BTC", "collateral": {"cash": "1"},
     "legs": [{"instrument": "BTC-25JUN27-90000-C", "size": "1", "entry": "0.1"}]}
    """

  private static func nulls(
    _ prices: InputBytes, dvol: InputBytes? = nil, policy: String = PolicyTemplate.text,
    account: Bool = true
  ) throws -> [String: Set<String>] {
    let book = String(decoding: try demo("Demo/book.json").bytes, as: UTF8.self)
    let whole = book.replacing("\"pools\": [", with: "\"pools\": [\(unquoted),")
    var inputs = TargetInputs(
      book: ReportInputs(
        book: PriceDocumentTests.bytes(whole, "book.json"),
        markets: [try demo("Demo/market.json")],
        collateral: account ? .file(try demo("Demo/account.json")) : nil),
      prices: prices, policy: PriceDocumentTests.bytes(policy, "policy.yaml"))
    inputs.coin = "BTC"
    inputs.dvol = dvol
    let contents = try TargetBuilder.contents(inputs, settings: ReportSettings())
    return try NullWalk.nulls(TargetJSON.render(contents))
  }

  private static let noIndex = "give an index with --dvol"

  /// The whole demo: pools steered by leverage and by money, and those that cannot be.
  @Test func aBookOfEveryKind() throws {
    let nulls = try Self.nulls(Self.demo("Examples/11-regime-and-target/prices.csv"))
    #expect(nulls["implied"] == [Self.noIndex])
    #expect(nulls["gjr"] == nil && nulls["har"] == nil)
    let reasons = try #require(nulls["method"])
    for reason in [
      "the prices are of BTC", "the pool's collateral is unknown; give it",
      "a leg has no value: see the report",
    ] { #expect(reasons.contains(reason), "\(reasons)") }
    #expect(Set(nulls.keys) == ["implied", "method"], "\(nulls)")
  }

  @Test func moneyAtRiskWithoutABudgetOrAnAccount() throws {
    let prices = try Self.demo("Examples/11-regime-and-target/prices.csv")
    let poor = try Self.nulls(prices, account: false)
    let needs = "steered by money at risk, which needs the account's equity; give it"
    #expect(poor["method"]?.contains(needs) == true, "\(poor)")
    let none = try Self.nulls(
      prices, policy: PolicyTemplate.text.replacing("risk-budget: 2%", with: "risk-budget: none"))
    #expect(
      none["method"]?.contains(
        "its leverage does not change with size, and the policy has no risk-budget") == true,
      "\(none)")
  }

  @Test func anIndexThatReachesTheEndAndOneThatDoesNot() throws {
    let prices = Self.prices(C.calm(300))
    func index(_ days: Range<Int64>) -> InputBytes {
      C.file(days.map { [Double(Self.end - $0 * PriceSeries.day), 61] }.reversed(), "date,close")
    }
    #expect(try Self.nulls(prices, dvol: index(1..<60))["implied"] == nil)
    #expect(
      try Self.nulls(prices, dvol: index(20..<60))["implied"] == [
        "the index has no value within a week before 2026-11-20T00:00:00Z"
      ])
  }

  @Test func shortHistories() throws {
    let few = try Self.nulls(Self.prices(C.calm(101)))
    #expect(few["gjr"] == ["100 of 250 returns"] && few["har"] == ["100 of 250 returns"])
    let fewer = try Self.nulls(Self.prices(C.calm(21)))
    #expect(
      fewer["method"]?.contains {
        $0.hasPrefix("needs 30 steps of prices") && $0.contains("the file has 20 that closed")
      } == true, "\(fewer)")
  }

  @Test func fitsThatDoNotStand() throws {
    let closes = try Self.nulls(Self.prices(C.calm(300), closesAlone: true))
    #expect(
      closes["har"] == ["no range in these bars; the variance of a day needs its high and low"])
    var draw = C.Draw(state: 5)
    var returns = (0..<301).map { $0 == 0 ? 0 : 3 * draw.normal() }
    returns[151] = 100 * log(20)
    let bound = try Self.nulls(Self.prices(returns))
    let said = "persistence at its bound of 0.9995"
    #expect(bound["gjr"]?.contains { $0.contains(said) } == true, "\(bound)")
    let hours = try Self.nulls(
      Self.prices(C.calm(300), length: 3_600_000),
      policy: PolicyTemplate.text.replacing("step: 1d", with: "step: 1h"))
    #expect(hours["har"] == ["needs steps of a day"], "\(hours)")
  }
}
