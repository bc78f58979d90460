import FulcrumModel
import Testing

/// Each case was written by hand from the definition of the structure in any options textbook:
/// signs and strikes are those of the definition, not of the code.
struct RecognitionCase: Sendable, CustomTestStringConvertible {
  let name: String
  /// `+1 C50000 0927` : sign and size, right and strike, month and day of 2024. `F` is the
  /// perpetual, `F0927` a dated future.
  let legs: [String]
  /// Structure and the places of its legs in `legs`.
  let expected: [String: [Int]]

  var testDescription: String { name }

  static let all: [RecognitionCase] = [
    .init("bull call spread", ["+1 C50 0927", "-1 C60 0927"], ["debit vertical": [0, 1]]),
    .init("bear call spread", ["-1 C50 0927", "+1 C60 0927"], ["credit vertical": [0, 1]]),
    .init("bear put spread", ["-1 P50 0927", "+1 P60 0927"], ["debit vertical": [0, 1]]),
    .init("bull put spread", ["+1 P50 0927", "-1 P60 0927"], ["credit vertical": [0, 1]]),
    .init("long straddle", ["+2 C50 0927", "+2 P50 0927"], ["straddle": [0, 1]]),
    .init("short straddle", ["-1 C50 0927", "-1 P50 0927"], ["straddle": [0, 1]]),
    .init("short strangle", ["-1 C60 0927", "-1 P40 0927"], ["strangle": [0, 1]]),
    .init("guts are no strangle", ["-1 C40 0927", "-1 P60 0927"], [:]),
    .init(
      "call butterfly", ["+1 C50 0927", "-2 C60 0927", "+1 C70 0927"], ["butterfly": [0, 1, 2]]),
    .init(
      "broken wing", ["+1 P40 0927", "-2 P60 0927", "+1 P70 0927"],
      ["broken-wing butterfly": [0, 1, 2]]),
    .init(
      "iron condor", ["+1 P40 0927", "-1 P50 0927", "-1 C60 0927", "+1 C70 0927"],
      ["iron condor": [0, 1, 2, 3]]),
    .init(
      "reverse iron condor", ["-1 P40 0927", "+1 P50 0927", "+1 C60 0927", "-1 C70 0927"],
      ["iron condor": [0, 1, 2, 3]]),
    .init(
      "iron butterfly", ["+1 P40 0927", "-1 P50 0927", "-1 C50 0927", "+1 C60 0927"],
      ["iron butterfly": [0, 1, 2, 3]]),
    .init(
      "call condor", ["+1 C40 0927", "-1 C50 0927", "-1 C60 0927", "+1 C70 0927"],
      ["condor": [0, 1, 2, 3]]),
    .init(
      "box", ["+1 C50 0927", "-1 P50 0927", "-1 C60 0927", "+1 P60 0927"], ["box": [0, 1, 2, 3]]),
    .init("calendar", ["-1 C50 0927", "+1 C50 1227"], ["calendar spread": [0, 1]]),
    .init("diagonal", ["-1 C60 0927", "+1 C50 1227"], ["diagonal spread": [0, 1]]),
    .init("risk reversal", ["-1 P40 0927", "+1 C60 0927"], ["risk reversal": [0, 1]]),
    .init("synthetic", ["+1 C50 0927", "-1 P50 0927"], ["synthetic future": [0, 1]]),
    .init("ratio", ["+1 C50 0927", "-2 C60 0927"], ["ratio spread": [0, 1]]),
    .init("backspread", ["-1 C50 0927", "+2 C60 0927"], ["backspread": [0, 1]]),
    .init("3:2 put ratio", ["+2 P50 0927", "-3 P40 0927"], ["ratio spread": [0, 1]]),
    .init("no 5:1 ratio", ["+1 C50 0927", "-5 C60 0927"], [:]),
    .init("covered call", ["+1 F", "-1 C60 0927"], ["covered call": [0, 1]]),
    .init("covered put", ["-1 F", "-1 P40 0927"], ["covered put": [0, 1]]),
    .init("protective put", ["+1 F1227", "+1 P40 0927"], ["protective put": [0, 1]]),
    .init("protective call", ["-1 F", "+1 C60 0927"], ["protective call": [0, 1]]),
    .init("a future that ends first covers nothing", ["+1 F0830", "-1 C60 0927"], [:]),
    .init("collar", ["+1 F", "+1 P40 0927", "-1 C60 0927"], ["collar": [0, 1, 2]]),
    .init("conversion", ["+1 F", "+1 P50 0927", "-1 C50 0927"], ["conversion": [0, 1, 2]]),
    .init("reversal", ["-1 F0927", "-1 P50 0927", "+1 C50 0927"], ["reversal": [0, 1, 2]]),
    .init("two short puts are nothing", ["-1 P40 0927", "-1 P50 0927"], [:]),
    .init("sizes that differ are no vertical", ["+1 C50 0927", "-7 C60 0927"], [:]),
    .init("one leg is nothing", ["-1 P40 0927"], [:]),
    .init(
      "largest first: the fifth leg stays alone",
      ["+1 P40 0927", "-1 P50 0927", "-1 C60 0927", "+1 C70 0927", "-1 C65 0927"],
      ["iron condor": [0, 1, 2, 3]]),
    .init(
      "nearest strikes first", ["-1 P50 0927", "+1 P45 0927", "+1 P30 0927"],
      ["credit vertical": [0, 1]]),
    .init(
      "expiries keep apart",
      ["-1 P50 0927", "+1 P45 0927", "-1 C60 1227", "+1 C70 1227"],
      ["credit vertical": [0, 1], "credit vertical ": [2, 3]]),
    .init(
      "even wings beat near wings",
      ["-1 P50 0927", "-1 C50 0927", "+1 P45 0927", "+1 P40 0927", "+1 C60 0927"],
      ["iron butterfly": [0, 1, 3, 4]]),
  ]

  init(_ name: String, _ legs: [String], _ expected: [String: [Int]]) {
    self.name = name
    self.legs = legs
    self.expected = expected
  }
}

@Suite struct StrategyRecognitionTests {
  @Test(arguments: RecognitionCase.all)
  func findsWhatTheDefinitionSays(_ row: RecognitionCase) throws {
    let pools = try row.legs.enumerated().map { try pool("leg\($0)", [$1]) }
    let offers = StrategyRecognition.offers(in: pools)
    let found = Set(offers.map { "\($0.structure.rawValue) \($0.pools.sorted())" })
    let expected = Set(
      row.expected.map { name, places in
        let plain = name.last == " " ? String(name.dropLast()) : name
        return "\(plain) \(places.map { "leg\($0)" }.sorted())"
      })
    #expect(found == expected)
    #expect(offers.count == expected.count)
  }

  @Test(arguments: RecognitionCase.all)
  func orderOfThePoolsDoesNotMatter(_ row: RecognitionCase) throws {
    let pools = try row.legs.enumerated().map { try pool("leg\($0)", [$1]) }
    #expect(
      StrategyRecognition.offers(in: pools.reversed()) == StrategyRecognition.offers(in: pools))
  }

  @Test func everyStructureHasACase() {
    let named = Set(RecognitionCase.all.flatMap { $0.expected.keys.map { $0 } })
    for structure in SpreadStructure.allCases {
      #expect(named.contains(structure.rawValue), "no case for \(structure)")
    }
  }

  @Test func poolsOfSeveralLegsAreLeftAlone() throws {
    let held = try pool("mine", ["+1 C50 0927", "-1 C60 0927"])
    let other = try pool("loose", ["-1 C70 0927"])
    #expect(StrategyRecognition.offers(in: [held, other]).isEmpty)
  }

  @Test func coinAndDollarSettledLegsAreNotCombined() throws {
    let coin = try pool("a", ["-1 C60 0927"])
    let dollar = IsolatedPool(
      id: "b", strategy: nil, currency: .usdc, collateral: .unknown,
      positions: [try TestLeg("+1 C50 0927", settlement: .linear).position])
    #expect(StrategyRecognition.offers(in: [coin, dollar]).isEmpty)
  }

  @Test func suggestedPoolNamesAreFreeAndSpeak() throws {
    let pools = [
      try pool("btc-2024-09-27-straddle", ["+1 C50 0927"]), try pool("b", ["+1 P50 0927"]),
    ]
    let offer = try #require(StrategyRecognition.offers(in: pools).first)
    #expect(offer.suggestedPool == "btc-2024-09-27-straddle-2")
    #expect(
      offer.why == "+1 C50 0927, +1 P50 0927: call and put of one strike on the same side")
  }

  @Test func inverseFuturesCoverWithinTwoPercent() throws {
    // 10 USD a contract: 6,000 contracts at 60,000 are exactly one coin.
    for (contracts, isCovered) in [(6000, true), (6100, true), (5890, true), (6200, false)] {
      let perpetual = Instrument(
        id: InstrumentID("BTC-PERPETUAL"), kind: .perpetual, settlement: .inverse, base: .btc,
        quote: .usd, contract: .usdFace(ExactDecimal(10)), lot: ExactDecimal(1))
      let future = IsolatedPool(
        id: "f", strategy: nil, currency: .btc, collateral: .unknown,
        positions: [
          Position(
            instrument: perpetual, size: SignedLots(Int64(contracts)), entry: Price("60000"))
        ])
      let offers = StrategyRecognition.offers(in: [future, try pool("c", ["-1 C60 0927"])])
      #expect(offers.map(\.structure) == (isCovered ? [.coveredCall] : []))
    }
  }

  @Test func wholeSetsAreNamed() throws {
    let condor = try pool("p", ["+1 P40 0927", "-1 P50 0927", "-1 C60 0927", "+1 C70 0927"])
    #expect(StrategyRecognition.structure(of: condor.positions) == .ironCondor)
    let three = try pool("q", ["+1 P40 0927", "-1 P50 0927", "-1 C60 0927"])
    #expect(StrategyRecognition.structure(of: three.positions) == nil)
  }

  private func pool(_ id: String, _ legs: [String]) throws -> IsolatedPool {
    IsolatedPool(
      id: id, strategy: nil, currency: .btc, collateral: .unknown,
      positions: try legs.map { try TestLeg($0, settlement: .inverse).position })
  }
}

/// A leg from its short text: strikes in thousands, days of 2024, coins of BTC.
private struct TestLeg {
  let position: Position

  init(_ text: String, settlement: Settlement) throws {
    let words = text.split(separator: " ")
    let size = try #require(Int64(words[0]))
    let name = words[1]
    let kind: Instrument.Kind
    switch name.first {
    case "F" where name.count == 1: kind = .perpetual
    case "F": kind = .future(expiry: try Self.day(name.dropFirst()))
    default:
      let strike = try #require(ExactDecimal(name.dropFirst())).multiplied(by: ExactDecimal(1000))
      kind = .option(
        name.first == "C" ? .call : .put, strike: Price(try #require(strike)),
        expiry: try Self.day(words[2]))
    }
    let instrument = Instrument(
      id: InstrumentID(words.dropFirst().joined(separator: " ")), kind: kind,
      settlement: settlement, base: .btc, quote: settlement == .linear ? .usdc : .usd,
      contract: .coins(ExactDecimal(1)), lot: ExactDecimal(1))
    position = Position(instrument: instrument, size: SignedLots(size), entry: nil)
  }

  static func day(_ text: Substring) throws -> Timestamp {
    let month = try #require(Int(text.prefix(2)))
    let day = try #require(Int(text.suffix(2)))
    return try #require(CalendarDay(year: 2024, month: month, day: day)).at(hour: 8)
  }
}
