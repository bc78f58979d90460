/// Derive's liquidation auction: what part of an account is sold, and for how much.
///
/// Margins and values are those of `DeriveStandard` and `DerivePortfolio`: net, USD.
///
/// - Source: derivexyz/v2-core, `DutchAuction.sol` at 7736900d (2026-01-21), restated.
public struct DeriveAuction: Hashable, Sendable {
  /// Share of the price at the start, and where the fast phase ends; start ≥ cutoff ≥ 0.
  public var start: Double
  public var cutoff: Double
  /// Seconds, > 0.
  public var fastLength: Double
  public var slowLength: Double
  /// Seconds that an insolvent auction takes to its full payout.
  public var insolventLength: Double
  /// Liquidation aims for MM + `bufferPct`·(MM − MtM) ≥ 0, not merely MM ≥ 0.
  public var bufferPct: Double
  /// Of the value sold at the start, ≤ 0.1.
  public var feeRate: Double
  /// Below this mark to market the whole account may be taken.
  public var markCutoff: Double

  public init(
    start: Double, cutoff: Double, fastLength: Double, slowLength: Double,
    insolventLength: Double, bufferPct: Double, feeRate: Double, markCutoff: Double = 0
  ) {
    self.start = start
    self.cutoff = cutoff
    self.fastLength = fastLength
    self.slowLength = slowLength
    self.insolventLength = insolventLength
    self.bufferPct = bufferPct
    self.feeRate = feeRate
    self.markCutoff = markCutoff
  }

  /// Defaults of the deployment scripts.
  public static let standard = DeriveAuction(
    start: 0.95, cutoff: 0.70, fastLength: 900, slowLength: 43_200, insolventLength: 3600,
    bufferPct: 0.15, feeRate: 0.10)

  /// BM = MM + (MM − MtM)·buffer, net, below 0 when unhealthy.
  public func bufferMargin(maintenance: Double, markToMarket: Double) -> Double {
    maintenance + (maintenance - markToMarket) * bufferPct
  }

  /// start − (start − cutoff)·t/fast, then max(0, cutoff·(1 − (t − fast)/slow)).
  ///
  /// - Parameter elapsed: t ≥ 0, seconds.
  public func discount(elapsed: Double) throws(VenueRuleError) -> Double {
    try VenueInput.nonNegative(elapsed, "elapsed")
    try VenueInput.positive(fastLength, "fastLength")
    try VenueInput.positive(slowLength, "slowLength")
    try VenueInput.nonNegative(cutoff, "cutoff")
    try VenueInput.hold(
      start >= cutoff && start.isFinite, start, "start", "a share of cutoff or more")
    if elapsed < fastLength { return start - (start - cutoff) * elapsed / fastLength }
    return max(0, cutoff * (1 - (elapsed - fastLength) / slowLength))
  }

  /// MtM − R of the whole account at a discount, USD.
  ///
  /// - Parameter reserved: R, cash that earlier bidders paid; it is not for sale.
  public func price(markToMarket: Double, reserved: Double, discount: Double) -> Double {
    (markToMarket - reserved) * discount
  }

  /// The most of the *present* account that a bidder may take:
  /// f = BM/(BM − MtM·d − R(1 − d)), all of it below the cut-off, nothing of a healthy one.
  public func largestShare(
    bufferMargin: Double, markToMarket: Double, reserved: Double, discount: Double
  ) throws(VenueRuleError) -> Double {
    for (name, value) in [
      ("bufferMargin", bufferMargin), ("mtm", markToMarket), ("reservedCash", reserved),
      ("discount", discount),
    ] { try VenueInput.finite(value, name) }
    if bufferMargin >= 0 { return 0 }
    if markToMarket < markCutoff { return 1 }
    let share =
      bufferMargin / (bufferMargin - markToMarket * discount - reserved * (1 - discount))
    return min(max(share, 0), 1)
  }

  /// What a bidder pays for a share already held to `largestShare`, and the cash that it must hold
  /// with it: payment + |BM − R|·share.
  public func payment(share: Double, price: Double) -> Double { share * price }

  public func cashNeeded(
    share: Double, price: Double, bufferMargin: Double, reserved: Double
  ) -> Double {
    share * price + (bufferMargin - reserved).magnitude * share
  }

  /// Fee at the start: what would be sold at full price, BM/(BM − MtM)·MtM, times the rate; USD.
  public func fee(maintenance: Double, markToMarket: Double) throws(VenueRuleError) -> Double {
    try VenueInput.hold(
      feeRate >= 0 && feeRate <= 0.1, feeRate, "feeRate", "a rate from 0 to 0.1")
    let buffer = bufferMargin(maintenance: maintenance, markToMarket: markToMarket)
    let share = try largestShare(
      bufferMargin: buffer, markToMarket: markToMarket, reserved: 0, discount: 1)
    return share * max(markToMarket, 0) * feeRate
  }

  /// What is paid *to* the bidder who takes a share of an insolvent account, USD:
  /// −((MM − m)·min(t/L, 1) + m), m = min(MtM, 0).
  public func insolventPayout(
    maintenance: Double, markToMarket: Double, elapsed: Double, share: Double
  ) throws(VenueRuleError) -> Double {
    try VenueInput.nonNegative(elapsed, "elapsed")
    try VenueInput.positive(insolventLength, "insolventLength")
    try VenueInput.fraction(share, "percent")
    try VenueInput.finite(maintenance, "mm")
    try VenueInput.finite(markToMarket, "mtm")
    let least = min(markToMarket, 0)
    let part = min(elapsed / insolventLength, 1)
    return -((maintenance - least) * part + least) * share
  }
}
