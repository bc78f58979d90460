import FulcrumLedger
import FulcrumModel

/// Commands of a simulated world, drawn from a seed: sensible ones, foolish ones, and the same one
/// again.
struct CommandSource: Sendable {
  var draws: SeededDraws
  var venue = PaperVenue()
  var now = Timestamp(milliseconds: 1_767_225_600_000)
  private var serial: UInt64 = 0
  private var boards: UInt64 = 0
  /// Held back, to come late and in another order.
  private var held: [Command] = []
  /// To come next: the other side of a trade, the second half of a set-up.
  var next: [Command] = []
  /// The last market that was drawn, accepted or not.
  private(set) var lastBoard: MarkBoard?
  /// Of a hundred actions, how many are at the ends of what is allowed.
  private var extremes = 1
  /// Of a hundred ticks, how many bring prints.
  private var prints = 90
  /// Answered lately, to be sent again.
  private var recent: [Command] = []

  init(seed: UInt64) {
    draws = SeededDraws(seed: seed)
    venue.weather = Weather(rawValue: draws.below(Weather.allCases.count)) ?? .calm
    venue.faults = draws.pick([0, 5, 20]) ?? 0
    extremes = draws.pick([0, 1, 8]) ?? 1
    prints = draws.pick([90, 90, 30]) ?? 90
    venue.isWholePool = draws.chance(10)
    venue.pegBreaks = draws.pick([1, 1, 10]) ?? 1
    venue.rule.futureRate = draws.pick([0.01, 0.02, 0.05]) ?? 0.02
  }

  mutating func command(_ action: Command.Action, late: Int64 = 0) -> Command {
    serial += 1
    return Command(
      id: CommandID("s", serial), issuedAt: now.adding(milliseconds: late), action: action)
  }

  /// The next command for a world that stands as `ledger` does.
  mutating func draw(for ledger: Ledger) -> Command {
    let command = fresh(for: ledger)
    recent.append(command)
    if recent.count > 64 { recent.removeFirst(32) }
    return command
  }

  private mutating func fresh(for ledger: Ledger) -> Command {
    if !next.isEmpty { return next.removeFirst() }
    if !held.isEmpty, draws.chance(10) { return held.remove(at: draws.below(held.count)) }
    if draws.chance(3), let old = draws.pick(recent) { return repeated(old, ledger) }
    if serial < 40 { return setUp(ledger) }
    let drawn = action(for: ledger)
    let made = command(drawn.action, late: drawn.late)
    if draws.chance(3) {
      held.append(made)
      return command(mark(ledger))
    }
    return made
  }

  /// The same command, the same a little later, or its key on another command.
  private mutating func repeated(_ old: Command, _ ledger: Ledger) -> Command {
    switch draws.below(3) {
    case 0: return old
    case 1:
      return Command(
        id: old.id, issuedAt: old.issuedAt.adding(milliseconds: 5), action: old.action)
    default:
      let other = action(for: ledger).action
      return Command(id: old.id, issuedAt: old.issuedAt, action: other)
    }
  }

  // MARK: Set-up

  private mutating func setUp(_ ledger: Ledger) -> Command {
    switch serial {
    case 0..<4: return command(.openOwner(name: "owner\(serial)"))
    case 4: return command(.list(PaperVenue.perpetual(.btc, inverse: false)))
    case 5: return command(.list(PaperVenue.perpetual(.btc, inverse: true)))
    case 6: return command(.list(PaperVenue.perpetual(.eth, inverse: false)))
    case 7..<11: return command(.list(venue.expiring(now, &draws)))
    case 11: return command(.setRules(rules()))
    case 12:
      return command(.openPool(PoolTerms(name: "first", owner: OwnerID(0), asset: .usdc)))
    case 13:
      // Before there is a market.
      let price = Price(ExactDecimal(50_000))
      return command(
        .trade(
          PoolID(0), Trade(contract: ContractID(0), lots: 1, price: price, fee: .zero(.usdc))))
    case 14..<19: return command(deposit(ledger))
    case 19, 20: return command(endow(ledger))
    case 21: return command(mark(ledger))
    case 22, 23: return command(.openPool(terms(ledger, role: backstop())))
    default: return command(draws.chance(40) ? .openPool(terms(ledger)) : fund(ledger))
    }
  }

  private mutating func backstop() -> PoolRole {
    .backstop(lossCap: draws.pick([1_000_000, 50_000_000_000, 1_000_000_000_000]) ?? 1)
  }

  private mutating func rules() -> LedgerRules {
    LedgerRules(
      warning: draws.pick([Ratio(5, 4), Ratio(1, 1), Ratio(2, 1)]) ?? Ratio(5, 4),
      exitBuffer: draws.pick([Ratio(15, 100), Ratio(0, 1), Ratio(1, 1)]) ?? Ratio(0, 1),
      backstopBelow: draws.pick([Ratio(2, 3), Ratio(0, 1), Ratio(1, 1)]) ?? Ratio(2, 3),
      liquidationTimeoutMilliseconds: draws.pick([30_000, 0, 3_600_000]) ?? 0,
      liquidationFee: draws.pick([Ratio(5, 1000), Ratio(0, 1), Ratio(1, 10)]) ?? Ratio(0, 1),
      insuranceDraw: draws.pick([Ratio(1, 1), Ratio(1, 3), Ratio(0, 1)]) ?? Ratio(1, 1),
      commonDraw: draws.pick([Ratio(0, 1), Ratio(1, 2), Ratio(1, 1)]) ?? Ratio(0, 1),
      deliveryFee: draws.pick([Ratio(15, 100_000), Ratio(1, 10)]) ?? Ratio(0, 1),
      deliveryFeeCap: draws.pick([Ratio(125, 1000), Ratio(1, 1)]) ?? Ratio(1, 1),
      staleAfterMilliseconds: draws.pick([300_000, 5_000_000]) ?? 300_000,
      withdrawalFloor: draws.pick([0, 1_000_000]) ?? 0)
  }

  // MARK: What happens

  private mutating func action(for ledger: Ledger) -> (action: Command.Action, late: Int64) {
    // A flat pool that owes is bankrupt at the next market: until then it cannot be closed.
    let owing = ledger.pools.first { $0.legs.isEmpty && $0.collateral < 0 }
    if let owing, draws.chance(20) { return (.close(owing.id), 0) }
    if draws.chance(extremes), let action = extreme(for: ledger) { return (action, 0) }
    let dice = draws.below(1000)
    switch dice {
    case ..<240: return (mark(ledger), 0)
    case ..<560: return (tradeBothSides(ledger), draws.chance(3) ? 20_000_000 : 0)
    case ..<650: return (fund(ledger), 0)
    case ..<720: return (release(ledger), draws.chance(5) ? 20_000_000 : 0)
    case ..<760: return (deposit(ledger), 0)
    case ..<785: return (.openPool(terms(ledger)), 0)
    case ..<800: return (.list(venue.expiring(now, &draws)), 0)
    case ..<830: return (cap(ledger), 0)
    case ..<850: return (charge(ledger), 0)
    case ..<865: return (.freeze(pool(ledger)), 0)
    case ..<885: return (.thaw(pool(ledger)), 0)
    case ..<900: return (close(ledger), 0)
    case ..<910: return (.setRules(rules()), 0)
    case ..<920: return (endow(ledger), 0)
    case ..<930: return (.withdraw(owner(ledger), amount(asset(), 10_000)), 0)
    case ..<945: return (.deliver(contract(ledger), price(ledger, contract(ledger))), 0)
    default: return (Foolish.action(ledger, self.pool(ledger), &draws), 0)
    }
  }

  /// Any pool, or one that a fill reported far from the market has just left flat below zero.
  private mutating func close(_ ledger: Ledger) -> Command.Action {
    let single = ledger.pools.first { $0.legs.count == 1 && $0.terms.role == .position }
    guard draws.chance(20), let pool = single, let leg = pool.legs.first else {
      return .close(self.pool(ledger))
    }
    next.append(command(.close(pool.id)))
    return .trade(
      pool.id,
      Trade(
        contract: leg.contract, lots: -leg.lots,
        price: Price(leg.lots > 0 ? ExactDecimal(1) : ExactDecimal(10_000_000)),
        fee: .zero(pool.terms.asset), admission: .recorded))
  }

  private mutating func owner(_ ledger: Ledger) -> OwnerID {
    OwnerID(UInt32(draws.below(max(1, ledger.owners.count))))
  }
  private mutating func pool(_ ledger: Ledger) -> PoolID {
    let live = ledger.pools.filter { !$0.isClosed }
    if draws.chance(95), let pool = draws.pick(live) { return pool.id }
    return PoolID(UInt32(draws.below(max(1, ledger.pools.count))))
  }
  private mutating func contract(_ ledger: Ledger) -> ContractID {
    ContractID(UInt32(draws.below(max(1, ledger.contracts.count))))
  }
  private mutating func asset() -> Asset {
    draws.pick([.usdc, .usdc, .usdc, .usdt, .btc, .eth]) ?? .usdc
  }

  /// Around `dollars`, over four decades.
  private mutating func amount(_ asset: Asset, _ dollars: Int) -> Money {
    let decades = [1, 10, 100, 1000]
    let value = Int128(draws.number(1...dollars) * (draws.pick(decades) ?? 1) / 10 + 1)
    let units: Int128 = asset.isDollar ? 1_000_000 : asset == .btc ? 2000 : 30_000
    return Money(minorUnits: value * units + Int128(draws.below(1000)), asset: asset)
  }

  private mutating func deposit(_ ledger: Ledger) -> Command.Action {
    .deposit(owner(ledger), amount(asset(), 100_000))
  }

  private mutating func endow(_ ledger: Ledger) -> Command.Action {
    guard draws.chance(60), !ledger.markets.isEmpty else {
      return .endow(.common, amount(asset(), 1000))
    }
    let market = ledger.markets[draws.below(ledger.markets.count)]
    return .endow(.insurance(market.id), amount(market.asset, 1000))
  }

  private mutating func terms(_ ledger: Ledger, role: PoolRole? = nil) -> PoolTerms {
    let drawn = draws.below(10)
    let other: PoolRole = drawn < 8 ? .position : drawn < 9 ? .hedge : backstop()
    let asset = asset()
    let accepted = draws.chance(25) ? accepted(by: asset) : []
    let isBackstop = if case .backstop = role ?? other { true } else { false }
    return PoolTerms(
      name: "pool\(serial)", owner: owner(ledger), asset: asset,
      leverageCap: draws.chance(30) ? Ratio(Int64(draws.number(1...20)), 1) : nil,
      role: role ?? other, accepted: isBackstop && draws.chance(90) ? [] : accepted)
  }

  private mutating func accepted(by asset: Asset) -> [CollateralRule] {
    let others: [Asset] = asset == .usdc ? [.btc, .usdt] : [.usdc]
    return others.map { other in
      CollateralRule(
        asset: other,
        haircut: draws.pick([Ratio(1, 10), Ratio(0, 1), Ratio(1, 1), Ratio(1, 1)]) ?? Ratio(0, 1),
        depegBelow: other == .usdt ? Ratio(99, 100) : nil, depegFactor: Ratio(5, 1),
        cap: draws.chance(50) ? 1_000_000_000 : nil)
    }
  }

  /// The pool's own asset, or one that it accepts.
  private mutating func pledgeable(_ ledger: Ledger, _ id: PoolID) -> Asset {
    guard let terms = ledger.pool(id)?.terms else { return .usdc }
    return draws.chance(40) ? draws.pick(terms.accepted)?.asset ?? terms.asset : terms.asset
  }

  private mutating func fund(_ ledger: Ledger) -> Command.Action {
    let id = pool(ledger)
    let asset = pledgeable(ledger, id)
    return .fund(id, amount(draws.chance(97) ? asset : .usdt, draws.chance(20) ? 50_000 : 3000))
  }

  private mutating func release(_ ledger: Ledger) -> Command.Action {
    let id = pool(ledger)
    let asset = pledgeable(ledger, id)
    return .release(id, amount(asset, 2000))
  }

  private mutating func charge(_ ledger: Ledger) -> Command.Action {
    let id = pool(ledger)
    let asset = ledger.pool(id)?.terms.asset ?? .usdc
    return .charge(id, amount(asset, 100), draws.chance(50) ? .fee : .interest)
  }

  private mutating func cap(_ ledger: Ledger) -> Command.Action {
    .capLeverage(
      pool(ledger),
      draws.chance(20) ? nil : Ratio(Int64(draws.number(1...50)), Int64(draws.number(1...3))))
  }

  // MARK: Trades

  private mutating func price(_ ledger: Ledger, _ id: ContractID) -> Price {
    guard let instrument = ledger.contract(id)?.instrument else { return Price(ExactDecimal(1)) }
    let mark = venue.rule.mark(
      instrument, index: venue.index(of: instrument), volatility: 0.6, at: now)
    let middle = mark?.price.doubleValue ?? 1
    let slip = 1 + 0.002 * draws.bell() * (draws.chance(5) ? 50 : 1)
    let places: UInt8 = instrument.isOption && instrument.settlement == .inverse ? 6 : 2
    let price = PaperRule.rounded(max(0, middle * slip), places)
    return price.flatMap { $0.value > .zero ? $0 : nil }
      ?? Price(ExactDecimal(significand: 1, scale: places))
  }

  private mutating func trade(
    _ ledger: Ledger, _ id: ContractID, _ lots: Int64
  ) -> Trade {
    let asset = ledger.contract(id)?.instrument.settlementAsset ?? .usdc
    let fee = Int128(draws.chance(70) ? 0 : draws.number(-1000...1_000_000))
    let dice = draws.below(10)
    return Trade(
      contract: id, lots: lots, price: price(ledger, id),
      fee: Money(minorUnits: fee, asset: asset),
      admission: dice < 6 ? .checked : dice < 9 ? .recorded : .reduceOnly)
  }

  /// One pool buys what another sells, at one price; sometimes the other side is the world.
  mutating func tradeBothSides(_ ledger: Ledger) -> Command.Action {
    let id = pool(ledger)
    guard let pool = ledger.pool(id) else { return .close(id) }
    if draws.chance(25), let leg = draws.pick(pool.legs) {
      let lots = draws.chance(50) ? leg.lots : leg.lots / 2 + (leg.lots > 0 ? 1 : -1)
      let back = trade(ledger, leg.contract, -lots)
      return .trade(id, back)
    }
    let fitting = ledger.contracts.filter {
      $0.instrument.settlementAsset == pool.terms.asset
        && ($0.instrument.expiry.map { $0 > now } ?? true)
    }
    let contract = draws.chance(97) ? draws.pick(fitting)?.id : nil
    let chosen = contract ?? self.contract(ledger)
    let size = draws.number(1...(draws.chance(10) ? 100_000 : 2000))
    let one = trade(ledger, chosen, draws.chance(50) ? Int64(size) : -Int64(size))
    let rivals = ledger.pools.filter {
      $0.id != id && !$0.isClosed && $0.terms.asset == pool.terms.asset
    }
    if draws.chance(70), let rival = draws.pick(rivals) {
      let other = Trade(
        contract: one.contract, lots: -one.lots, price: one.price, fee: one.fee,
        admission: draws.chance(50) ? .recorded : .checked)
      next.append(command(.trade(rival.id, other)))
    }
    return .trade(id, one)
  }

  // MARK: The market

  private mutating func mark(_ ledger: Ledger) -> Command.Action {
    if draws.chance(1) { venue.weather = Weather(rawValue: draws.below(4)) ?? .calm }
    var instant = now.adding(milliseconds: Int64(draws.number(1000...1_200_000)))
    if draws.chance(2) { instant = now.adding(milliseconds: -60_000) } else { now = instant }
    venue.move(&draws)
    boards += 1
    let board = venue.board(of: ledger.contracts, at: instant, number: boards, &draws)
    lastBoard = board
    var accruals: [Accrual] = []
    if draws.chance(20), let contract = ledger.contracts.first(where: { !$0.isOption }) {
      let perpetuals = ledger.contracts.filter { $0.instrument.expiry == nil }.map(\.id)
      let rate = Ratio(Int64(draws.number(-300...300)), draws.pick([1_000_000, 10_000]) ?? 1)
      accruals.append(.funding(draws.pick(perpetuals) ?? contract.id, rate: rate))
    }
    if draws.chance(1, of: 300) { accruals.append(.interest(.usdc, rate: Ratio(3, 1))) }
    if draws.chance(10) {
      accruals.append(.interest(asset(), rate: Ratio(Int64(draws.number(0...50)), 100_000)))
    }
    let indices = ledger.markets.compactMap { market -> IndexOfMarket? in
      guard let path = PaperVenue.coins.firstIndex(of: market.underlying.base),
        let price = PaperRule.rounded(venue.paths[path].price, 2)
      else { return nil }
      return IndexOfMarket(market: market.id, price: price)
    }
    return .mark(
      MarketTick(
        board: board, accruals: accruals, indices: draws.chance(prints) ? indices : []))
  }
}
