import FulcrumModel

extension VenueRules {
  static let centralised: [VenueRuleEntry] = [
    deribitStandard, deribitPortfolio, okxOption, bybitOption, bybitFuture, binanceFuture,
    binanceOption, deribitStandard2022,
  ]

  private static let deribitStandard = VenueRuleEntry(
    "deribit-standard", "Deribit, segregated standard margin"
  ) { (question) throws(VenueRuleError) in
    try deribitStandard("deribit-standard", question)
  }

  private static let deribitStandard2022 = VenueRuleEntry(
    "deribit-standard-2022", "the same with the futures rates of 2022 to August 2026",
    isSuperseded: true
  ) { (question) throws(VenueRuleError) in
    guard let day = CalendarDay(year: 2022, month: 1, day: 11) else {
      preconditionFailure("11 January 2022 exists")
    }
    return try deribitStandard(
      "deribit-standard-2022",
      VenueQuestion(coins: question.coins, currency: question.currency, day: day))
  }

  private static func deribitStandard(
    _ name: String, _ question: VenueQuestion
  ) throws(VenueRuleError) -> any VenueRule {
    let sets = try question.sets(DeribitStandardTerms.known, of: "standard margin")
    return DeribitStandard(
      ruleSet: VenueRuleSet(name, of: sets.map(\.date)), terms: PerUnderlying(sets.map(\.value)))
  }

  private static let deribitPortfolio = VenueRuleEntry(
    "deribit-portfolio", "Deribit, segregated portfolio margin"
  ) { (question) throws(VenueRuleError) in
    let sets = try question.sets(DeribitPortfolioParameters.known, of: "portfolio margin")
    return DeribitPortfolio(
      ruleSet: VenueRuleSet("deribit-portfolio", of: sets.map(\.date)),
      parameters: PerUnderlying(sets.map(\.value)))
  }

  private static let okxOption = VenueRuleEntry(
    "okx-options", "OKX, options outside portfolio mode"
  ) { (question) throws(VenueRuleError) in
    let sets = try question.sets(OKXOptionTerms.known, of: "option margin")
    return OKXOption(
      ruleSet: VenueRuleSet("okx-options", of: sets.map(\.date)),
      terms: PerUnderlying(sets.map(\.value)))
  }

  private static let bybitOption = VenueRuleEntry(
    "bybit-options", "Bybit, cross-margin options in USDC"
  ) { (question) throws(VenueRuleError) in
    let sets = try question.sets(BybitOptionTerms.known, of: "option margin")
    return BybitOption(
      ruleSet: VenueRuleSet("bybit-options", of: sets.map(\.date)),
      terms: PerUnderlying(sets.map(\.value)))
  }

  private static let bybitFuture = VenueRuleEntry(
    "bybit-futures", "Bybit, one isolated future"
  ) { (question) throws(VenueRuleError) in
    let sets = try question.sets(BybitFutureTerms.known, of: "futures tiers")
    return BybitFuture(
      ruleSet: VenueRuleSet("bybit-futures", of: sets.map(\.date)),
      terms: PerUnderlying(sets.map(\.value)),
      inverseFollowsMark: !(question.day < BybitFutureTerms.inverseFollowsMarkFrom))
  }

  private static let binanceFuture = VenueRuleEntry(
    "binance-futures", "Binance, futures in USDT by brackets"
  ) { (question) throws(VenueRuleError) in
    guard question.currency == .usd else {
      throw .notKnown(what: "brackets of coin-margined contracts", upTo: "contracts in USDT")
    }
    let sets = try question.sets(BinanceBrackets.known, of: "brackets")
    var brackets: [BinanceBrackets] = []
    for set in sets { brackets.append(try BinanceBrackets(set.value)) }
    return BinanceFuture(
      ruleSet: VenueRuleSet("binance-futures", of: sets.map(\.date)),
      brackets: PerUnderlying(brackets))
  }

  private static let binanceOption = VenueRuleEntry(
    "binance-options", "Binance, European options in USDT (inferred)"
  ) { (question) throws(VenueRuleError) in
    let sets = try question.sets(BinanceOptionTerms.known, of: "option margin")
    return BinanceOption(
      ruleSet: VenueRuleSet("binance-options", of: sets.map(\.date)),
      terms: PerUnderlying(sets.map(\.value)))
  }
}
