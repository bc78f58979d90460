package import FulcrumLedger
package import FulcrumModel

/// A pool at one board by the auditor's own sums: everything in nanounits until the last step.
struct PlainHealth: Hashable, Sendable {
  var equity: Int128 = 0
  var initial: Int128 = 0
  var maintenance: Int128 = 0
  /// Without the value of options held; without that and profit not settled.
  var trading: Int128 = 0
  var withdrawable: Int128 = 0
  var exposure: Int128 = 0

  var isShort: Bool { equity < maintenance }
  var shortage: Int128 { max(0, maintenance - equity) }

  func agrees(with health: Health) -> Bool {
    equity == health.equity && initial == health.initial && maintenance == health.maintenance
  }
}

package enum PlainFault: Error, Hashable, Sendable {
  case unpriced(FreezeReason)
}

extension PlainBooks {
  private static let nano: Int128 = 1_000_000_000

  func health(_ id: PoolID, on board: MarkBoard) -> Result<PlainHealth, PlainFault> {
    guard let pool = pools[id] else { return .failure(.unpriced(.missing)) }
    var cash = collateral(id)
    for pledge in pledges(of: id) {
      switch credit(pledge.amount, pledge.asset, pool, on: board) {
      case .success(let credit): cash += credit
      case .failure(let fault): return legFault(pool, on: board) ?? .failure(fault)
      }
    }
    return health(of: pool, collateral: cash, on: board)
  }

  /// Legs are looked at before pledges.
  private func legFault(
    _ pool: PlainPool, on board: MarkBoard
  ) -> Result<PlainHealth, PlainFault>? {
    let legs = health(of: pool, collateral: 0, on: board)
    if case .failure = legs { return legs }
    return nil
  }

  /// What a pledge counts for: amount · price, down, less the haircut and what a broken peg adds.
  func credit(
    _ amount: Int128, _ asset: Asset, _ pool: PlainPool, on board: MarkBoard,
    isCapped: Bool = true
  ) -> Result<Int128, PlainFault> {
    guard let rule = pool.terms.accepted.first(where: { $0.asset == asset }) else {
      return .success(0)
    }
    let own = pool.terms.asset
    let stated = board.prices.first { $0.asset == asset && $0.quote == own }?.price
    let price: Price
    switch stated {
    case .success(let found): price = found
    case .failure(.stale): return .failure(.unpriced(.stale))
    case .failure(.divergent): return .failure(.unpriced(.divergent))
    case .failure(.missing), nil: return .failure(.unpriced(.missing))
    }
    let counted = isCapped ? min(amount, rule.cap ?? amount) : amount
    let places = Int(own.decimals) - Int(asset.decimals) - Int(price.value.scale)
    guard
      let value = PlainContract.scaled(
        Wide(counted) * price.value.significand, places: places, over: 1)?.floor,
      let counts = Self.parts(rule, price),
      let credit = Quotient(value, times: counts, over: 1_000_000)
    else { return .failure(.unpriced(.missing)) }
    return .success(credit.floor)
  }

  private static func parts(_ rule: CollateralRule, _ price: Price) -> Int128? {
    let million: Int128 = 1_000_000
    guard var cut = Auditor.part(rule.haircut, of: million)?.ceiling else { return nil }
    if let peg = rule.depegBelow {
      let units = PlainContract.scaled(
        Wide(price.value.significand), places: 6 - Int(price.value.scale), over: 1)
      guard let units, let level = Auditor.part(peg, of: million)?.ceiling,
        let more = Auditor.part(rule.depegFactor, of: max(0, level - units.floor))?.ceiling
      else { return nil }
      cut += more
    }
    return max(0, million - cut)
  }

  /// nil instead of the reason.
  func worth(_ id: PoolID, on board: MarkBoard) -> PlainHealth? {
    try? health(id, on: board).get()
  }

  func health(
    of pool: PlainPool, collateral: Int128, on board: MarkBoard
  ) -> Result<PlainHealth, PlainFault> {
    var (value, held, gains, cost): (Int128, Int128, Int128, Int128) = (0, 0, 0, 0)
    var (initial, maintenance, exposure): (Int128, Int128, Int128) = (0, 0, 0)
    for id in pool.contracts {
      guard let leg = pool.legs[id], let contract = contracts[id] else { continue }
      if let expiry = contract.instrument.expiry, expiry <= board.asOf {
        return .failure(.unpriced(.undelivered))
      }
      let mark: ContractMark
      switch Self.mark(id, on: board) {
      case .failure(let fault): return .failure(fault)
      case .success(let found): mark = found
      }
      guard let terms = Self.terms(leg, mark) else { return .failure(.unpriced(.missing)) }
      value += terms.worth
      initial += terms.initial
      maintenance += terms.maintenance
      exposure += terms.exposure
      if contract.isOption {
        held += leg.lots > 0 ? terms.worth : 0
      } else {
        cost += leg.cost
      }
      // Of a long option nothing is free at all; of everything else not what it has won.
      if !contract.isOption || leg.lots < 0 {
        gains += max(0, terms.worth - leg.cost * Self.nano)
      }
    }
    var sum = PlainHealth()
    sum.equity = collateral - cost + floor(value)
    sum.trading = collateral - cost + floor(value - held)
    sum.withdrawable = collateral - cost + floor(value - held - gains)
    sum.maintenance = -floor(-maintenance)
    sum.exposure = -floor(-exposure)
    sum.initial = max(sum.maintenance, -floor(-initial))
    if let cap = pool.cap {
      let top = Wide(sum.exposure) * Int128(cap.denominator)
      guard let need = Quotient(top, over: Int128(cap.numerator)) else {
        return .failure(.unpriced(.missing))
      }
      sum.initial = max(sum.initial, need.ceiling)
    }
    if let rule = board.rule, !pool.legs.isEmpty {
      return ruled(sum, pool, collateral: collateral, by: rule)
    }
    return .success(sum)
  }

  /// A rule over the whole pool: M = E − (Eᵣ − Mᵣ), so that both see one excess, and the cap beside it.
  private func ruled(
    _ sum: PlainHealth, _ pool: PlainPool, collateral: Int128, by rule: WholePoolRule
  ) -> Result<PlainHealth, PlainFault> {
    var positions: [Position] = []
    for id in pool.contracts {
      guard let leg = pool.legs[id], let contract = contracts[id] else { continue }
      positions.append(
        Position(
          instrument: contract.instrument, size: SignedLots(leg.lots),
          entry: contract.isOption ? nil : contract.entry(of: leg)))
    }
    guard
      let asked = try? rule.model.requirement(
        for: positions, collateral: Money(minorUnits: collateral, asset: pool.terms.asset),
        in: rule.market)
    else { return .failure(.unpriced(.missing)) }
    let shift = sum.equity - asked.equity.minorUnits
    var ruled = sum
    ruled.maintenance = max(0, asked.maintenance.minorUnits + shift)
    let cap = pool.cap.flatMap { cap in
      Quotient(sum.exposure, times: Int128(cap.denominator), over: Int128(cap.numerator))?.ceiling
    }
    ruled.initial = max(ruled.maintenance, asked.initial.minorUnits + shift, cap ?? 0)
    return .success(ruled)
  }

  /// What rounding may move a requirement by a rule over the whole pool, which is in doubles: a unit each
  /// for equity, the rule's own equity and its requirement; half a last bit of all that is added up for
  /// each of some four operations a leg is valued by and for each sum of legs, before and after, which
  /// is 2 · (4 + legs) · 2⁻⁵³ of it; and for each leg its price of twelve decimals times its size.
  func slackOfRule(_ id: PoolID, _ health: PlainHealth) -> Int128 {
    let last = Price(ExactDecimal(significand: 1, scale: 12))
    let legs = pools[id]?.legs ?? [:]
    let gross = legs.values.reduce(health.equity.magnitude) { $0 + $1.cost.magnitude }
    var slack: Int128 = 3 + Int128(((gross >> 40) * UInt128(4 + legs.count)) >> 12)
    for (id, leg) in legs {
      let moved = contracts[id].flatMap { contract in
        contract.isOption || contract.instrument.settlement == .linear
          ? contract.value(lots: Int64(leg.lots.magnitude), at: last)?.ceiling : nil
      }
      slack += max(1, moved ?? 1)
    }
    return slack
  }

  /// Value of one leg less its cost, smallest units, rounded down.
  func profit(of leg: PlainLeg, _ id: ContractID, on board: MarkBoard) -> Int128? {
    guard case .success(let mark) = Self.mark(id, on: board), let terms = Self.terms(leg, mark)
    else { return nil }
    return floor(terms.worth) - leg.cost
  }

  package static func mark(
    _ id: ContractID, on board: MarkBoard
  ) -> Result<ContractMark, PlainFault> {
    guard Int(id.number) < board.marks.count else { return .failure(.unpriced(.missing)) }
    switch board.marks[Int(id.number)] {
    case .success(let mark): return .success(mark)
    case .failure(.missing): return .failure(.unpriced(.missing))
    case .failure(.stale): return .failure(.unpriced(.stale))
    case .failure(.divergent): return .failure(.unpriced(.divergent))
    }
  }

  package struct LegTerms {
    package let worth: Int128
    package let initial: Int128
    package let maintenance: Int128
    let exposure: Int128
  }

  package static func terms(_ leg: PlainLeg, _ mark: ContractMark) -> LegTerms? {
    let lots = Int128(leg.lots)
    let size = lots < 0 ? -lots : lots
    let side = lots > 0 ? mark.long : mark.short
    let worth = (lots > 0 ? mark.valueDown : mark.valueUp).multipliedReportingOverflow(by: lots)
    let exposure = mark.exposure.multipliedReportingOverflow(by: size)
    guard !worth.overflow, !exposure.overflow,
      let initial = charge(size, side.initialRate, side.initialSteps),
      let maintenance = charge(size, side.maintenanceRate, side.maintenanceSteps)
    else { return nil }
    let terms = LegTerms(
      worth: worth.partialValue, initial: initial, maintenance: maintenance,
      exposure: exposure.partialValue)
    let largest = max(
      terms.worth.magnitude, terms.initial.magnitude, terms.exposure.magnitude)
    return largest < 1 << 118 ? terms : nil
  }

  /// Rate · size − deduction of the last bracket that begins at or below the size.
  private static func charge(
    _ size: Int128, _ rate: Int128, _ steps: [LotSchedule.Bracket]
  ) -> Int128? {
    let bracket = steps.last { Int128($0.lots) <= size }
    let (product, overflow) = (bracket?.rate ?? rate).multipliedReportingOverflow(by: size)
    return overflow ? nil : product - (bracket?.deduction ?? 0)
  }

  private func floor(_ nanounits: Int128) -> Int128 {
    let (quotient, rest) = nanounits.quotientAndRemainder(dividingBy: Self.nano)
    return rest < 0 ? quotient - 1 : quotient
  }
}
