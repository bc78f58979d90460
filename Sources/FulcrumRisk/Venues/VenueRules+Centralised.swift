import FulcrumModel

extension VenueRules {
  static func centralised(_ known: VenueParameters) -> [VenueRuleEntry] {
    [
      deribitStandard(known), deribitPortfolio(known), okxOption(known), bybitOption(known),
      bybitFuture(known), binanceFuture(known), binanceOption(known), deribitStandard2022(known),
    ]
  }

  private static func deribitStandard(_ known: VenueParameters) -> VenueRuleEntry {
    VenueRuleEntry(
      "deribit-standard", "Deribit, segregated standard margin"
    ) { (question) throws(VenueRuleError) in
      try deribitStandard("deribit-standard", question, known)
    }
  }

  private static func deribitStandard2022(_ known: VenueParameters) -> VenueRuleEntry {
    VenueRuleEntry(
      "deribit-standard-2022", "the same with the futures rates of 2022 to August 2026",
      isSuperseded: true
    ) { (question) throws(VenueRuleError) in
      guard let day = CalendarDay(year: 2022, month: 1, day: 11) else {
        preconditionFailure("11 January 2022 exists")
      }
      // An earlier day than theirs stays what it is, and is answered as outdated.
      return try deribitStandard(
        "deribit-standard-2022",
        VenueQuestion(
          coins: question.coins, currency: question.currency, day: min(day, question.day)), known)
    }
  }

  private static func deribitStandard(
    _ name: String, _ question: VenueQuestion, _ known: VenueParameters
  ) throws(VenueRuleError) -> any VenueRule {
    let sets = try question.sets(known.deribitStandard, of: "standard margin")
    return DeribitStandard(
      ruleSet: VenueRuleSet(name, of: sets.map(\.date)), terms: PerUnderlying(sets.map(\.value)))
  }

  private static func deribitPortfolio(_ known: VenueParameters) -> VenueRuleEntry {
    VenueRuleEntry(
      "deribit-portfolio", "Deribit, segregated portfolio margin"
    ) { (question) throws(VenueRuleError) in
      let sets = try question.sets(known.deribitPortfolio, of: "portfolio margin")
      return DeribitPortfolio(
        ruleSet: VenueRuleSet("deribit-portfolio", of: sets.map(\.date)),
        parameters: PerUnderlying(sets.map(\.value)))
    }
  }

  private static func okxOption(_ known: VenueParameters) -> VenueRuleEntry {
    VenueRuleEntry(
      "okx-options", "OKX, options outside portfolio mode"
    ) { (question) throws(VenueRuleError) in
      let sets = try question.sets(known.okxOptions, of: "option margin")
      return OKXOption(
        ruleSet: VenueRuleSet("okx-options", of: sets.map(\.date)),
        terms: PerUnderlying(sets.map(\.value)))
    }
  }

  private static func bybitOption(_ known: VenueParameters) -> VenueRuleEntry {
    VenueRuleEntry(
      "bybit-options", "Bybit, cross-margin options in USDC"
    ) { (question) throws(VenueRuleError) in
      let sets = try question.sets(known.bybitOptions, of: "option margin")
      return BybitOption(
        ruleSet: VenueRuleSet("bybit-options", of: sets.map(\.date)),
        terms: PerUnderlying(sets.map(\.value)))
    }
  }

  private static func bybitFuture(_ known: VenueParameters) -> VenueRuleEntry {
    VenueRuleEntry(
      "bybit-futures", "Bybit, one isolated future"
    ) { (question) throws(VenueRuleError) in
      let sets = try question.sets(known.bybitFutures, of: "futures tiers")
      return BybitFuture(
        ruleSet: VenueRuleSet("bybit-futures", of: sets.map(\.date)),
        terms: PerUnderlying(sets.map(\.value)),
        inverseFollowsMark: !(question.day < BybitFutureTerms.inverseFollowsMarkFrom))
    }
  }

  private static func binanceFuture(_ known: VenueParameters) -> VenueRuleEntry {
    VenueRuleEntry(
      "binance-futures", "Binance, futures in USDT by brackets"
    ) { (question) throws(VenueRuleError) in
      guard question.currency == .usd else {
        throw .notKnown(what: "brackets of coin-margined contracts", upTo: "contracts in USDT")
      }
      let sets = try question.sets(known.binanceFutures, of: "brackets")
      var brackets: [BinanceBrackets] = []
      for set in sets { brackets.append(try BinanceBrackets(set.value)) }
      return BinanceFuture(
        ruleSet: VenueRuleSet("binance-futures", of: sets.map(\.date)),
        brackets: PerUnderlying(brackets))
    }
  }

  private static func binanceOption(_ known: VenueParameters) -> VenueRuleEntry {
    VenueRuleEntry(
      "binance-options", "Binance, European options in USDT (inferred)"
    ) { (question) throws(VenueRuleError) in
      let sets = try question.sets(known.binanceOptions, of: "option margin")
      return BinanceOption(
        ruleSet: VenueRuleSet("binance-options", of: sets.map(\.date)),
        terms: PerUnderlying(sets.map(\.value)))
    }
  }
}
