import FulcrumLedger
package import FulcrumModel
import FulcrumPricing
package import FulcrumRisk

/// From a book of positions to the pools of a ledger: what to deposit, open, fund and record.
///
/// The fund of a pool is what leaves it, after the trades, with the cash that the book states: cash
/// plus the premium that its options cost. Trades are recorded at the entry price, or at the mark
/// where the book has none.
package struct BookImport: Sendable {
  package struct PlannedTrade: Hashable, Sendable {
    package let instrument: Instrument
    package let lots: Int64
    package let price: Price
  }

  package struct PlannedPool: Hashable, Sendable {
    /// As the ledger allows names.
    package let name: String
    /// As the book has it.
    package let book: String
    package let asset: Asset
    /// Smallest units; ≥ 0.
    package let fund: Int128
    package let trades: [PlannedTrade]
  }

  package private(set) var pools: [PlannedPool] = []
  /// What was left out, and why.
  package private(set) var issues: [Issue] = []

  private let source: String
  private let board: MarkBoard
  private let places: [InstrumentID: Int]
  private let asOf: Timestamp
  private var names: Set<String> = []

  /// - Parameter source: the book as its issues should name it.
  package init(_ book: Book, in snapshot: MarketSnapshot, margin: StandardMargin, source: String) {
    self.source = source
    asOf = snapshot.asOf
    var instruments: [InstrumentID: Instrument] = [:]
    for position in book.pools.flatMap(\.positions) {
      instruments[position.instrument.id] = position.instrument
    }
    let view = MarketView(snapshot, at: snapshot.asOf)
    var marks: [Result<ContractMark, MarkFault>] = []
    var places: [InstrumentID: Int] = [:]
    for instrument in instruments.values.sorted(by: { $0.id < $1.id }) {
      places[instrument.id] = marks.count
      let mark = try? margin.mark(of: instrument, in: view, staleAfterMilliseconds: .max)
      marks.append(mark.map { .success($0) } ?? .failure(.missing))
    }
    self.places = places
    board = MarkBoard(asOf: snapshot.asOf, ruleSet: margin.ruleSet, marks: marks)
    for pool in book.pools { plan(pool) }
  }

  private mutating func plan(_ pool: IsolatedPool) {
    if pool.leftOut > 0 {
      note(
        pool, .warning, seen: "\(pool.leftOut) rows that could not be read",
        fix: "the pool is opened without them")
    }
    var trades: [PlannedTrade] = []
    for position in pool.positions {
      if let trade = trade(position, of: pool) { trades.append(trade) }
    }
    guard !trades.isEmpty else {
      return note(pool, .error, seen: "no leg that can be recorded", fix: "the pool is left out")
    }
    guard let cash = cash(of: pool), let premium = premium(trades, pool) else { return }
    var fund = cash + premium
    if fund < 0 {
      note(
        pool, .warning,
        seen: "\(AmountText.text(-premium, pool.currency)) of premium received for "
          + "\(AmountText.text(cash, pool.currency)) of cash",
        fix: "nothing is funded; the pool keeps the whole premium")
      fund = 0
    }
    pools.append(
      PlannedPool(
        name: freshName(pool.id), book: pool.id, asset: pool.currency, fund: fund, trades: trades))
  }

  private mutating func trade(_ position: Position, of pool: IsolatedPool) -> PlannedTrade? {
    let instrument = position.instrument
    if let expiry = instrument.expiry, expiry <= asOf {
      note(
        pool, .error, seen: "\(instrument.id), which expired at \(expiry)",
        fix: "the leg is left out; what it paid is not in the pool")
      return nil
    }
    let mark = places[instrument.id].flatMap { try? board.marks[$0].get() }
    guard let price = position.entry ?? mark?.price, price.value > .zero else {
      note(
        pool, .error, seen: "\(instrument.id) without an entry price or a mark",
        fix: "the leg is left out; give its entry price")
      return nil
    }
    return PlannedTrade(instrument: instrument, lots: position.size.count, price: price)
  }

  /// C, smallest units; nil with an issue where nobody says.
  private mutating func cash(of pool: IsolatedPool) -> Int128? {
    switch pool.collateral {
    case .cash(let money): return money.minorUnits
    case .equity(let money): return cash(from: money, of: pool)
    case .unknown where pool.isLongOptionsOnly: return 0
    case .unknown:
      note(
        pool, .error, seen: "no collateral", fix: "the pool is left out; give it with --collateral")
      return nil
    }
  }

  /// C = E − Σ value + Σ cost of futures, at the marks.
  private mutating func cash(from equity: Money, of pool: IsolatedPool) -> Int128? {
    var cash = equity.minorUnits
    for position in pool.positions where (position.instrument.expiry ?? asOf.next) > asOf {
      let lots = position.size.count
      guard let place = places[position.instrument.id], let mark = try? board.marks[place].get(),
        let value = mark.value(lots: lots),
        let arithmetic = ContractArithmetic(position.instrument)
      else {
        note(
          pool, .error, seen: "equity, and no mark of \(position.instrument.id) to find cash by",
          fix: "the pool is left out; give its cash")
        return nil
      }
      cash -= Rounding.down.quotient(value, by: ContractMark.nanounitsPerUnit)
      if !position.instrument.isOption {
        let entry = position.entry ?? mark.price
        cash += arithmetic.value(lots: lots, at: entry, rounding: .toNearestEven) ?? 0
      }
    }
    return cash
  }

  /// What the options cost, less what was received for those sold.
  private mutating func premium(_ trades: [PlannedTrade], _ pool: IsolatedPool) -> Int128? {
    var sum: Int128 = 0
    for trade in trades where trade.instrument.isOption {
      guard
        let value = ContractArithmetic(trade.instrument)?
          .value(lots: trade.lots, at: trade.price, rounding: .up)
      else {
        note(
          pool, .error, seen: "\(trade.instrument.id): a value over 128 bits",
          fix: "the pool is left out; correct the size")
        return nil
      }
      sum += value
    }
    return sum
  }

  /// The book's name with what a ledger does not allow as dashes, told apart from the others.
  private mutating func freshName(_ id: String) -> String {
    let kept = id.unicodeScalars.map { scalar -> Character in
      let isAllowed =
        scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
      return isAllowed || "-._".unicodeScalars.contains(scalar) ? Character(scalar) : "-"
    }
    let base = kept.isEmpty ? "pool" : String(kept.prefix(60))
    var name = base
    var number = 2
    while !names.insert(name).inserted {
      name = "\(base.prefix(56))-\(number)"
      number += 1
    }
    return name
  }

  private mutating func note(
    _ pool: IsolatedPool, _ severity: Issue.Severity, seen: String, fix: String
  ) {
    issues.append(
      Issue(
        severity, source: source, path: "pool \"\(pool.id)\"", seen: seen,
        allowed: "a pool with its collateral and legs that live", fix: fix))
  }
}

extension Timestamp {
  /// Later than itself, for what never expires.
  fileprivate var next: Timestamp { adding(milliseconds: 1) }
}
