package import FulcrumLedger
import FulcrumModel

/// Events as CSV, one row a posting: what an accountant can add up.
///
/// Every amount is above zero and stands in a debit and a credit account, so that the balance of an
/// account is what it was debited less what it was credited, and all balances of a currency add up
/// to zero. Events that move nothing have no row; JSON Lines have them all.
package struct LedgerCSV {
  package static let columns = [
    "sequence", "at", "cause", "kind", "debit", "credit", "amount", "asset", "pool", "contract",
    "lots", "size", "price",
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
    let subject = Subject(event.fact)
    let instrument = subject.contract.flatMap { ledger.contract($0)?.instrument }
    for posting in ledger.postings(of: event.fact) {
      text.plain("\(event.sequence)")
      text.plain(event.at.description)
      text.text(event.cause.key)
      text.plain(FactKind(event.fact).rawValue)
      text.text(ledger.name(posting.to))
      text.text(ledger.name(posting.from))
      text.plain("\(Money(minorUnits: posting.amount, asset: posting.asset).amount)")
      text.plain(AmountText.text(posting.asset))
      text.text(subject.pool.map { ledger.name($0) })
      text.text(instrument?.id.name)
      text.plain(subject.lots.map { "\($0)" })
      text.plain(subject.lots.flatMap { instrument?.contractsText($0) })
      text.plain(subject.price?.description)
      text.endLine()
    }
  }

  /// What a fact is about, for the columns beside its postings.
  private struct Subject {
    var pool: PoolID?
    var contract: ContractID?
    var lots: Int64?
    var price: Price?

    init(_ fact: Fact) {
      switch fact {
      case .filled(let id, let fill), .settled(let id, let fill), .liquidated(let id, let fill):
        pool = id
        take(fill)
      case .deleveraged(let step):
        pool = step.bankrupt
        take(step.closing)
      case .accrued(let id, let leg, _, _): (pool, contract) = (id, leg)
      case .haircut(let cut): (pool, contract) = (cut.bankrupt, cut.contract)
      case .funded(let id, _), .released(let id, _), .pledged(let id, _), .unpledged(let id, _),
        .converted(let id, _, _), .charged(let id, _, _),
        .backstopped(let id, _, _), .insuranceDrawn(let id, _, _), .commonDrawn(let id, _),
        .shortfall(let id, _), .closed(let id):
        pool = id
      default: break
      }
    }

    private mutating func take(_ fill: Fill) {
      contract = fill.contract
      lots = fill.lots
      price = fill.price
    }
  }
}
