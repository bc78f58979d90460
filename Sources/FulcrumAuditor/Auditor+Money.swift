import FulcrumLedger
import FulcrumModel

/// Amounts of facts against exact quotients (invariant 8), before the fact is taken.
extension Auditor {
  mutating func judgeMoney(of fact: Fact, _ scope: Scope) {
    switch fact {
    case .filled(let id, let fill), .liquidated(let id, let fill): judge(fill, of: id)
    case .settled(let id, let fill): judgeSettlement(fill, of: id)
    case .accrued(let id, let contract, let amount, let dust):
      judgeFunding(id, contract, (amount, dust), scope)
    case .charged(let id, let amount, let kind):
      check(.rounding, amount > 0, "a charge of \(amount) in pool \(id.number)")
      if kind == .interest, scope.isTick { judgeInterest(id, amount, scope) }
    case .converted(let id, let money, let received):
      judgeConversion(id, money, received, scope)
    case .priced(let id, let price): judgeDelivery(id, price, scope)
    case .warned(let id, let health), .calmed(let id, let health),
      .liquidationBegan(let id, let health), .liquidationEnded(let id, let health):
      judgeLevels(of: fact, health)
      judgeHealth(id, health, scope)
    default: break
    }
  }

  /// A recorded health against what the fact says of it.
  private mutating func judgeLevels(of fact: Fact, _ health: Health) {
    let rules = books.rules
    func level(_ ratio: Ratio) -> Int128 {
      Self.part(ratio, of: health.maintenance)?.ceiling ?? 0
    }
    let holds =
      switch fact {
      case .liquidationBegan: health.equity < health.maintenance
      case .liquidationEnded:
        health.equity >= health.maintenance + level(rules.exitBuffer)
      case .warned:
        health.equity >= health.maintenance && health.equity < level(rules.warning)
      default: health.equity >= level(rules.warning)
      }
    check(
      .liquidationMonotonic, holds && health.maintenance >= 0 && health.initial >= 0,
      "\(fact) by the rules \(rules)")
    check(
      .capTouchesInitialOnly, health.initial >= health.maintenance,
      "initial margin below maintenance: \(health)")
  }

  // MARK: Delivery

  /// The averaging window before an expiry, and the part of it that prints must cover.
  private static var window: Int64 { 1_800_000 }

  static func isCovered(_ prints: [PlainBooks.Print], until expiry: Timestamp) -> Bool {
    prints.contains { expiry.milliseconds - $0.at.milliseconds >= window / 2 }
  }

  /// Σ price · time until the next print / Σ time, in 10⁻⁸; nil where it does not fit or there is no
  /// time between the prints and the expiry.
  static func average(_ prints: [PlainBooks.Print], until expiry: Timestamp) -> Quotient? {
    let prints = prints.sorted { $0.at < $1.at }
    var (sum, time): (Int128, Int128) = (0, 0)
    for (place, print) in prints.enumerated() {
      let end = place + 1 < prints.count ? prints[place + 1].at : expiry
      let held = Int128(max(0, end.milliseconds - print.at.milliseconds))
      let units = PlainContract.scaled(
        Wide(print.price.value.significand), places: 12 - Int(print.price.value.scale), over: 1)
      guard let units, units.nearest.magnitude < 1 << 80 else { return nil }
      sum += units.nearest * held
      time += held
    }
    return time > 0 ? Quotient(Wide(sum), over: time * 10_000) : nil
  }

  private mutating func judge(_ fill: Fill, of id: PoolID) {
    guard let contract = books.contracts[fill.contract],
      let exact = contract.value(lots: fill.lots, at: fill.price)
    else {
      check(.rounding, false, "a fill of contract \(fill.contract.number) cannot be valued")
      return
    }
    let leg = books.pools[id]?.legs[fill.contract] ?? PlainLeg()
    guard let own = OwnFill(leg, fill.lots, contract.isOption, exact) else {
      check(.rounding, false, "a fill of \(fill.lots) lots does not fit")
      return
    }
    check(
      .rounding, fill.cash == own.cash && fill.dust == own.dust && fill.cost == own.cost,
      "fill of \(fill.lots) × contract \(fill.contract.number) at \(fill.price): cash "
        + "\(fill.cash), dust \(fill.dust), cost \(fill.cost); exact \(own)")
    check(.rounding, (0...1).contains(fill.dust), "dust of \(fill.dust)")
    books.traded[contract.asset, default: 0] += exact.nearest
  }

  private mutating func judgeSettlement(_ fill: Fill, of id: PoolID) {
    guard let contract = books.contracts[fill.contract],
      let leg = books.pools[id]?.legs[fill.contract]
    else {
      check(.conservation, false, "settled a leg that is not there")
      return
    }
    check(
      .conservation, fill.lots == -leg.lots && fill.price == contract.delivery,
      "settled \(fill.lots) of \(leg.lots) lots at \(fill.price)")
    guard contract.isOption else {
      judge(fill, of: id)
      return
    }
    guard let exact = contract.payoff(lots: leg.lots, delivery: fill.price) else {
      check(.rounding, false, "the payoff of contract \(fill.contract.number) does not fit")
      return
    }
    check(
      .rounding, fill.cash == exact.floor && fill.dust == exact.nearest - exact.floor,
      "payoff \(fill.cash) and dust \(fill.dust), exact \(exact.floor) to \(exact.ceiling)")
    check(
      .rounding, fill.cost == -leg.cost, "a settled leg keeps a cost of \(leg.cost + fill.cost)")
    books.traded[contract.asset, default: 0] -= exact.nearest
    judgeDeliveryFee(fill, of: leg, contract)
  }

  private mutating func judgeDeliveryFee(_ fill: Fill, of leg: PlainLeg, _ contract: PlainContract)
  {
    let rules = books.rules
    let paid = fill.cash < 0 ? -fill.cash : fill.cash
    guard let size = contract.underlying(lots: leg.lots, delivery: fill.price),
      let byValue = Self.part(rules.deliveryFee, of: size),
      let byPayoff = Self.part(rules.deliveryFeeCap, of: paid)
    else { return }
    check(
      .feeNeverBankrupts,
      fill.fee >= 0 && fill.fee <= min(byValue.ceiling, byPayoff.ceiling),
      "delivery fee \(fill.fee), allowed \(min(byValue.ceiling, byPayoff.ceiling))")
  }

  private mutating func judgeFunding(
    _ id: PoolID, _ contract: ContractID, _ posted: (amount: Int128, dust: Int128), _ scope: Scope
  ) {
    if scope.isHistory {
      let isThere = books.pools[id]?.legs[contract] != nil
      check(.conservation, isThere, "funding of pool \(id.number) without a leg")
      check(.rounding, (0...2).contains(posted.dust), "dust of \(posted.dust) in funding")
      if let asset = books.contracts[contract]?.asset {
        books.traded[asset, default: 0] -= posted.amount + posted.dust
      }
      return
    }
    let rate = scope.tick?.accruals.compactMap { accrual -> Ratio? in
      if case .funding(contract, let rate) = accrual { return rate }
      return nil
    }
    guard let rate = rate?.first, let board = scope.tick?.board,
      let leg = books.pools[id]?.legs[contract], let terms = books.contracts[contract],
      case .success(let mark) = PlainBooks.mark(contract, on: board),
      let value = terms.value(lots: leg.lots > 0 ? leg.lots : -leg.lots, at: mark.price)
    else {
      check(.conservation, false, "funding of pool \(id.number) without leg, mark or rate")
      return
    }
    books.traded[terms.asset, default: 0] -= posted.amount + posted.dust
    // |value| of the lots lies between two whole numbers; a long pays the rate of it.
    let ends = value.ceiling <= 0 ? (-value.ceiling, -value.floor) : (value.floor, value.ceiling)
    let sign: Int128 = leg.lots > 0 ? -1 : 1
    let bounds = [ends.0, ends.1].compactMap { Self.part(rate, of: sign * $0) }
    guard let low = bounds.map(\.floor).min(), let high = bounds.map(\.ceiling).max() else {
      return
    }
    check(
      .rounding, posted.amount == low && posted.amount + posted.dust <= high,
      "funding \(posted.amount) with dust \(posted.dust), exact within \(low)...\(high)")
    // Clearing pays the rate of the nearest value, to the nearest unit; the sink has what is left.
    let near = Self.part(rate, of: sign * (value.nearest < 0 ? -value.nearest : value.nearest))
    check(
      .rounding, near.map { $0.nearest == posted.amount + posted.dust } ?? false,
      "dust of \(posted.dust) in funding of \(posted.amount)")
  }

  /// A pledge is sold for what it counts for, uncapped, in the least amount that brings what is missing.
  private mutating func judgeConversion(
    _ id: PoolID, _ money: Money, _ received: Int128, _ scope: Scope
  ) {
    let held = books.balance(.pool(id), money.asset)
    check(
      .rounding, received >= 0 && money.minorUnits > 0 && money.minorUnits <= held,
      "\(money) of \(held) sold for \(received)")
    books.traded[money.asset, default: 0] += money.minorUnits
    books.traded[books.pools[id]?.terms.asset ?? .usd, default: 0] -= received
    if scope.isHistory { return }
    guard let board = scope.tick?.board, let pool = books.pools[id],
      case .success(let whole) = books.credit(
        books.balance(.pool(id), money.asset), money.asset, pool, on: board, isCapped: false)
    else {
      check(.liquidationMonotonic, false, "pool \(id.number) sold a pledge without a price")
      return
    }
    // What counts for nothing is given away whole.
    let need =
      whole > 0 ? Quotient(held, times: received, over: whole)?.ceiling : received == 0 ? held : nil
    check(
      .rounding, received <= whole && need.map { min($0, held) } == money.minorUnits,
      "\(money) for \(received), all \(held) count for \(whole)")
  }

  private mutating func judgeInterest(_ id: PoolID, _ amount: Int128, _ scope: Scope) {
    let debt = -books.collateral(id)
    check(.rounding, amount <= debt, "interest \(amount) on a debt of \(debt)")
    guard let tick = scope.tick else { return }
    let dues = tick.accruals.compactMap { accrual -> Int128? in
      guard case .interest(books.pools[id]?.terms.asset, let rate) = accrual else { return nil }
      return Self.part(rate, of: debt)?.ceiling
    }
    check(
      .rounding, dues.contains(amount),
      "interest \(amount) on a debt of \(debt), due \(dues)")
  }

  private mutating func judgeDelivery(_ id: ContractID, _ price: Price, _ scope: Scope) {
    guard scope.isTick, let contract = books.contracts[id],
      let expiry = contract.instrument.expiry
    else { return }
    let key = PlainBooks.PrintKey(market: contract.market, expiry: expiry)
    let prints = books.prints[key] ?? []
    check(
      .expiryMarginCovers, Self.isCovered(prints, until: expiry),
      "contract \(id.number) is delivered by \(prints.count) prints, the first "
        + "\(prints.map(\.at).min().map { "\(expiry.milliseconds - $0.milliseconds)" } ?? "none") "
        + "ms before its expiry")
    guard let average = Self.average(prints, until: expiry) else { return }
    let billionths = PlainContract.scaled(
      Wide(price.value.significand), places: 8 - Int(price.value.scale), over: 1)
    check(
      .rounding, billionths?.nearest == average.nearest,
      "delivery at \(price), the average of \(prints.count) prints is \(average.floor)e-8")
  }

  private mutating func judgeHealth(_ id: PoolID, _ health: Health, _ scope: Scope) {
    guard let board = scope.tick?.board ?? (scope.isHistory ? nil : scope.seen) else { return }
    let flat = books.pools[id]?.legs.isEmpty ?? true
    if flat {
      // With what is pledged, or the cash alone.
      let cash = books.collateral(id)
      let worth = worthOrCash(id, board)?.equity
      check(
        .rounding,
        (health.equity == cash || health.equity == worth) && health.maintenance == 0,
        "a flat pool of \(cash) was seen at \(health)")
    } else if let own = books.worth(id, on: board) {
      check(.rounding, own.agrees(with: health), "pool \(id.number): \(health), exact \(own)")
    } else {
      check(.liquidationMonotonic, false, "pool \(id.number) judged without a price")
    }
  }

  static func part(_ ratio: Ratio, of amount: Int128) -> Quotient? {
    Quotient(amount, times: Int128(ratio.numerator), over: Int128(ratio.denominator))
  }
}

/// What a trade does to a leg, by the definitions: the closing lots take their share of the cost up,
/// the opening lots bring theirs to the nearest unit, cash is rounded down and the rest is dust.
struct OwnFill {
  let cash: Int128
  let dust: Int128
  let cost: Int128

  init?(_ leg: PlainLeg, _ lots: Int64, _ isOption: Bool, _ exact: Quotient) {
    let isOpposite = leg.lots != 0 && (leg.lots < 0) != (lots < 0)
    let closing = isOpposite ? Int128(min(leg.lots.magnitude, lots.magnitude)) : 0
    let value = exact.nearest
    guard
      let released = closing == 0
        ? Quotient(Wide(0), over: 1)
        : Quotient(leg.cost, times: closing, over: Int128(leg.lots.magnitude)),
      let closed = Quotient(value, times: closing, over: Int128(lots.magnitude))
    else { return nil }
    // Of a turn the closing part is a share of the value: proceeds down.
    let taken = closed.ceiling
    cost = value - taken - released.ceiling
    if isOption {
      cash = -exact.ceiling
      dust = exact.ceiling - value
    } else {
      dust = closing == 0 ? 0 : exact.ceiling - value
      cash = -taken - released.ceiling - dust
    }
  }
}
