internal import FulcrumPricing

/// A linear perpetual in an isolated pool, in doubles, for replaying history.
///
/// Cash includes what the position cost, so equity is cash + coins·price. Nothing outside pays for it:
/// equity below 0 after a gap is the venue's bad debt, not the owner's.
struct PerpetualPool {
  /// Signed: + long.
  private(set) var coins = 0.0
  private(set) var cash: Double
  private(set) var tally = BacktestTally()

  init(cash: Double) { self.cash = cash }

  func equity(at price: Double) -> Double { cash + coins * price }

  func leverage(at price: Double) -> Double {
    let equity = equity(at: price)
    return equity > 0 ? (coins * price).magnitude / equity : 0
  }

  /// Where equity meets maintenance: −C/(q(1 − κ)) for a long, C/(|q|(1 + κ)) for a short.
  func liquidationPrice(maintenanceRate rate: Double) -> Double? {
    guard coins != 0 else { return nil }
    let price = coins > 0 ? -cash / (coins * (1 - rate)) : cash / (-coins * (1 + rate))
    return price > 0 ? price : (coins > 0 ? nil : 0)
  }

  /// Whether equity does not cover maintenance at this price.
  func isBeyondEdge(at price: Double, maintenanceRate rate: Double) -> Bool {
    guard let edge = liquidationPrice(maintenanceRate: rate) else { return false }
    return coins > 0 ? price <= edge : price >= edge
  }

  /// Buys coins (sells where negative) at a price that is worse by the slippage.
  mutating func trade(_ quantity: Double, at price: Double, fee: Double, slippage: Double) {
    guard quantity != 0 else { return }
    let notional = quantity.magnitude * price
    cash -= quantity * price + notional * (fee + slippage)
    coins += quantity
    // A close leaves no crumbs of rounding behind.
    if coins.magnitude < 1e-12 * quantity.magnitude { coins = 0 }
    tally.orders += 1
    tally.traded += notional
    tally.fees += notional * fee
    tally.slippage += notional * slippage
  }

  mutating func payFunding(_ rate: Double, at price: Double) {
    let payment = coins * price * rate
    cash -= payment
    tally.funding += payment
  }

  /// Parts that are closed in one bar before the rest goes at once.
  static let mostParts = 64

  /// Liquidates where the bar reaches the liquidation price, or at the open beyond it; what a part
  /// leaves meets the rest of the bar.
  ///
  /// - Returns: whether there was a liquidation.
  mutating func liquidate(
    in bar: PriceBar, strategy: BacktestStrategy, slippage: Double
  ) -> Bool {
    var parts = 0
    while let edge = liquidationPrice(maintenanceRate: strategy.maintenanceRate),
      coins > 0 ? bar.low <= edge : bar.high >= edge
    {
      // Only the first part can stand beyond its edge: where the bar opened.
      let price = coins > 0 ? min(edge, bar.open) : max(edge, bar.open)
      let part = parts < Self.mostParts ? part(at: price, strategy, slippage) : coins.magnitude
      close(part, at: price, strategy, slippage)
      parts += 1
    }
    guard parts > 0 else { return false }
    tally.liquidations += 1
    if coins != 0 { tally.partialLiquidations += 1 }
    return true
  }

  /// Coins that a liquidation closes: the share ψ = ((1 + β)M − E)/((1 + β)M − fN), f the fee and the
  /// slippage, up to whole lots; all of them where a part would not bring equity to (1 + β)M.
  private func part(
    at price: Double, _ strategy: BacktestStrategy, _ slippage: Double
  ) -> Double {
    let all = coins.magnitude
    let equity = equity(at: price)
    let wanted = (1 + strategy.liquidationBuffer) * strategy.maintenanceRate * all * price
    let room = wanted - (strategy.costs.liquidationFee + slippage) * all * price
    guard strategy.liquidation == .partial, room > 0, equity > 0 else { return all }
    let lots = all * (wanted - equity) / room / strategy.lot
    let nearest = lots.rounded()
    // A count that is whole but for rounding must not gain a lot.
    let whole = abs(lots - nearest) <= 1e-9 * max(1, lots) ? nearest : lots.rounded(.up)
    return min(all, max(1, whole) * strategy.lot)
  }

  private mutating func close(
    _ part: Double, at price: Double, _ strategy: BacktestStrategy, _ slippage: Double
  ) {
    let notional = part * price
    let isWhole = part == coins.magnitude
    let left = cash + (coins > 0 ? part : -part) * price - notional * slippage
    let charge = notional * strategy.costs.liquidationFee
    // Of a whole pool the fee is taken from what is left; only a price beyond bankruptcy makes debt.
    let fee = isWhole ? min(charge, max(0, left)) : charge
    tally.fees += fee
    tally.slippage += notional * slippage
    tally.traded += notional
    if isWhole { tally.badDebt += max(0, -left) }
    cash = (isWhole ? max(0, left) : left) - fee
    coins = isWhole ? 0 : coins - (coins > 0 ? part : -part)
  }
}

/// What a run cost and did.
public struct BacktestTally: Hashable, Sendable {
  public internal(set) var orders = 0
  /// Bars in which the pool was liquidated, in part or whole.
  public internal(set) var liquidations = 0
  /// Those of them that left a position.
  public internal(set) var partialLiquidations = 0
  /// USD of notional bought and sold.
  public internal(set) var traded = 0.0
  public internal(set) var fees = 0.0
  public internal(set) var slippage = 0.0
  /// USD paid; negative where received.
  public internal(set) var funding = 0.0
  /// USD that the pool could not cover.
  public internal(set) var badDebt = 0.0
}
