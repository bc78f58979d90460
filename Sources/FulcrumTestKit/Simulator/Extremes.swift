import FulcrumLedger
import FulcrumModel

/// Commands at the ends of what is allowed: nobody would give them on purpose, and no ledger may fall
/// for them.
extension CommandSource {
  mutating func extreme(for ledger: Ledger) -> Command.Action? {
    switch draws.below(6) {
    case 0: return chargeNearEquity(ledger)
    case 1: return deliverAbsurdly(ledger)
    case 2: return hugeAtTinyPrice(ledger)
    case 3: return farFill(ledger)
    case 4: return generousFee(ledger)
    default: return lossAtExpiry(ledger)
    }
  }

  /// A power of ten, so that all magnitudes are alike.
  private mutating func magnitude(_ range: ClosedRange<Int>) -> Int128 {
    (0..<draws.number(range)).reduce(Int128(1)) { power, _ in power * 10 }
  }

  private mutating func levered(_ ledger: Ledger) -> Pool? {
    draws.pick(ledger.pools.filter { !$0.isClosed && !$0.legs.isEmpty })
  }

  /// What a pool is worth or holds, a unit more or less, and twice that.
  private mutating func chargeNearEquity(_ ledger: Ledger) -> Command.Action? {
    guard let pool = levered(ledger) else { return nil }
    let worth = lastBoard.flatMap { try? ledger.health(of: pool, on: $0).equity }
    let near: Int128 = draws.chance(50) ? pool.collateral : worth ?? pool.collateral
    let amount = near * (draws.chance(20) ? 2 : 1) + Int128(draws.number(-2...2))
    guard (1...Ledger.amountLimit).contains(amount) else { return nil }
    return .charge(
      pool.id, Money(minorUnits: amount, asset: pool.terms.asset),
      draws.chance(70) ? .fee : .interest)
  }

  private mutating func deliverAbsurdly(_ ledger: Ledger) -> Command.Action? {
    let waiting = ledger.contracts.filter {
      guard let expiry = $0.instrument.expiry, let now = ledger.marketAsOf else { return false }
      return expiry <= now && $0.delivery == nil && $0.holders > 0
    }
    guard let contract = draws.pick(waiting) else { return nil }
    let price =
      draws.chance(50)
      ? ExactDecimal(significand: 1, scale: UInt8(draws.number(2...18)))
      : ExactDecimal(significand: magnitude(8...24), scale: 0)
    return .deliver(contract.id, Price(price))
  }

  /// The largest sizes at the smallest prices: cheap to enter, out of all bounds at the mark.
  private mutating func hugeAtTinyPrice(_ ledger: Ledger) -> Command.Action? {
    let pools = ledger.pools.filter { !$0.isClosed }
    guard let pool = draws.pick(pools) else { return nil }
    let fitting = ledger.contracts.filter {
      $0.instrument.settlementAsset == pool.terms.asset
        && ($0.instrument.expiry.map { $0 > now } ?? true)
    }
    let options = fitting.filter(\.isOption)
    guard let contract = draws.pick(options) ?? draws.pick(fitting) else { return nil }
    let lots = Int64(min(magnitude(6...15), Int128(Ledger.lotsLimit)))
    return .trade(
      pool.id,
      Trade(
        contract: contract.id, lots: draws.chance(50) ? lots : -lots,
        price: Price(ExactDecimal(significand: 1, scale: UInt8(draws.number(4...12)))),
        fee: .zero(pool.terms.asset), admission: draws.chance(60) ? .recorded : .checked))
  }

  /// A fill from a hundredth to a hundred times the mark, both ways, recorded or not.
  private mutating func farFill(_ ledger: Ledger) -> Command.Action? {
    guard case .trade(let id, let trade) = tradeBothSides(ledger) else { return nil }
    let factor = draws.pick([1, 10, 50, 200, 1000, 10_000]) ?? 1
    let far = trade.price.doubleValue * Double(factor) / 100
    guard let price = PaperRule.rounded(far, 6), price.value > .zero else { return nil }
    return .trade(
      id,
      Trade(
        contract: trade.contract, lots: trade.lots, price: price, fee: trade.fee,
        admission: draws.pick([.checked, .recorded, .reduceOnly]) ?? .checked))
  }

  /// Fees and rebates of any size, on trades that grow, shrink and turn.
  private mutating func generousFee(_ ledger: Ledger) -> Command.Action? {
    guard case .trade(let id, let trade) = tradeBothSides(ledger) else { return nil }
    let held = ledger.pool(id)?.collateral ?? 0
    let (small, large) = (magnitude(3...20), magnitude(3...20))
    let fees: [Int128] = [held, held + 1, held / 2, large, -small]
    let fee = draws.pick(fees) ?? 0
    return .trade(
      id,
      Trade(
        contract: trade.contract, lots: trade.lots, price: trade.price,
        fee: Money(
          minorUnits: max(-Ledger.amountLimit, min(fee, Ledger.amountLimit)),
          asset: trade.fee.asset), admission: trade.admission))
  }

  /// A short that its pool cannot pay for at the expiry, and its winner.
  private mutating func lossAtExpiry(_ ledger: Ledger) -> Command.Action? {
    let soon = ledger.contracts.filter {
      guard let expiry = $0.instrument.expiry else { return false }
      return $0.isOption && expiry > now && expiry < now.adding(milliseconds: 4_000_000)
    }
    guard let contract = draws.pick(soon) else { return nil }
    let fitting = ledger.pools.filter {
      !$0.isClosed && $0.terms.asset == contract.instrument.settlementAsset
    }
    guard let seller = draws.pick(fitting), let buyer = draws.pick(fitting) else { return nil }
    let lots = Int64(draws.number(10_000...1_000_000))
    let price = Price(ExactDecimal(significand: 1, scale: 4))
    func trade(_ lots: Int64) -> Trade {
      Trade(
        contract: contract.id, lots: lots, price: price, fee: .zero(seller.terms.asset),
        admission: .recorded)
    }
    next.append(command(.trade(buyer.id, trade(lots))))
    return .trade(seller.id, trade(-lots))
  }
}
