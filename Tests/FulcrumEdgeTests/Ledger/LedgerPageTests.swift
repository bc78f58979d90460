import FulcrumLedger
import FulcrumModel
import Testing

@testable import FulcrumWire

/// The reference pages have a row for everything that the code has, in its order.
@Suite struct LedgerPageTests {
  private func codes(_ page: String, under heading: String) throws -> [String] {
    let text = try Repository.text("docs/reference/\(page)")
    let section = try #require(text.components(separatedBy: heading).dropFirst().first)
    return section.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("| `") else { return nil }
      return line.dropFirst(3).split(separator: "`").first.map(String.init)
    }
  }

  @Test func everyKindOfEventHasARow() throws {
    #expect(
      try codes("ledger-events.md", under: "## Kinds") == FactKind.allCases.map(\.rawValue))
  }

  @Test func everyRefusalHasARowInItsOrder() throws {
    let rejections = Self.rejections.sorted { Self.place($0) < Self.place($1) }
    #expect(rejections.map(Self.place) == Array(0..<43))
    #expect(
      try codes("ledger-refusals.md", under: "| code | seen |") == rejections.map(\.code))
  }

  /// Each names what was seen, what is allowed and what to do, and no number of units where a
  /// currency is known.
  @Test func everyRefusalSaysWhatToDo() {
    for rejection in Self.rejections {
      let text = RejectionText(rejection, in: Ledger(), asset: .btc)
      #expect(!text.seen.isEmpty && !text.allowed.isEmpty && !text.fix.isEmpty)
      #expect(!text.line.contains("smallest units"), "\(text.line)")
      #expect(text.line.hasPrefix("refused (\(rejection.code)): saw "))
    }
  }

  @Test func everyRuleIsInThePage() throws {
    let page = try Repository.text("docs/reference/pool-rules.md")
    for field in LedgerRulesField.allCases { #expect(page.contains(field.rawValue)) }
    var rules = LedgerRules.standard
    for field in LedgerRulesField.allCases {
      let text = field.text(in: rules)
      #expect(throws: Never.self) { try field.set(text, in: &rules) }
    }
    #expect(rules == .standard)
  }

  private static let rejections: [Rejection] = [
    .keyReused(CommandID("k", 1)), .nameInvalid("a b"), .amountNotPositive(0),
    .amountTooLarge(2, limit: 1), .lotsZero, .lotsTooMany(2, limit: 1),
    .priceInvalid(Price(.zero)), .capInvalid(Ratio(0, 1)), .rateInvalid(Ratio(2, 1)),
    .rulesInvalid(RuleFault.ofWarning), .contractInvalid(InstrumentID("X")),
    .ownerUnknown(OwnerID(1)), .poolUnknown(PoolID(1)), .contractUnknown(ContractID(1)),
    .marketUnknown(MarketID(1)), .nameTaken("a"), .contractListed(InstrumentID("X")),
    .assetMismatch(seen: .eth, allowed: .btc),
    .timeBackwards(seen: Timestamp(milliseconds: 1), last: Timestamp(milliseconds: 2)),
    .poolClosed(PoolID(1)), .poolBankrupt(PoolID(1)), .poolLiquidating(PoolID(1)),
    .poolFrozen(PoolID(1)), .poolNotFrozen(PoolID(1)), .poolNotFlat(PoolID(1), legs: 2),
    .contractExpired(ContractID(1), at: Timestamp(milliseconds: 1)),
    .contractNotExpired(ContractID(1)), .contractDelivered(ContractID(1)),
    .notReducing(held: 1, lots: 2), .walletShort(needed: 2, held: 1),
    .beyondLossCap(asked: 2, room: 1),
    .collateralShort(needed: 2, held: 1), .marketUnknownYet,
    .marketNotAccepted(
      seen: Timestamp(milliseconds: 2), rule: "a", accepted: Timestamp(milliseconds: 1),
      acceptedRule: "b"), .marketStale(age: 2, limit: 1),
    .priceOutOfBand(off: 2, allowed: 1), .rebateTooLarge(2, limit: 1),
    .feeBeyondEquity(fee: 2, equity: 1), .outflowGated(.btc),
    .valuation(.markMissing(ContractID(1))), .initialMarginShort(required: 2, equity: 1),
    .withdrawalShort(asked: 2, free: 1), .sizeOutOfRange(ContractID(1)),
  ]

  /// The order in which the causes are declared; a new one does not build until it has its place.
  private static func place(_ rejection: Rejection) -> Int {
    switch rejection {
    case .keyReused: 0
    case .nameInvalid: 1
    case .amountNotPositive: 2
    case .amountTooLarge: 3
    case .lotsZero: 4
    case .lotsTooMany: 5
    case .priceInvalid: 6
    case .capInvalid: 7
    case .rateInvalid: 8
    case .rulesInvalid: 9
    case .contractInvalid: 10
    case .ownerUnknown: 11
    case .poolUnknown: 12
    case .contractUnknown: 13
    case .marketUnknown: 14
    case .nameTaken: 15
    case .contractListed: 16
    case .assetMismatch: 17
    case .timeBackwards: 18
    case .poolClosed: 19
    case .poolBankrupt: 20
    case .contractExpired: 21
    case .contractNotExpired: 22
    case .contractDelivered: 23
    case .notReducing: 24
    case .poolLiquidating: 25
    case .poolFrozen: 26
    case .poolNotFrozen: 27
    case .poolNotFlat: 28
    case .sizeOutOfRange: 29
    case .walletShort: 30
    case .beyondLossCap: 31
    case .rebateTooLarge: 32
    case .collateralShort: 33
    case .outflowGated: 34
    case .marketUnknownYet: 35
    case .marketNotAccepted: 36
    case .marketStale: 37
    case .valuation: 38
    case .priceOutOfBand: 39
    case .feeBeyondEquity: 40
    case .initialMarginShort: 41
    case .withdrawalShort: 42
    }
  }
}

extension RuleFault {
  fileprivate static var ofWarning: RuleFault {
    var rules = LedgerRules.standard
    rules.warning = Ratio(1, 2)
    guard let fault = rules.fault else { preconditionFailure("a warning of 1/2 was accepted") }
    return fault
  }
}
