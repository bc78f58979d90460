package import FulcrumLedger
import FulcrumModel

/// Events as CSV, one row a posting: what an accountant can add up.
///
/// Every amount is above zero and stands in a debit and a credit account, so that the balance of an
/// account is what it was debited less what it was credited, and all balances of a currency add up
/// to zero. A side of a deleveraging or haircut without a posting of its own has a memo row: debit,
/// credit and amount empty, `borne` what a haircut took off profit that is not settled yet. Other
/// events that move nothing have no row; JSON Lines have them all.
package struct LedgerCSV {
  package static let columns = [
    "sequence", "at", "cause", "kind", "debit", "credit", "amount", "asset", "pool", "contract",
    "lots", "size", "price", "borne",
  ]

  private var text = CSVText()

  package init() {}

  /// The bytes since the last call.
  package mutating func take() -> [UInt8] {
    let bytes = text.bytes
    text = CSVText()
    return bytes
  }

  package mutating func header() {
    for column in Self.columns { text.plain(column) }
    text.endLine()
  }

  /// - Parameter ledger: as it was just before the event.
  package mutating func add(_ event: Event, in ledger: Ledger) {
    let subjects = Subject.all(of: event.fact)
    let postings = ledger.postings(of: event.fact)
    for posting in postings {
      let own = subjects.first { $0.isSide(of: posting) } ?? subjects.first ?? Subject()
      row(event, posting, own, in: ledger)
    }
    for subject in subjects where subject.isMemo {
      if !postings.contains(where: subject.isSide) { row(event, nil, subject, in: ledger) }
    }
  }

  private mutating func row(
    _ event: Event, _ posting: Transfer?, _ subject: Subject, in ledger: Ledger
  ) {
    let instrument = subject.contract.flatMap { ledger.contract($0)?.instrument }
    let asset = posting?.asset ?? instrument?.settlementAsset
    func amount(_ units: Int128?) -> String? {
      guard let units, let asset else { return nil }
      return "\(Money(minorUnits: units, asset: asset).amount)"
    }
    text.plain("\(event.sequence)")
    text.plain(event.at.description)
    text.text(event.cause.key)
    text.plain(FactKind(event.fact).rawValue)
    text.text(posting.map { ledger.name($0.to) })
    text.text(posting.map { ledger.name($0.from) })
    text.plain(amount(posting?.amount))
    text.plain(asset.map { AmountText.text($0) })
    text.text(subject.pool.map { ledger.name($0) })
    text.text(instrument?.id.name)
    text.plain(subject.lots.map { "\($0)" })
    text.plain(subject.lots.flatMap { instrument?.contractsText($0) })
    text.plain(subject.price?.description)
    text.plain(posting == nil ? amount(subject.borne) : nil)
    text.endLine()
  }

  /// One side of what a fact is about, for the columns beside its postings.
  private struct Subject {
    var pool: PoolID?
    var contract: ContractID?
    var lots: Int64?
    var price: Price?
    /// Off profit not yet settled, smallest units.
    var borne: Int128?
    /// Whether it has a row where it has no posting.
    var isMemo = false

    func isSide(of posting: Transfer) -> Bool {
      guard let pool else { return false }
      return posting.from == .pool(pool) || posting.to == .pool(pool)
    }

    static func all(of fact: Fact) -> [Subject] {
      switch fact {
      case .filled(let id, let fill), .settled(let id, let fill), .liquidated(let id, let fill):
        [Subject(id, fill)]
      case .deleveraged(let step):
        [
          Subject(step.bankrupt, step.closing, isMemo: true),
          Subject(step.counterparty, step.reducing, isMemo: true),
        ]
      case .accrued(let id, let leg, _, _): [Subject(pool: id, contract: leg)]
      case .haircut(let cut):
        [
          Subject(pool: cut.bankrupt, contract: cut.contract),
          Subject(
            pool: cut.winner, contract: cut.contract, borne: cut.amount, isMemo: cut.fromCost),
        ]
      case .funded(let id, _), .released(let id, _), .pledged(let id, _), .unpledged(let id, _),
        .converted(let id, _, _), .charged(let id, _, _),
        .backstopped(let id, _, _), .insuranceDrawn(let id, _, _), .commonDrawn(let id, _),
        .shortfall(let id, _), .closed(let id):
        [Subject(pool: id)]
      default: []
      }
    }

    init(
      pool: PoolID? = nil, contract: ContractID? = nil, borne: Int128? = nil,
      isMemo: Bool = false
    ) {
      self.pool = pool
      self.contract = contract
      self.borne = borne
      self.isMemo = isMemo
    }

    init(_ pool: PoolID, _ fill: Fill, isMemo: Bool = false) {
      self.init(pool: pool, contract: fill.contract, isMemo: isMemo)
      lots = fill.lots
      price = fill.price
    }
  }
}
