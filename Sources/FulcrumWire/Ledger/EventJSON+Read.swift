package import FulcrumLedger
import FulcrumModel

extension EventJSON {
  /// The event that a line is of.
  ///
  /// - Parameter ledger: as it was just before the event, for its names and currencies.
  /// - Throws: the first field that cannot be used.
  package static func event(
    _ object: JSONObject, in ledger: Ledger
  ) throws(LedgerDocumentFault) -> Event {
    let fields = LedgerFields(object, ledger)
    let (format, version) = (try fields.text("format"), try fields.whole("version"))
    guard format == Self.format, version == Int64(Self.version) else {
      throw fields.fault(
        "format", seen: "\(format) version \(version)",
        allowed: "\(Self.format) version \(Self.version)", fix: "export the events again")
    }
    let sequence = try fields.whole("sequence")
    guard sequence > 0, UInt64(sequence) == ledger.sequence + 1 else {
      throw fields.fault(
        "sequence", seen: "\(sequence)", allowed: "\(ledger.sequence + 1)",
        fix: "give every event once, in order, from the first")
    }
    let key = try fields.text("cause")
    guard let cause = CommandID(key) else {
      throw fields.fault(
        "cause", seen: ScalarText.quoted(key), allowed: "1 to 64 printable characters",
        fix: "correct it")
    }
    let kind = try fields.word(
      "kind", FactKind.allCases.map(\.rawValue), FactKind.init(rawValue:))
    return Event(
      sequence: UInt64(sequence), cause: cause, at: try fields.instant("at"),
      fact: try fact(kind, fields))
  }

  private static func fact(
    _ kind: FactKind, _ fields: LedgerFields
  ) throws(LedgerDocumentFault) -> Fact {
    switch kind {
    case .ownerOpened:
      return .ownerOpened(OwnerID(try fields.number32("number")), name: try fields.text("owner"))
    case .contractListed:
      return .contractListed(ContractID(try fields.number32("number")), try fields.instrument())
    case .rulesSet: return .rulesSet(try fields.nested("rules").rules(from: .standard))
    case .deposited: return .deposited(try fields.owner(), try fields.money())
    case .withdrawn: return .withdrawn(try fields.owner(), try fields.money())
    case .endowed: return .endowed(try fields.fund(), try fields.money())
    case .poolOpened:
      return .poolOpened(PoolID(try fields.number32("number")), try fields.terms())
    case .refused:
      return .refused(code: try fields.text("code"), detail: try fields.text("detail"))
    case .ticked:
      let source = try fields.text("source")
      guard let bytes = Hexadecimal.bytes(source) else {
        throw fields.fault(
          "source", seen: ScalarText.quoted(source), allowed: "hexadecimal digits",
          fix: "export the events again")
      }
      return .ticked(
        at: try fields.instant("market"), ruleSet: try fields.text("ruleSet"), source: bytes)
    case .sampled:
      return .sampled(
        try fields.market(), expiry: try fields.instant("expiry"), price: try fields.price())
    case .priced: return .priced(try fields.contract(), delivery: try fields.price("delivery"))
    case .deleveraged, .haircut: return try twoPools(kind, fields)
    default: return try pool(kind, try fields.pool(), fields)
    }
  }

  private static func pool(
    _ kind: FactKind, _ id: PoolID, _ fields: LedgerFields
  ) throws(LedgerDocumentFault) -> Fact {
    switch kind {
    case .funded: return .funded(id, try fields.units(of: id))
    case .released: return .released(id, try fields.units(of: id))
    case .pledged: return .pledged(id, try fields.money())
    case .unpledged: return .unpledged(id, try fields.money())
    case .converted:
      return .converted(id, try fields.money(), into: try fields.units("into", of: id))
    case .commonDrawn: return .commonDrawn(id, try fields.units(of: id))
    case .shortfall: return .shortfall(id, try fields.units(of: id))
    case .leverageCapped: return .leverageCapped(id, try fields.cap())
    case .filled: return .filled(id, try fields.fill(of: id))
    case .settled: return .settled(id, try fields.fill(of: id))
    case .liquidated: return .liquidated(id, try fields.fill(of: id))
    case .charged:
      return .charged(
        id, try fields.units(of: id), try fields.word("charge", Charge.words, Charge.init(word:)))
    case .accrued:
      return .accrued(
        id, try fields.contract(), try fields.units(of: id), dust: try fields.units("dust", of: id))
    case .frozen:
      return .frozen(
        id,
        try fields.word(
          "reason", FreezeReason.allCases.map(\.word), FreezeReason.init(word:)))
    case .thawed: return .thawed(id)
    case .closed: return .closed(id)
    case .warned: return .warned(id, try fields.health(of: id))
    case .calmed: return .calmed(id, try fields.health(of: id))
    case .liquidationBegan: return .liquidationBegan(id, try fields.health(of: id))
    case .liquidationEnded: return .liquidationEnded(id, try fields.health(of: id))
    case .bankrupted: return .bankrupted(id, deficit: try fields.units("deficit", of: id))
    case .insuranceDrawn:
      return .insuranceDrawn(id, try fields.market(), try fields.units(of: id))
    case .backstopped:
      return .backstopped(
        id, by: try fields.pool("backstop"),
        Takeover(
          legs: try fields.legs(of: id), collateral: try fields.units("collateral", of: id),
          netted: try fields.units("netted", of: id), equity: try fields.units("equity", of: id)))
    default: preconditionFailure("\(kind.rawValue) is not a fact of one pool")
    }
  }

  private static func twoPools(
    _ kind: FactKind, _ fields: LedgerFields
  ) throws(LedgerDocumentFault) -> Fact {
    let id = try fields.pool()
    guard kind == .deleveraged else {
      return .haircut(
        Haircut(
          bankrupt: id, winner: try fields.pool("winner"), contract: try fields.contract(),
          amount: try fields.units(of: id),
          fromCost: try fields.word("from", ["profit", "collateral"]) {
            $0 == "profit" ? true : ($0 == "collateral" ? false : nil)
          }))
    }
    let counterparty = try fields.pool("counterparty")
    let cap = try fields.text("capLots")
    guard let capLots = Int128(cap) else {
      throw fields.fault(
        "capLots", seen: ScalarText.quoted(cap), allowed: "a whole number", fix: "correct it")
    }
    return .deleveraged(
      Deleveraging(
        bankrupt: id, counterparty: counterparty,
        closing: try fields.nested("closing").fill(of: id),
        reducing: try fields.nested("reducing").fill(of: counterparty),
        cap: (capLots, try fields.units("capEquity", of: id))))
  }
}
