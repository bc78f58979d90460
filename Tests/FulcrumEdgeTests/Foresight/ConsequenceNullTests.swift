import Foundation
import FulcrumPricing
import FulcrumRisk
import Testing

@testable import FulcrumWire

/// Nothing in the JSON of `consequences` is null without saying why beside it.
@Suite struct ConsequenceNullTests {
  private static func json(
    _ pool: String, _ change: (inout ConsequenceRequest) throws -> Void = { _ in },
    goOn: (Consequences.Progress) -> Bool = { _ in true }
  ) throws -> JSONObject {
    func file(_ name: String) throws -> InputBytes {
      try InputFile.read(Repository.root.appendingPathComponent(name).path)
    }
    var request = ConsequenceRequest(pool: pool)
    request.settings.paths = 512
    request.settings.step = 1.0 / 365
    try change(&request)
    let contents = try ConsequenceBuilder.contents(
      ReportInputs(book: file("Demo/book.json"), markets: [file("Demo/market.json")]), request,
      goOn: goOn)
    return try JSONObject(
      text: String(decoding: ConsequenceJSON.render(contents), as: UTF8.self))
  }

  private static func nulls(
    _ pool: String, _ change: (inout ConsequenceRequest) throws -> Void = { _ in }
  ) throws -> [String: Set<String>] {
    NullWalk.nulls(try json(pool, change))
  }

  private static let below = "no price down to a ten-thousandth of the index liquidates it"
  private static let above = "no price up to 10,000 times the index liquidates it"
  private static let nothing = "a size of 0 holds nothing"
  private static let ruin = "a path loses the pool, which is all the wealth there is; give --wealth"

  /// A long dies below alone, and a size of 0 nowhere.
  @Test func aPerpetual() throws {
    let nulls = try Self.nulls("perp-long-3x")
    #expect(nulls["liquidationAbove"] == [Self.above, Self.nothing], "\(nulls)")
    #expect(nulls["liquidationBelow"]?.contains(Self.nothing) == true)
    #expect(nulls["value"]?.contains("none of the 512 paths was liquidated") == true)
  }

  @Test func aStrangleBySobolPoints() throws {
    let nulls = try Self.nulls("weekly-strangle") {
      $0.settings.sampling = .sobol
      $0.multiples = [0.5, 1]
    }
    #expect(nulls["liquidationBelow"] == nil && nulls["liquidationAbove"] == nil, "\(nulls)")
  }

  @Test func aSpreadAndPoolsThatNoPriceLiquidates() throws {
    for pool in ["eth-call-spread", "eth-condor", "put-credit-spread", "covered-call"] {
      _ = try Self.nulls(pool)
    }
    let safe = try Self.nulls("synthetic-dollar") { $0.multiples = [1] }
    #expect(safe["liquidationBelow"] == [Self.below], "\(safe)")
    #expect(safe["value"]?.contains("none of the 512 paths was liquidated") == true)
  }

  /// Sizes beyond what equity opens are below maintenance as they stand.
  @Test func sizesThatAreLiquidableAtOnce() throws {
    let nulls = try Self.nulls("weekly-strangle") { $0.multiples = [500] }
    for name in ["liquidationBelow", "liquidationAbove"] {
      #expect(nulls[name] == ["equity is below maintenance margin already"], "\(nulls)")
    }
  }

  /// Falls of a third and more ruin these sizes on some path; nothing is held beside the pool.
  @Test func growthThatIsNotBoundedBelow() throws {
    func json(wealth: Double?) throws -> JSONObject {
      try Self.json("perp-long-3x") {
        $0.model = .kou
        $0.parameters = ["downRate": 5]
        $0.volatility = 1.5
        $0.multiples = [2, 3]
        $0.wealthUsd = wealth
      }
    }
    let ruined = try json(wealth: nil)
    let nulls = NullWalk.nulls(ruined)
    for name in ["side", "value", "standardError"] {
      #expect(nulls[name] == [Self.ruin], "\(name): \(nulls)")
    }
    let all = "with every size some path loses all the wealth there is; give --wealth"
    #expect(nulls["multiple"] == [all] && nulls["growth"] == [all])
    let growth = try #require(ruined["sizes"]?.array?.first?.object?["growth"]?.object)
    #expect(growth["reason"] == .string("ruinPossible"))
    let richer = NullWalk.nulls(try json(wealth: 500_000))
    #expect(richer["side"] == nil && richer["multiple"] == nil)
  }

  @Test func anInterruptedRun() throws {
    let json = try Self.json("perp-long-3x") {
      $0.settings.paths = 8192
    } goOn: { _ in
      false
    }
    #expect(json["whole"] == .bool(false))
    #expect(json["convergence"]?.object?["status"] == .string("not checked"))
    let nulls = NullWalk.nulls(json)
    #expect(nulls["value"]?.contains("none of the 4096 paths was liquidated") == true, "\(nulls)")
  }

  @Test(arguments: ["merton", "heston", "bates"]) func otherLaws(model: String) throws {
    let law = try #require(ConsequenceRequest.Model(rawValue: model))
    _ = try Self.nulls("weekly-strangle") { $0.model = law }
  }
}
