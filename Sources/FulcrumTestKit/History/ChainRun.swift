import FulcrumLedger
public import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// Option pools on the real strikes of recorded chains, marked by the standard rule from one chain to the
/// next: strangles and puts sold at several leverages against those who bought them, and a put spread.
public struct ChainRun: Sendable {
  private let chains: [MarketSnapshot]
  private var desk: HistoryDesk
  private var now: Timestamp

  /// - Parameter chains: in the order of their time; the first one decides the strikes.
  public init(_ name: String, _ chains: [MarketSnapshot]) {
    self.chains = chains
    desk = HistoryDesk(name)
    now = chains.first?.asOf ?? Timestamp(milliseconds: 0)
  }

  public mutating func run() throws(SimulationFailure) -> CrashReport {
    guard let first = chains.first else { return try desk.close(fall: 0) }
    let wings = Self.wings(of: first)
    for name in ["sellers", "buyers", "house"] { try send(.openOwner(name: name)) }
    for instrument in wings { try send(.list(instrument)) }
    for owner in 0...2 as ClosedRange<UInt32> {
      try send(.deposit(OwnerID(owner), coins(100_000)))
    }
    if !wings.isEmpty { try send(.endow(.insurance(MarketID(0)), coins(1))) }
    let terms = PoolTerms(
      name: "stop", owner: OwnerID(2), asset: .btc, role: .backstop(lossCap: 400_000_000))
    try send(.openPool(terms))
    try send(.fund(PoolID(0), coins(4)))
    for (number, chain) in chains.enumerated() {
      now = chain.asOf
      try mark(chain)
      if number == 0 { try open(wings, chain) }
    }
    let lowest = chains.compactMap { Self.index(of: $0) }.min() ?? 1
    let fall = lowest / (Self.index(of: first) ?? 1) - 1
    return try desk.close(fall: fall)
  }

  /// Call and put near ±10 %, put near −20 %, of the first expiry at least three weeks away.
  private static func wings(of chain: MarketSnapshot) -> [Instrument] {
    guard let index = index(of: chain) else { return [] }
    let options = chain.quotes.values.map(\.instrument).filter {
      $0.isOption && $0.base == .btc && $0.settlement == .inverse
    }
    let earliest = chain.asOf.adding(milliseconds: 21 * 86_400_000)
    guard let expiry = options.compactMap(\.expiry).filter({ $0 > earliest }).min() else {
      return []
    }
    return [(OptionRight.call, 1.1), (.put, 0.9), (.put, 0.8)].compactMap { right, part in
      let fitting = options.filter {
        guard case .option(right, _, expiry) = $0.kind else { return false }
        return true
      }
      return fitting.min { strikeDistance($0, part * index) < strikeDistance($1, part * index) }
    }
  }

  private static func strikeDistance(_ instrument: Instrument, _ level: Double) -> Double {
    guard case .option(_, let strike, _) = instrument.kind else { return .infinity }
    return (strike.doubleValue - level).magnitude
  }

  private static func index(of chain: MarketSnapshot) -> Double? {
    chain.indices[Underlying(base: .btc)]?.price.doubleValue
  }

  private mutating func open(
    _ wings: [Instrument], _ chain: MarketSnapshot
  ) throws(SimulationFailure) {
    guard wings.count == 3, let board = desk.engine.board else { return }
    // A coin of margin; lots are tenths of a coin of option.
    for leverage in [1, 2, 4, 6, 8] as [Int64] {
      for (name, legs) in [("strangle", [0, 1]), ("put", [1]), ("deep", [2])] {
        let sold = try pool("\(name)\(leverage)-sold", OwnerID(0))
        let bought = try pool("\(name)\(leverage)-bought", OwnerID(1))
        for leg in legs {
          try trade(sold, leg, -10 * leverage, board)
          try trade(bought, leg, 10 * leverage, board)
        }
      }
      let spread = try pool("spread\(leverage)", OwnerID(0))
      try trade(spread, 1, -10 * leverage, board)
      try trade(spread, 2, 10 * leverage, board)
    }
  }

  private mutating func pool(
    _ name: String, _ owner: OwnerID
  ) throws(SimulationFailure) -> PoolID {
    try send(.openPool(PoolTerms(name: name, owner: owner, asset: .btc)))
    let id = PoolID(UInt32(desk.engine.ledger.pools.count - 1))
    try send(.fund(id, coins(1)))
    return id
  }

  private mutating func trade(
    _ id: PoolID, _ leg: Int, _ lots: Int64, _ board: MarkBoard
  ) throws(SimulationFailure) {
    guard case .success(let mark) = board.marks[leg] else { return }
    try send(
      .trade(
        id,
        Trade(
          contract: ContractID(UInt32(leg)), lots: lots, price: mark.price, fee: .zero(.btc),
          admission: .recorded)))
  }

  private mutating func mark(_ chain: MarketSnapshot) throws(SimulationFailure) {
    let view = MarketView(chain, at: chain.asOf)
    let marks = desk.engine.ledger.contracts.map { contract -> Result<ContractMark, MarkFault> in
      do {
        return .success(
          try StandardMargin.standard.mark(
            of: contract.instrument, in: view, staleAfterMilliseconds: 300_000))
      } catch {
        return .failure(.missing)
      }
    }
    let board = MarkBoard(asOf: chain.asOf, ruleSet: "standard/2026-11", marks: marks)
    try send(.mark(MarketTick(board: board)))
  }

  private func coins(_ count: Int128) -> Money {
    Money(minorUnits: count * 100_000_000, asset: .btc)
  }

  private mutating func send(_ action: Command.Action) throws(SimulationFailure) {
    _ = try desk.send(action, at: now)
  }
}
