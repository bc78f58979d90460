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

  /// Closes the position where the bar reaches its liquidation price, or at the open beyond it.
  ///
  /// - Returns: whether it was liquidated.
  mutating func liquidate(
    in bar: PriceBar, strategy: BacktestStrategy, slippage: Double
  ) -> Bool {
    guard let edge = liquidationPrice(maintenanceRate: strategy.maintenanceRate) else {
      return false
    }
    let isHit = coins > 0 ? bar.low <= edge : bar.high >= edge
    guard isHit else { return false }
    let price = coins > 0 ? min(edge, bar.open) : max(edge, bar.open)
    let notional = coins.magnitude * price
    let left = cash + coins * price - notional * slippage
    // The fee is taken from what is left; only a price beyond bankruptcy makes bad debt.
    let fee = min(notional * strategy.costs.liquidationFee, max(0, left))
    tally.liquidations += 1
    tally.fees += fee
    tally.slippage += notional * slippage
    tally.traded += notional
    tally.badDebt += max(0, -left)
    cash = max(0, left) - fee
    coins = 0
    return true
  }
}

/// What a run cost and did.
public struct BacktestTally: Hashable, Sendable {
  public internal(set) var orders = 0
  public internal(set) var liquidations = 0
  /// USD of notional bought and sold.
  public internal(set) var traded = 0.0
  public internal(set) var fees = 0.0
  public internal(set) var slippage = 0.0
  /// USD paid; negative where received.
  public internal(set) var funding = 0.0
  /// USD that the pool could not cover.
  public internal(set) var badDebt = 0.0
}
