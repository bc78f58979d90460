import CLimitKernels
import FulcrumLedger
import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// Rates of the ledger in memory, on one thread, with its checks on as they always are.
func ledgerFigures() {
  let traffic = LedgerTraffic(pools: 1000, commands: 100_000)
  Figure.rate("ledger: events applied", count: traffic.events.count) {
    var ledger = traffic.start
    for event in traffic.events { ledger.apply(event) }
    precondition(ledger.sequence == traffic.end, "the events did not all apply")
  }.print()
  Figure.rate("ledger: commands decided and applied", count: traffic.commands.count) {
    var engine = Engine(ledger: traffic.start, board: traffic.board)
    for command in traffic.commands { _ = engine.execute(command, prior: nil) }
    precondition(engine.ledger.sequence == traffic.end, "the commands went another way")
  }.print()
  for pools in [10_000, 100_000] {
    let book = RemarkBook(pools: pools)
    let samples = Samples { seconds { book.remark() } * 1000 }
    Figure(
      name: "re-mark \(pools) pools of 1 to 8 legs, 2,000 contracts", unit: "ms",
      samples: samples, note: "prices every contract once, then adds integers"
    ).print()
  }
  idlePoolFigure(pools: 100_000)
}

/// What a ledger of pools without legs holds of the heap, read from its own bytes.
private func idlePoolFigure(pools: Int) {
  let bytes = PoolWorld(pools: pools, legs: 0, contracts: 16).engine.ledger.bytes
  guard heap_bytes() > 0 else {
    return print("memory of an idle pool: the C library does not tell")
  }
  let samples = Samples {
    let before = heap_bytes()
    let ledger = try? Ledger(bytes: bytes)
    let after = heap_bytes()
    precondition(ledger?.sequence ?? 0 > 0, "no ledger was read")
    return (Double(after) - Double(before)) / Double(pools)
  }
  Figure(name: "memory of an idle pool, \(pools) of them", unit: "B", samples: samples).print()
}

extension Figure {
  /// Millions a second.
  static func rate(_ name: String, count: Int, _ body: () -> Void) -> Figure {
    let samples = Samples { Double(count) / seconds(body) / 1e6 }
    return Figure(name: name, unit: "M/s", samples: samples)
  }
}

/// Deposits, top-ups, withdrawals and trades on a thousand pools, drawn once.
struct LedgerTraffic {
  let start: Ledger
  /// Commands that lead to the start.
  let opening: [Command]
  let board: MarkBoard
  let commands: [Command]
  let events: [Event]
  let end: UInt64

  init(pools: Int, commands count: Int) {
    let world = PoolWorld(pools: pools, legs: 0, contracts: 16)
    start = world.engine.ledger
    opening = world.commands
    board = world.board
    var engine = Engine(ledger: start, board: board)
    var generator = Generator(state: 7)
    var commands: [Command] = []
    var events: [Event] = []
    for number in 0..<count {
      let pool = PoolID(UInt32(generator.next(pools)))
      let money = Money(minorUnits: Int128(1 + generator.next(1000)), asset: .usdc)
      let action: Command.Action
      switch generator.next(10) {
      case 0: action = .deposit(OwnerID(0), money)
      case 1: action = .fund(pool, money)
      case 2: action = .release(pool, money)
      default:
        let contract = ContractID(UInt32(generator.next(16)))
        let lots = Int64(generator.next(21)) - 10
        action = .trade(
          pool,
          Trade(
            contract: contract, lots: lots == 0 ? 1 : lots,
            price: world.price(of: contract), fee: Money(minorUnits: 3, asset: .usdc)))
      }
      let command = Command(
        id: CommandID("bench-", UInt64(number)), issuedAt: board.asOf, action: action)
      let outcome = engine.execute(command, prior: nil)
      precondition(outcome.receipt.refusal == nil, "\(String(describing: outcome.receipt.refusal))")
      commands.append(command)
      events += outcome.events
    }
    self.commands = commands
    self.events = events
    end = engine.ledger.sequence
  }
}

/// Many pools, and a new market that moves nobody into liquidation.
private struct RemarkBook {
  let world: PoolWorld

  init(pools: Int) { world = PoolWorld(pools: pools, legs: 8, contracts: 2000) }

  func remark() {
    var engine = world.engine
    let board = world.freshBoard()
    let command = Command(
      id: CommandID("mark-", 1), issuedAt: board.asOf, action: .mark(MarketTick(board: board)))
    let outcome = engine.execute(command, prior: nil)
    precondition(outcome.receipt.refusal == nil && outcome.events.count == 1, "a pool moved")
  }
}

struct Generator {
  var state: UInt64

  mutating func next(_ below: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(below))
  }
}

/// A perpetual and a chain of linear options on one coin, pools with plenty of cash.
struct PoolWorld {
  var engine = Engine()
  private(set) var commands: [Command] = []
  let instruments: [Instrument]
  let market: MarketSnapshot
  let board: MarkBoard
  let now = Timestamp(milliseconds: 1_800_000_000_000)

  init(pools: Int, legs: Int, contracts: Int) {
    instruments = Self.instruments(contracts, after: now)
    market = Self.market(instruments, at: now)
    var number: UInt64 = 0
    var commands: [Command] = []
    func run(_ action: Command.Action, _ engine: inout Engine, _ at: Timestamp) {
      number += 1
      let command = Command(id: CommandID("set-", number), issuedAt: at, action: action)
      commands.append(command)
      let receipt = engine.execute(command, prior: nil).receipt
      precondition(receipt.refusal == nil, "\(String(describing: receipt.refusal))")
    }
    run(.openOwner(name: "owner"), &engine, now)
    let cash = Money(minorUnits: 1_000_000_000_000_000, asset: .usdc)
    for instrument in instruments { run(.list(instrument), &engine, now) }
    board = Self.board(engine.ledger, market, at: now)
    run(.mark(MarketTick(board: board)), &engine, now)
    var generator = Generator(state: 42)
    for place in 0..<pools {
      run(.deposit(OwnerID(0), cash), &engine, now)
      run(
        .openPool(PoolTerms(name: "p\(place)", owner: OwnerID(0), asset: .usdc)), &engine, now)
      run(.fund(PoolID(UInt32(place)), cash), &engine, now)
      for _ in 0..<(legs == 0 ? 0 : 1 + generator.next(legs)) {
        let contract = ContractID(UInt32(generator.next(contracts)))
        let lots = generator.next(2) == 0 ? Int64(5) : -5
        run(
          .trade(
            PoolID(UInt32(place)),
            Trade(
              contract: contract, lots: lots, price: Self.price(contract, board),
              fee: .zero(.usdc), admission: .recorded)), &engine, now)
      }
    }
    self.commands = commands
  }

  func price(of contract: ContractID) -> Price { Self.price(contract, board) }

  /// The same market a second later: every contract is priced anew.
  func freshBoard() -> MarkBoard {
    Self.board(engine.ledger, market, at: now.adding(milliseconds: 1000))
  }

  private static func price(_ contract: ContractID, _ board: MarkBoard) -> Price {
    guard case .success(let mark) = board.marks[Int(contract.number)] else {
      preconditionFailure("contract \(contract.number) has no mark")
    }
    return mark.price
  }

  private static func board(
    _ ledger: Ledger, _ market: MarketSnapshot, at instant: Timestamp
  ) -> MarkBoard {
    let view = MarketView(market, at: instant)
    let marks = ledger.contracts.map { contract -> Result<ContractMark, MarkFault> in
      do {
        return .success(
          try StandardMargin.standard.mark(
            of: contract.instrument, in: view, staleAfterMilliseconds: 60_000))
      } catch {
        return .failure(.missing)
      }
    }
    return MarkBoard(asOf: instant, ruleSet: "standard", marks: marks)
  }

  private static func instruments(_ count: Int, after now: Timestamp) -> [Instrument] {
    (0..<count).map { place in
      let isPerpetual = place == 0
      let strike = Price(ExactDecimal(40_000 + 500 * (place % 80)))
      let expiry = now.adding(milliseconds: Int64(1 + place / 80) * 7 * 86_400_000)
      return Instrument(
        id: InstrumentID("C\(place)"),
        kind: isPerpetual
          ? .perpetual
          : .option(place.isMultiple(of: 2) ? .call : .put, strike: strike, expiry: expiry),
        settlement: .linear, base: .btc, quote: .usdc, contract: .coins(ExactDecimal(1)),
        lot: ExactDecimal(significand: 1, scale: 1))
    }
  }

  private static func market(_ instruments: [Instrument], at now: Timestamp) -> MarketSnapshot {
    var market = MarketSnapshot(asOf: now)
    for instrument in instruments {
      var quote = Quote(instrument: instrument, asOf: now)
      quote.index = Price(ExactDecimal(60_000))
      if instrument.isOption {
        quote.forward = Price(ExactDecimal(60_000))
        quote.markVolatility = 0.55
      } else {
        quote.mark = Price(ExactDecimal(60_000))
      }
      market.insert(quote)
    }
    return market
  }
}
