import FulcrumModel
import FulcrumRisk

/// A venue's rule by its name, made for each pool's coins at the market's day.
struct NamedMargin: MarginModel {
  let entry: VenueRuleEntry
  let day: CalendarDay

  /// `deribit-standard@2026-11-20`: the day whose parameters are asked for, since those in force may
  /// differ from coin to coin.
  var ruleSet: String { "\(entry.name)@\(day)" }

  /// - Throws: what the rule throws; `.unsupported` where no parameters are known for the coins.
  func requirement(
    for positions: [Position], collateral: Money, in market: MarketSnapshot
  ) throws(MarginError) -> MarginRequirement {
    var coins: [String] = []
    for position in positions where !coins.contains(position.instrument.base.code) {
      coins.append(position.instrument.base.code)
    }
    let linear = positions.first?.instrument.settlement != .inverse
    let question = VenueQuestion(coins: coins, currency: linear ? .usd : .coin, day: day)
    let rule: any VenueRule
    do { rule = try entry.rule(for: question) } catch { throw .unsupported(error.description) }
    return try VenueMargin(rule).requirement(for: positions, collateral: collateral, in: market)
  }
}
