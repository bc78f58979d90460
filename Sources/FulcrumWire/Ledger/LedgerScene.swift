package import FulcrumLedger
package import FulcrumModel
import FulcrumNumerics
package import FulcrumRisk

/// A ledger and the market that it is looked at through, for screens and files.
package struct LedgerScene: Sendable {
  package let ledger: Ledger
  /// The marks that judge pools; nil where no market was given.
  package let board: MarkBoard?
  package let snapshot: MarketSnapshot?
  /// What the sources of pledged assets come to.
  package let prices: [PriceVerdict]
  package var margin: StandardMargin { builder.margin }
  private let builder: MarketTickBuilder

  /// - Parameter snapshot: a market to value pools in; nil for balances alone.
  package init(
    _ ledger: Ledger, snapshot: MarketSnapshot? = nil, source: [UInt8] = [],
    builder: MarketTickBuilder = MarketTickBuilder()
  ) {
    self.ledger = ledger
    self.snapshot = snapshot
    self.builder = builder
    board = snapshot.map { builder.board($0, source: source, for: ledger) }
    prices = snapshot.map { builder.verdicts(at: $0.asOf) } ?? []
  }

  /// The pools as they stand, in the order given.
  package func states(of ids: [PoolID]) -> [PoolState] {
    let pools = ids.compactMap(ledger.pool)
    let reports = reports(of: pools)
    return pools.map { pool in
      PoolState(pool, in: self, report: reports[pool.terms.name])
    }
  }

  /// The pools nearest to their end first: in liquidation, then those that cannot be valued, then by
  /// equity over maintenance.
  package func worstFirst(_ ids: [PoolID]) -> [PoolState] {
    states(of: ids).map { ($0, $0.urgency) }.sorted { a, b in
      a.1 != b.1 ? a.1 < b.1 : a.0.pool.id < b.0.pool.id
    }.map(\.0)
  }

  /// What the market lacks to mark a contract.
  func lack(of id: ContractID) -> String? {
    snapshot.flatMap { builder.lack(of: id, in: $0, for: ledger) }
  }

  package func state(of id: PoolID) -> PoolState? { states(of: [id]).first }

  /// The report engine's view of pools that hold something; pools as isolated pools with their cash.
  private func reports(of pools: [Pool]) -> [String: PoolReport] {
    guard let snapshot else { return [:] }
    let isolated = pools.filter { !$0.legs.isEmpty }.map(isolated)
    guard !isolated.isEmpty else { return [:] }
    var settings = ReportSettings()
    settings.asOf = snapshot.asOf
    settings.staleAfterMilliseconds = ledger.rules.staleAfterMilliseconds
    settings.margin = margin
    settings.detailedPools = 0
    let report = ReportEngine.report(
      Book(pools: isolated), in: snapshot, settings: settings,
      provenance: Provenance(
        engineVersion: ProductVersion.text, ruleSet: margin.ruleSet,
        kernel: KernelLevel.current.rawValue, inputs: []))
    return Dictionary(report.pools.map { ($0.id, $0) }) { first, _ in first }
  }

  /// A pool of a ledger as the report engine takes one: C and what pledges count for in cash, legs at
  /// the price they cost.
  package func isolated(_ pool: Pool) -> IsolatedPool {
    let positions = pool.legs.compactMap { leg -> Position? in
      guard let instrument = ledger.contract(leg.contract)?.instrument else { return nil }
      let entry = ContractArithmetic(instrument)?.price(lots: leg.lots, value: leg.cost)
      return Position(instrument: instrument, size: SignedLots(leg.lots), entry: entry)
    }
    let credit = pledges(of: pool).compactMap(\.credit).reduce(0, +)
    return IsolatedPool(
      id: pool.terms.name, strategy: nil, currency: pool.terms.asset,
      collateral: .cash(Money(minorUnits: pool.collateral + credit, asset: pool.terms.asset)),
      positions: positions)
  }
}

/// One pool as it stands: what the ledger knows exactly, and what the market makes of it.
package struct PoolState: Sendable {
  package let pool: Pool
  package let owner: String
  /// E, I and M; the reason where a leg cannot be valued; nil where no market was given.
  package let health: Result<Health, ValuationFault>?
  /// What may be taken out now.
  package let free: Int128?
  /// Leverage and liquidation; nil without legs or without a market.
  package let report: PoolReport?
  package let wallet: Int128
  package let legs: [LegState]
  package let pledges: [PledgeState]
  /// Why there is no health, in words.
  package let fault: String?

  package struct LegState: Sendable {
    package let leg: Leg
    package let instrument: Instrument
    package let mark: ContractMark?
    /// At the mark, against the holder, smallest units.
    package let value: Int128?
  }

  init(_ pool: Pool, in scene: LedgerScene, report: PoolReport?) {
    let ledger = scene.ledger
    self.pool = pool
    self.report = report
    owner = ledger.name(pool.terms.owner)
    wallet = ledger.wallet(pool.terms.owner, pool.terms.asset)
    pledges = scene.pledges(of: pool)
    var fault: String?
    if pool.legs.isEmpty, pledges.isEmpty {
      health = .success(Health(equity: pool.collateral, initial: 0, maintenance: 0))
      free = max(0, pool.collateral)
    } else if let board = scene.board {
      let valued = Result { () throws(ValuationFault) in try ledger.health(of: pool, on: board) }
      health = valued
      free = try? ledger.freeCollateral(of: pool, on: board)
      if case .failure(let reason) = valued {
        fault = reason.text(in: ledger, scene.prices, lack: scene.lack(of:))
      }
    } else {
      health = nil
      free = nil
      fault = "no market was given; add --market FILE"
    }
    self.fault = fault
    legs = pool.legs.compactMap { leg in
      guard let instrument = ledger.contract(leg.contract)?.instrument else { return nil }
      let place = leg.contract.place
      var mark: ContractMark?
      if let board = scene.board, place < board.marks.count { mark = try? board.marks[place].get() }
      let nano = mark.flatMap { $0.value(lots: leg.lots) }
      return LegState(
        leg: leg, instrument: instrument, mark: mark,
        value: nano.map { Rounding.down.quotient($0, by: ContractMark.nanounitsPerUnit) })
    }
  }

  package var asset: Asset { pool.terms.asset }
  package var name: String { pool.terms.name }
  var valued: Health? { try? health?.get() }

  /// Smaller is nearer to its end; equity over maintenance where both are known.
  fileprivate var urgency: Double {
    switch pool.phase {
    case .liquidating, .bankrupt: return -2
    case .closed: return .infinity
    case .empty, .open, .warning: break
    }
    guard let valued else { return -1 }
    guard valued.maintenance > 0 else { return valued.equity < 0 ? -1 : .greatestFiniteMagnitude }
    return Double(valued.equity) / Double(valued.maintenance)
  }

  /// `open`, `liquidating since …`, with `frozen (stale)` where it is.
  package var phaseText: String {
    let phase =
      switch pool.phase {
      case .empty: "empty"
      case .open: "open"
      case .warning: "warning"
      case .liquidating: "liquidating"
      case .bankrupt: "bankrupt"
      case .closed: "closed"
      }
    return pool.freeze.map { "\(phase), frozen (\($0.reason.word))" } ?? phase
  }

  package var roleText: String {
    switch pool.terms.role {
    case .position: "position"
    case .hedge: "hedge"
    case .backstop: "backstop"
    }
  }

  /// Whether everything that was asked for could be said.
  package var isWhole: Bool {
    guard case .failure = health else { return true }
    return false
  }
}

/// Exact amounts as a screen shows them: cents of a dollar, a millionth of a coin, rounding named.
package enum ExactText {
  package static func amount(
    _ units: Int128, _ asset: Asset, _ rounding: Rounding = .down, signed: Bool = false
  ) -> String {
    let places: UInt8 = asset.isDollar ? 2 : 6
    let shown = min(places, asset.decimals)
    let scaled = rounding.quotient(units, by: ExactDecimal.power(asset.decimals - shown))
    var digits = String(scaled.magnitude)
    while digits.count <= Int(shown) { digits = "0" + digits }
    let whole = digits.dropLast(Int(shown))
    var text = ""
    for (place, digit) in whole.enumerated() {
      if place > 0, (whole.count - place).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    if shown > 0 { text += "." + digits.suffix(Int(shown)) }
    return (scaled < 0 ? "-" : (signed && scaled > 0 ? "+" : "")) + text
  }
}
