package import FulcrumLedger
import FulcrumModel

/// The parameters of the state machine by name, as files and `fulcrum pool rules` have them.
package enum LedgerRulesField: String, CaseIterable, Sendable {
  case warning, exitBuffer, backstopBelow, liquidationTimeoutMilliseconds, liquidationFee
  case insuranceDraw, commonDraw, deliveryFee, deliveryFeeCap, staleAfterMilliseconds,
    priceBand, rebate, envelopeMove, withdrawalFloor

  package var meaning: String {
    switch self {
    case .warning: "equity below this multiple of maintenance is a warning"
    case .exitBuffer: "liquidation ends at maintenance plus this part of it"
    case .backstopBelow: "equity below this part of maintenance goes to the backstop"
    case .liquidationTimeoutMilliseconds: "after it a liquidation goes to the backstop"
    case .liquidationFee: "of the exposure closed, to the market's insurance"
    case .insuranceDraw: "part of a market's insurance that one bankruptcy may draw"
    case .commonDraw: "part of the common fund that one bankruptcy may draw"
    case .deliveryFee: "of the underlying's value, when an option expires"
    case .deliveryFeeCap: "that fee is at most this part of the payoff"
    case .staleAfterMilliseconds: "age of a market that may judge a command"
    case .priceBand: "how far an unrecorded fill may be off the mark"
    case .rebate: "part of a trade's value that a rebate may be"
    case .envelopeMove: "move between two ticks that a future's maintenance must carry; 0 for none"
    case .withdrawalFloor: "least equity that a withdrawal leaves, smallest units"
    }
  }

  package func text(in rules: LedgerRules) -> String {
    switch self {
    case .warning: AmountText.text(rules.warning)
    case .exitBuffer: AmountText.text(rules.exitBuffer)
    case .backstopBelow: AmountText.text(rules.backstopBelow)
    case .liquidationTimeoutMilliseconds: "\(rules.liquidationTimeoutMilliseconds)"
    case .liquidationFee: AmountText.text(rules.liquidationFee)
    case .insuranceDraw: AmountText.text(rules.insuranceDraw)
    case .commonDraw: AmountText.text(rules.commonDraw)
    case .deliveryFee: AmountText.text(rules.deliveryFee)
    case .deliveryFeeCap: AmountText.text(rules.deliveryFeeCap)
    case .staleAfterMilliseconds: "\(rules.staleAfterMilliseconds)"
    case .priceBand: AmountText.text(rules.priceBand)
    case .rebate: AmountText.text(rules.rebate)
    case .envelopeMove: AmountText.text(rules.envelopeMove)
    case .withdrawalFloor: "\(rules.withdrawalFloor)"
    }
  }

  /// - Throws: what the text should be.
  package func set(_ text: String, in rules: inout LedgerRules) throws(ScalarText.Refusal) {
    switch self {
    case .warning: rules.warning = try AmountText.ratio(text)
    case .exitBuffer: rules.exitBuffer = try AmountText.ratio(text)
    case .backstopBelow: rules.backstopBelow = try AmountText.ratio(text)
    case .liquidationTimeoutMilliseconds:
      rules.liquidationTimeoutMilliseconds = try Self.whole(text)
    case .liquidationFee: rules.liquidationFee = try AmountText.ratio(text)
    case .insuranceDraw: rules.insuranceDraw = try AmountText.ratio(text)
    case .commonDraw: rules.commonDraw = try AmountText.ratio(text)
    case .deliveryFee: rules.deliveryFee = try AmountText.ratio(text)
    case .deliveryFeeCap: rules.deliveryFeeCap = try AmountText.ratio(text)
    case .staleAfterMilliseconds: rules.staleAfterMilliseconds = try Self.whole(text)
    case .priceBand: rules.priceBand = try AmountText.ratio(text)
    case .rebate: rules.rebate = try AmountText.ratio(text)
    case .envelopeMove: rules.envelopeMove = try AmountText.ratio(text)
    case .withdrawalFloor: rules.withdrawalFloor = Int128(try Self.whole(text))
    }
  }

  private static func whole(_ text: String) throws(ScalarText.Refusal) -> Int64 {
    guard let value = Int64(text) else {
      throw ScalarText.Refusal(
        seen: ScalarText.quoted(text), allowed: "a whole number", fix: "write it like 30000")
    }
    return value
  }
}
