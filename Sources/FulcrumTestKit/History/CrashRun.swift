import FulcrumLedger
import FulcrumModel

/// Pools of many leverages, long and short, linear and inverse, and option pools, on recorded bars.
///
/// Every day a new set is opened, each trade with both its sides. Within a bar the marks are its open,
/// low, high and close, in this order, a quarter of the bar apart: longs meet the worst first. What is
/// quoted stands a thousandth off the mark, in a wide bar a tenth of its range. After every command the
/// auditor holds all invariants; a wallet outside a pool is compared to the last unit.
public struct CrashRun: Sendable {
  static let leverages: [Int64] = [1, 2, 3, 5, 10, 15, 20, 30, 50]

  private let window: CrashWindow
  private var desk: HistoryDesk
  private var engine: Engine { desk.engine }
  private var rule = PaperRule()
  private var options: [ContractID] = []
  private var now: Timestamp

  public init(_ window: CrashWindow) {
    self.window = window
    desk = HistoryDesk(window.name)
    now = window.bars.first?.at ?? Timestamp(milliseconds: 0)
    rule.futureRate = 0.008
  }

  /// - Throws: the first invariant that does not hold.
  public mutating func run() throws(SimulationFailure) -> CrashReport {
    try setUp()
    var day = Int64.min
    for (place, bar) in window.bars.enumerated() {
      now = bar.at
      try mark(bar.open, place)
      if bar.at.milliseconds / 86_400_000 != day {
        day = bar.at.milliseconds / 86_400_000
        try openDay(day, bar.open, place)
      }
      for (quarter, price) in [bar.low, bar.high, bar.close].enumerated() {
        now = bar.at.adding(milliseconds: window.barMilliseconds / 4 * Int64(quarter + 1))
        try mark(price, place)
      }
    }
    let opens = window.bars.map(\.open)
    let low = window.bars.map(\.low).min() ?? 0
    return try desk.close(fall: low / (opens.first ?? 1) - 1)
  }

  // MARK: Commands

  @discardableResult
  private mutating func send(
    _ action: Command.Action
  ) throws(SimulationFailure) -> Engine.Outcome {
    try desk.send(action, at: now)
  }

  private static let dollars: Int128 = 1_000_000
  private static let coin: Int128 = 100_000_000

  private mutating func setUp() throws(SimulationFailure) {
    for name in ["longs", "shorts", "house"] { try send(.openOwner(name: name)) }
    try send(.list(PaperVenue.perpetual(.btc, inverse: false)))
    try send(.list(PaperVenue.perpetual(.btc, inverse: true)))
    for owner in 0...2 as ClosedRange<UInt32> {
      try send(.deposit(OwnerID(owner), Self.usdc(1_000_000_000)))
      try send(.deposit(OwnerID(owner), Money(minorUnits: 100_000 * Self.coin, asset: .btc)))
    }
    try send(.endow(.insurance(MarketID(0)), Self.usdc(20_000)))
    try send(.endow(.insurance(MarketID(1)), Money(minorUnits: Self.coin, asset: .btc)))
    for (name, asset, amount) in [
      ("stop-usdc", Asset.usdc, 200_000 * Self.dollars), ("stop-btc", .btc, 5 * Self.coin),
    ] {
      let terms = PoolTerms(
        name: name, owner: OwnerID(2), asset: asset, role: .backstop(lossCap: amount))
      try send(.openPool(terms))
      let id = PoolID(UInt32(engine.ledger.pools.count - 1))
      try send(.fund(id, Money(minorUnits: amount, asset: asset)))
    }
  }

  private static func usdc(_ dollars: Int128) -> Money {
    Money(minorUnits: dollars * Self.dollars, asset: .usdc)
  }

  private mutating func openDay(
    _ day: Int64, _ price: Double, _ place: Int
  ) throws(SimulationFailure) {
    for leverage in Self.leverages {
      for inverse in [false, true] {
        // 10,000 dollars, or 0.25 coin; a lot is 0.001 coin, or 10 dollars.
        let lots =
          inverse
          ? Int64(0.25 * price / 10 * Double(leverage) * 0.97)
          : Int64(10_000 / price * 1000 * Double(leverage) * 0.97)
        let cash = inverse ? Money(minorUnits: Self.coin / 4, asset: .btc) : Self.usdc(10_000)
        let contract = ContractID(inverse ? 1 : 0)
        for (owner, sign) in [(UInt32(0), Int64(1)), (1, -1)] {
          let name = "\(inverse ? "i" : "l")\(sign > 0 ? "long" : "short")\(leverage)-\(day)"
          let id = try openPool(name, OwnerID(owner), cash)
          try trade(id, contract, sign * lots, price)
        }
      }
    }
    try openOptions(day, price, place)
  }

  private mutating func openPool(
    _ name: String, _ owner: OwnerID, _ cash: Money
  ) throws(SimulationFailure) -> PoolID {
    try send(.openPool(PoolTerms(name: name, owner: owner, asset: cash.asset)))
    let id = PoolID(UInt32(engine.ledger.pools.count - 1))
    try send(.fund(id, cash))
    return id
  }

  private mutating func trade(
    _ id: PoolID, _ contract: ContractID, _ lots: Int64, _ price: Double
  ) throws(SimulationFailure) {
    guard let asset = engine.ledger.pool(id)?.terms.asset,
      let price = PaperRule.rounded(price, 2), price.value > .zero
    else { return }
    try send(
      .trade(
        id,
        Trade(
          contract: contract, lots: lots, price: price, fee: .zero(asset), admission: .recorded)))
  }

  /// A call and a put of three days, ten per cent out: a strangle sold at three leverages, and bought.
  private mutating func openOptions(
    _ day: Int64, _ price: Double, _ place: Int
  ) throws(SimulationFailure) {
    let expiry = Timestamp(milliseconds: (day + 3) * 86_400_000 + 28_800_000)
    var wings: [(ContractID, Double)] = []
    for (right, part) in [(OptionRight.call, 1.1), (.put, 0.9)] {
      guard let strike = PaperRule.rounded(price * part, 0) else { return }
      let instrument = Instrument(
        id: InstrumentID("\(right == .call ? "C" : "P")\(day)"),
        kind: .option(right, strike: strike, expiry: expiry), settlement: .linear, base: .btc,
        quote: .usdc, contract: .coins(ExactDecimal(significand: 1, scale: 2)),
        lot: ExactDecimal(1))
      try send(.list(instrument))
      let id = ContractID(UInt32(engine.ledger.contracts.count - 1))
      options.append(id)
      let mark = rule.mark(
        instrument, index: price, volatility: window.volatilities[place], at: now)
      wings.append((id, mark?.price.doubleValue ?? 0))
    }
    try mark(price, place)
    for leverage in [1, 3, 6] as [Int64] {
      let lots = Int64(10_000 / price * 100 * Double(leverage))
      let sold = try openPool("sold\(leverage)-\(day)", OwnerID(1), Self.usdc(10_000))
      let bought = try openPool("bought\(leverage)-\(day)", OwnerID(0), Self.usdc(10_000))
      for (id, premium) in wings {
        try trade(sold, id, -lots, premium)
        try trade(bought, id, lots, premium)
      }
    }
  }

  // MARK: Marks

  private mutating func mark(_ price: Double, _ place: Int) throws(SimulationFailure) {
    let bar = window.bars[place]
    let width = max(0.001, 0.1 * (bar.high - bar.low) / bar.open)
    let volatility = window.volatilities[place]
    let marks = engine.ledger.contracts.map { contract -> Result<ContractMark, MarkFault> in
      // What has been settled needs no mark any more.
      if let expiry = contract.instrument.expiry, expiry < now { return .failure(.missing) }
      let mark = rule.mark(contract.instrument, index: price, volatility: volatility, at: now)
      return mark.map { .success(PaperVenue.quoted($0, width: width)) } ?? .failure(.missing)
    }
    let board = MarkBoard(asOf: now, ruleSet: "paper/1", marks: marks)
    let indices = engine.ledger.markets.compactMap { market in
      PaperRule.rounded(price, 2).map { IndexOfMarket(market: market.id, price: $0) }
    }
    try send(.mark(MarketTick(board: board, indices: indices)))
  }
}
