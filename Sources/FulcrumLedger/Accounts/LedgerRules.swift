public import FulcrumModel

/// The parameters of the state machine: how a pool is warned, liquidated and made whole.
///
/// All are exact. A set is refused where it could not keep the promises of the waterfall.
public struct LedgerRules: Hashable, Sendable {
  /// Equity below this multiple of maintenance is a warning; ≥ 1.
  public var warning: Ratio
  /// Liquidation ends at maintenance plus this part of it: enter at one level, leave at a higher.
  public var exitBuffer: Ratio
  /// Equity below this part of maintenance goes to the backstop instead of the book; ≤ 1.
  public var backstopBelow: Ratio
  /// A liquidation that has not ended by then goes to the backstop.
  public var liquidationTimeoutMilliseconds: Int64
  /// Of the exposure closed, paid to the market's insurance fund, never beyond the pool's equity.
  public var liquidationFee: Ratio
  /// The part of a market's insurance fund that one bankruptcy may draw.
  public var insuranceDraw: Ratio
  /// The part of the common fund that one bankruptcy may draw after its market's; 0 for none.
  public var commonDraw: Ratio
  /// Paid at expiry of an option, of the underlying's value, at most `deliveryFeeCap` of the payoff.
  public var deliveryFee: Ratio
  public var deliveryFeeCap: Ratio
  /// Marks older than this at a tick freeze the pools that need them.
  public var staleAfterMilliseconds: Int64
  /// How far an unrecorded fill may be off the mark, of its value and of its exposure together.
  public var priceBand: Ratio
  /// Largest part of a trade's value that a rebate may be.
  public var rebate: Ratio
  /// Between two ticks a future's maintenance must carry a move, a funding and the liquidation fee: the
  /// move that it is held to, a part of the notional; 0 for no such promise.
  public var envelopeMove: Ratio
  /// The least equity that a withdrawal leaves in a pool with legs, smallest units.
  public var withdrawalFloor: Int128

  public init(
    warning: Ratio = Ratio(5, 4), exitBuffer: Ratio = Ratio(15, 100),
    backstopBelow: Ratio = Ratio(2, 3), liquidationTimeoutMilliseconds: Int64 = 30_000,
    liquidationFee: Ratio = Ratio(5, 1000), insuranceDraw: Ratio = Ratio(1, 1),
    commonDraw: Ratio = Ratio(0, 1), deliveryFee: Ratio = Ratio(15, 100_000),
    deliveryFeeCap: Ratio = Ratio(125, 1000), staleAfterMilliseconds: Int64 = 300_000,
    priceBand: Ratio = Ratio(1, 10), rebate: Ratio = Ratio(1, 1000),
    envelopeMove: Ratio = Ratio(0, 1), withdrawalFloor: Int128 = 0
  ) {
    self.warning = warning
    self.exitBuffer = exitBuffer
    self.backstopBelow = backstopBelow
    self.liquidationTimeoutMilliseconds = liquidationTimeoutMilliseconds
    self.liquidationFee = liquidationFee
    self.insuranceDraw = insuranceDraw
    self.commonDraw = commonDraw
    self.deliveryFee = deliveryFee
    self.deliveryFeeCap = deliveryFeeCap
    self.staleAfterMilliseconds = staleAfterMilliseconds
    self.priceBand = priceBand
    self.rebate = rebate
    self.envelopeMove = envelopeMove
    self.withdrawalFloor = withdrawalFloor
  }

  public static let standard = LedgerRules()

  /// The first parameter outside its domain; nil where all are inside.
  public var fault: RuleFault? {
    func part(_ name: String, _ ratio: Ratio, upTo limit: Int64) -> RuleFault? {
      let isInside =
        ratio.numerator >= 0 && Int128(ratio.numerator) <= Int128(limit) * Int128(ratio.denominator)
      return isInside
        ? nil
        : RuleFault(
          name: name, seen: "\(ratio.numerator)/\(ratio.denominator)", allowed: "0 to \(limit)")
    }
    if warning.numerator < warning.denominator {
      return RuleFault(
        name: "warning", seen: "\(warning.numerator)/\(warning.denominator)", allowed: "1 or more")
    }
    for (name, value) in [
      ("liquidationTimeoutMilliseconds", liquidationTimeoutMilliseconds),
      ("staleAfterMilliseconds", staleAfterMilliseconds),
    ] where value < 0 {
      return RuleFault(name: name, seen: "\(value)", allowed: "0 or more")
    }
    if withdrawalFloor < 0 {
      return RuleFault(name: "withdrawalFloor", seen: "\(withdrawalFloor)", allowed: "0 or more")
    }
    let parts: [(name: String, ratio: Ratio, limit: Int64)] = [
      ("warning", warning, 100), ("exitBuffer", exitBuffer, 10),
      ("backstopBelow", backstopBelow, 1), ("liquidationFee", liquidationFee, 1),
      ("insuranceDraw", insuranceDraw, 1), ("commonDraw", commonDraw, 1),
      ("deliveryFee", deliveryFee, 1), ("deliveryFeeCap", deliveryFeeCap, 1),
      ("priceBand", priceBand, 100), ("rebate", rebate, 1), ("envelopeMove", envelopeMove, 1),
    ]
    return parts.lazy.compactMap { part($0.name, $0.ratio, upTo: $0.limit) }.first
  }
}

public struct RuleFault: Hashable, Sendable {
  public let name: String
  public let seen: String
  public let allowed: String

  /// A backstop that would take pledges.
  static func pledge(_ asset: Asset) -> RuleFault {
    RuleFault(
      name: "accepted", seen: "\(asset) pledged in a backstop",
      allowed: "the backstop's own asset alone")
  }
}

extension Ratio {
  /// amount · ratio as whole units; the amount is at most `Ledger.amountLimit`, so that 128 bits hold
  /// the product.
  func of(_ amount: Int128, rounding: Rounding) -> Int128 {
    let (product, overflow) = amount.multipliedReportingOverflow(by: Int128(numerator))
    if !overflow { return rounding.quotient(product, by: Int128(denominator)) }
    // Beyond 128 bits: whole part and remainder apart, each of which fits.
    let (whole, rest) = amount.quotientAndRemainder(dividingBy: Int128(denominator))
    return whole * Int128(numerator)
      + rounding.quotient(rest * Int128(numerator), by: Int128(denominator))
  }
}
