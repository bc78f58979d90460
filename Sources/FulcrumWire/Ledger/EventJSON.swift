package import FulcrumLedger
import FulcrumModel

/// Events as JSON Lines, format `fulcrum.ledger-event` version 1: docs/reference/ledger-events.md.
///
/// Names stand for numbers and every amount is exact with its currency, so that a line can be read
/// without the rest of the history, and read back into the same event with it.
package enum EventJSON {
  package static let format = "fulcrum.ledger-event"
  package static let version = 1

  /// - Parameter ledger: as it was just before the event.
  package static func object(_ event: Event, in ledger: Ledger) -> JSONObject {
    var object = LedgerObject(ledger)
    object.put("format", format)
    object.put("version", Int64(version))
    object.put("sequence", Int64(clamping: event.sequence))
    object.put("at", event.at.description)
    object.put("cause", event.cause.key)
    object.put("kind", FactKind(event.fact).rawValue)
    owners(event.fact, &object)
    let postings = ledger.postings(of: event.fact)
    if !postings.isEmpty { object.json.append("postings", .array(postings.map(object.posting))) }
    return object.json
  }

  private static func owners(_ fact: Fact, _ object: inout LedgerObject) {
    switch fact {
    case .ownerOpened(let id, let name):
      object.put("owner", name)
      object.put("number", Int64(id.number))
    case .contractListed(let id, let instrument):
      object.put(instrument)
      object.put("number", Int64(id.number))
    case .rulesSet(let rules):
      object.json.append("rules", object.nested { $0.put(rules) })
    case .deposited(let owner, let money), .withdrawn(let owner, let money):
      object.put(owner)
      object.put(money)
    case .endowed(let fund, let money):
      object.put("fund", object.ledger.name(fund))
      object.put(money)
    case .poolOpened(let id, let terms):
      object.put(terms)
      object.put("number", Int64(id.number))
    case .refused(let code, let detail):
      object.put("code", code)
      object.put("detail", detail)
    case .ticked(let asOf, let ruleSet, let source):
      object.put("market", asOf.description)
      object.put("ruleSet", ruleSet)
      object.put("source", Hexadecimal.text(source))
    case .sampled(let market, let expiry, let price):
      object.put(market)
      object.put("expiry", expiry.description)
      object.put("price", price.description)
    case .priced(let contract, let delivery):
      object.put(contract)
      object.put("delivery", delivery.description)
    default: pools(fact, &object)
    }
  }

  private static func pools(_ fact: Fact, _ object: inout LedgerObject) {
    switch fact {
    case .funded(let id, let amount), .released(let id, let amount),
      .commonDrawn(let id, let amount), .shortfall(let id, let amount):
      object.put(id)
      object.put(amount, of: id)
    case .pledged(let id, let money), .unpledged(let id, let money):
      object.put(id)
      object.put(money)
    case .converted(let id, let money, let received):
      object.put(id)
      object.put(money)
      object.put(received, of: id, as: "into")
    case .leverageCapped(let id, let cap):
      object.put(id)
      object.put(cap)
    case .filled(let id, let fill), .settled(let id, let fill), .liquidated(let id, let fill):
      object.put(id)
      object.put(fill, of: id)
    case .charged(let id, let amount, let charge):
      object.put(id)
      object.put(amount, of: id)
      object.put("charge", charge.word)
    case .accrued(let id, let contract, let amount, let dust):
      object.put(id)
      object.put(contract)
      object.put(amount, of: id)
      object.put(dust, of: id, as: "dust")
    case .frozen(let id, let reason):
      object.put(id)
      object.put("reason", reason.word)
    case .thawed(let id), .closed(let id): object.put(id)
    case .warned(let id, let health), .calmed(let id, let health),
      .liquidationBegan(let id, let health), .liquidationEnded(let id, let health):
      object.put(id)
      object.put(health, of: id)
    default: waterfall(fact, &object)
    }
  }

  private static func waterfall(_ fact: Fact, _ object: inout LedgerObject) {
    switch fact {
    case .backstopped(let id, let backstop, let takeover):
      object.put(id)
      object.put(backstop, as: "backstop")
      let legs = takeover.legs.map { leg in
        object.nested {
          $0.put(leg.contract)
          $0.put("lots", leg.lots)
          $0.put(leg.cost, of: id, as: "cost")
        }
      }
      object.json.append("legs", .array(legs))
      object.put(takeover.collateral, of: id, as: "collateral")
      object.put(takeover.netted, of: id, as: "netted")
      object.put(takeover.equity, of: id, as: "equity")
    case .bankrupted(let id, let deficit):
      object.put(id)
      object.put(deficit, of: id, as: "deficit")
    case .insuranceDrawn(let id, let market, let amount):
      object.put(id)
      object.put(market)
      object.put(amount, of: id)
    case .deleveraged(let step):
      object.put(step.bankrupt)
      object.put(step.counterparty, as: "counterparty")
      object.json.append("closing", object.nested { $0.put(step.closing, of: step.bankrupt) })
      object.json.append(
        "reducing", object.nested { $0.put(step.reducing, of: step.counterparty) })
      object.put("capLots", "\(step.capLots)")
      object.put(step.capEquity, of: step.bankrupt, as: "capEquity")
    case .haircut(let cut):
      object.put(cut.bankrupt)
      object.put(cut.winner, as: "winner")
      object.put(cut.contract)
      object.put(cut.amount, of: cut.bankrupt)
      object.put("from", cut.fromCost ? "profit" : "collateral")
    default: preconditionFailure("a fact without JSON: \(fact)")
    }
  }
}

extension LedgerObject {
  func posting(_ transfer: Transfer) -> JSONValue {
    nested {
      $0.put("debit", ledger.name(transfer.to))
      $0.put("credit", ledger.name(transfer.from))
      $0.put(Money(minorUnits: transfer.amount, asset: transfer.asset))
    }
  }
}

/// Bytes as lower-case hexadecimal text.
package enum Hexadecimal {
  package static func text(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Nil for anything but pairs of hexadecimal digits.
  package static func bytes(_ text: String) -> [UInt8]? {
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
  }
}
