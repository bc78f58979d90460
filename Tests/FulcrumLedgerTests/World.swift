import FulcrumLedger
import FulcrumModel
import Testing

/// A small venue to test in: two owners, a linear perpetual of 0.001 BTC a lot, an inverse one of
/// 10 USD, and marks by hand with flat rates.
struct World {
  var engine = Engine()
  var clock = Timestamp(milliseconds: 1_700_000_000_000)
  var commands: UInt64 = 0
  let alice = OwnerID(0)
  let bob = OwnerID(1)
  let perpetual = ContractID(0)
  let inverse = ContractID(1)
  let call = ContractID(2)

  static let expiry = Timestamp(milliseconds: 1_700_000_000_000 + 86_400_000)

  init(rules: LedgerRules = .standard) throws {
    try #require(run(.openOwner(name: "alice")).refusal == nil)
    try #require(run(.openOwner(name: "bob")).refusal == nil)
    try #require(run(.setRules(rules)).refusal == nil)
    let tick = ExactDecimal(significand: 1, scale: 3)
    run(
      .list(
        Instrument(
          id: InstrumentID("BTC_USDC-PERPETUAL"), kind: .perpetual, settlement: .linear,
          base: .btc, quote: .usdc, contract: .coins(ExactDecimal(1)), lot: tick)))
    run(
      .list(
        Instrument(
          id: InstrumentID("BTC-PERPETUAL"), kind: .perpetual, settlement: .inverse, base: .btc,
          quote: .usd, contract: .usdFace(ExactDecimal(1)), lot: ExactDecimal(10))))
    run(
      .list(
        Instrument(
          id: InstrumentID("BTC_USDC-15NOV23-60000-C"),
          kind: .option(.call, strike: Price(ExactDecimal(60_000)), expiry: Self.expiry),
          settlement: .linear, base: .btc, quote: .usdc, contract: .coins(ExactDecimal(1)),
          lot: tick)))
  }

  @discardableResult
  mutating func run(_ action: Command.Action, key: String? = nil) -> Receipt {
    commands += 1
    let id = key.flatMap { CommandID($0) } ?? CommandID("c", commands)
    return engine.execute(
      Command(id: id, issuedAt: clock, action: action), prior: nil
    ).receipt
  }

  mutating func facts(_ action: Command.Action) -> [Fact] {
    commands += 1
    return engine.execute(
      Command(id: CommandID("c", commands), issuedAt: clock, action: action), prior: nil
    ).events.map(\.fact)
  }

  /// A pool of `owner` with `amount` USDC in it.
  mutating func pool(
    _ name: String, _ owner: OwnerID, usdc amount: Int128, role: PoolRole = .position,
    cap: Ratio? = nil
  ) throws -> PoolID {
    let money = Money(minorUnits: amount * 1_000_000, asset: .usdc)
    run(.deposit(owner, money))
    let terms = PoolTerms(name: name, owner: owner, asset: .usdc, leverageCap: cap, role: role)
    try #require(run(.openPool(terms)).refusal == nil)
    let id = try #require(engine.ledger.pool(named: name))
    try #require(run(.fund(id, money)).refusal == nil)
    return id
  }

  mutating func trade(
    _ pool: PoolID, _ contract: ContractID, lots: Int64, at price: Int,
    admission: Trade.Admission = .checked
  ) -> Receipt {
    let asset = engine.ledger.pool(pool)?.terms.asset ?? .usdc
    return run(
      .trade(
        pool,
        Trade(
          contract: contract, lots: lots, price: Price(ExactDecimal(price)),
          fee: .zero(asset), admission: admission)))
  }

  /// Marks the perpetuals at a price with the book `spread` around it; 5 % initial, 2.5 %
  /// maintenance. The call is worth `premium`, a short one must hold 10 % and 7.5 % of the price.
  func board(
    _ price: Int, spread: Int = 0, premium: Int = 0, isQuoted: Bool = true
  ) -> MarkBoard {
    let nano = ContractMark.nanounitsPerUnit
    // Dollars of one lot of 0.001 BTC in nanounits of 1e-6 USDC.
    let lot = Int128(price) * 1000 * nano
    func quote(_ price: Int) -> Price? { isQuoted ? Price(ExactDecimal(price)) : nil }
    let linear = ContractMark(
      price: Price(ExactDecimal(price)), bid: quote(price - spread), ask: quote(price + spread),
      valueDown: lot, valueUp: lot, exposure: lot,
      long: LotSchedule(initialRate: lot / 20, maintenanceRate: lot / 40),
      short: LotSchedule(initialRate: lot / 20, maintenanceRate: lot / 40))
    // −10/P coins of 1e-8, in nanounits.
    let exact = Int128(10) * 100_000_000 * nano
    let coins = exact / Int128(price)
    let isWhole = exact.isMultiple(of: Int128(price))
    let inverse = ContractMark(
      price: Price(ExactDecimal(price)), bid: quote(price - spread), ask: quote(price + spread),
      valueDown: isWhole ? -coins : -coins - 1, valueUp: -coins, exposure: coins + 1,
      long: LotSchedule(initialRate: coins / 20, maintenanceRate: coins / 40),
      short: LotSchedule(initialRate: coins / 20, maintenanceRate: coins / 40))
    let option = Int128(premium) * 1000 * nano
    let call = ContractMark(
      price: Price(ExactDecimal(premium)), bid: quote(max(0, premium - spread)),
      ask: quote(premium + spread), valueDown: option, valueUp: option, exposure: lot / 2,
      long: .none,
      short: LotSchedule(initialRate: lot / 10, maintenanceRate: lot * 3 / 40))
    return MarkBoard(
      asOf: clock, ruleSet: "test", marks: [.success(linear), .success(inverse), .success(call)])
  }

  @discardableResult
  mutating func mark(
    _ price: Int, spread: Int = 0, premium: Int = 0, isQuoted: Bool = true, after seconds: Int64 = 1
  ) -> [Fact] {
    clock = clock.adding(milliseconds: seconds * 1000)
    let board = board(price, spread: spread, premium: premium, isQuoted: isQuoted)
    return facts(.mark(MarketTick(board: board)))
  }

  func collateral(_ pool: PoolID) -> Int128 { engine.ledger.pool(pool)?.collateral ?? 0 }
  func wallet(_ owner: OwnerID) -> Int128 { engine.ledger.wallet(owner, .usdc) }
  func phase(_ pool: PoolID) -> PoolPhase? { engine.ledger.pool(pool)?.phase }
}
