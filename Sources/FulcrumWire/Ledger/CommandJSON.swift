package import FulcrumLedger
package import FulcrumModel

/// Commands as JSON Lines, format `fulcrum.ledger-command` version 1: docs/reference/pools.md.
package enum CommandJSON {
  package static let format = "fulcrum.ledger-command"
  package static let version = 1
  package static let actions = [
    "openOwner", "list", "setRules", "deposit", "withdraw", "endow", "openPool", "fund", "release",
    "trade", "capLeverage", "charge", "freeze", "thaw", "close", "deliver", "mark",
  ]

  package static func object(_ command: Command, in ledger: Ledger) -> JSONObject {
    var object = LedgerObject(ledger)
    object.put("format", format)
    object.put("version", Int64(version))
    object.put("key", command.id.key)
    object.put("at", command.issuedAt.description)
    write(command.action, &object)
    return object.json
  }

  private static func write(_ action: Command.Action, _ object: inout LedgerObject) {
    switch action {
    case .openOwner(let name):
      object.put("action", "openOwner")
      object.put("owner", name)
    case .list(let instrument):
      object.put("action", "list")
      object.put(instrument)
    case .setRules(let rules):
      object.put("action", "setRules")
      object.json.append("rules", object.nested { $0.put(rules) })
    case .deposit(let owner, let money):
      object.put("action", "deposit")
      object.put(owner)
      object.put(money)
    case .withdraw(let owner, let money):
      object.put("action", "withdraw")
      object.put(owner)
      object.put(money)
    case .endow(let fund, let money):
      object.put("action", "endow")
      object.put("fund", object.ledger.name(fund))
      object.put(money)
    case .openPool(let terms):
      object.put("action", "openPool")
      object.put(terms)
    case .deliver(let contract, let price):
      object.put("action", "deliver")
      object.put(contract)
      object.put("price", price.description)
    case .mark(let tick):
      object.put("action", "mark")
      object.put("market", tick.board.asOf.description)
      object.put("ruleSet", tick.board.ruleSet)
      object.put("source", Hexadecimal.text(tick.board.source))
    default: pools(action, &object)
    }
  }

  private static func pools(_ action: Command.Action, _ object: inout LedgerObject) {
    func put(_ name: String, _ pool: PoolID) {
      object.put("action", name)
      object.put(pool)
    }
    switch action {
    case .fund(let pool, let money):
      put("fund", pool)
      object.put(money)
    case .release(let pool, let money):
      put("release", pool)
      object.put(money)
    case .trade(let pool, let trade):
      put("trade", pool)
      object.put(trade.contract)
      object.put("lots", trade.lots)
      object.put("price", trade.price.description)
      object.put(trade.fee, as: "fee")
      object.put("admission", trade.admission.word)
    case .capLeverage(let pool, let cap):
      put("capLeverage", pool)
      object.put(cap)
    case .charge(let pool, let money, let charge):
      put("charge", pool)
      object.put(money)
      object.put("charge", charge.word)
    case .freeze(let pool): put("freeze", pool)
    case .thaw(let pool): put("thaw", pool)
    case .close(let pool): put("close", pool)
    default: preconditionFailure("a command without JSON: \(action)")
    }
  }

  /// The command that a line is of.
  ///
  /// - Parameters:
  ///   - ledger: as it is when the command is given, for the names in it.
  ///   - instant: of lines that carry no `at`.
  /// - Throws: the first field that cannot be used. A `mark` is refused: a line holds no marks.
  package static func command(
    _ object: JSONObject, in ledger: Ledger, at instant: Timestamp
  ) throws(LedgerDocumentFault) -> Command {
    let fields = LedgerFields(object, ledger)
    if fields.has("format") || fields.has("version") {
      let (format, version) = (try fields.text("format"), try fields.whole("version"))
      guard format == Self.format, version == Int64(Self.version) else {
        throw fields.fault(
          "format", seen: "\(format) version \(version)",
          allowed: "\(Self.format) version \(Self.version)", fix: "give commands of this version")
      }
    }
    let key = try fields.text("key")
    guard let id = CommandID(key) else {
      throw fields.fault(
        "key", seen: ScalarText.quoted(key), allowed: "1 to 64 printable characters, no spaces",
        fix: "give each command a key of its own")
    }
    let action = try fields.word("action", actions) { actions.contains($0) ? $0 : nil }
    return Command(
      id: id, issuedAt: fields.has("at") ? try fields.instant("at") : instant,
      action: try read(action, fields))
  }

  private static func read(
    _ action: String, _ fields: LedgerFields
  ) throws(LedgerDocumentFault) -> Command.Action {
    switch action {
    case "openOwner": return .openOwner(name: try fields.text("owner"))
    case "list": return .list(try listed(fields))
    case "setRules":
      return .setRules(try fields.nested("rules").rules(from: fields.ledger.rules))
    case "deposit": return .deposit(try fields.owner(), try fields.money())
    case "withdraw": return .withdraw(try fields.owner(), try fields.money())
    case "endow": return .endow(try fields.fund(), try fields.money())
    case "openPool": return .openPool(try fields.terms())
    case "deliver": return .deliver(try fields.contract(), try fields.price())
    case "fund": return .fund(try fields.pool(), try fields.money())
    case "release": return .release(try fields.pool(), try fields.money())
    case "trade": return .trade(try fields.pool(), try trade(fields))
    case "capLeverage": return .capLeverage(try fields.pool(), try fields.cap())
    case "charge":
      return .charge(
        try fields.pool(), try fields.money(),
        try fields.word("charge", Charge.words, Charge.init(word:)))
    case "freeze": return .freeze(try fields.pool())
    case "thaw": return .thaw(try fields.pool())
    case "close": return .close(try fields.pool())
    default:
      throw fields.fault(
        "action", seen: "\"\(action)\"", allowed: "a command that carries all it needs",
        fix: "mark with the market itself: fulcrum pool mark --market FILE")
    }
  }

  /// A contract in full, or by its name alone with the standard terms of that name's venue.
  private static func listed(_ fields: LedgerFields) throws(LedgerDocumentFault) -> Instrument {
    if fields.has("type") { return try fields.instrument() }
    let name = try fields.text("contract")
    do throws(InstrumentNameError) {
      return try InstrumentName(name).instrument
    } catch {
      throw fields.fault(
        "contract", seen: ScalarText.quoted(name), allowed: "an instrument's name",
        fix: error.description)
    }
  }

  private static func trade(_ fields: LedgerFields) throws(LedgerDocumentFault) -> Trade {
    let contract = try fields.contract()
    guard let instrument = fields.ledger.contract(contract)?.instrument else {
      preconditionFailure("contract \(contract.number) was found by its name")
    }
    let lots: Int64
    if fields.has("size") {
      lots = try self.lots(of: try fields.decimal("size"), instrument, fields)
    } else {
      lots = try fields.whole("lots")
    }
    let words = Trade.Admission.allCases.map(\.word)
    return Trade(
      contract: contract, lots: lots, price: try fields.price(),
      fee: fields.has("fee") ? try fields.money("fee") : .zero(instrument.settlementAsset),
      admission: fields.has("admission")
        ? try fields.word("admission", words, Trade.Admission.init(word:)) : .checked)
  }

  private static func lots(
    of size: ExactDecimal, _ instrument: Instrument, _ fields: LedgerFields
  ) throws(LedgerDocumentFault) -> Int64 {
    guard let count = size.count(of: instrument.lot), let lots = Int64(exactly: count) else {
      throw fields.fault(
        "size", seen: "\(size)", allowed: "a whole number of lots of \(instrument.lot) contracts",
        fix: "correct the size")
    }
    return lots
  }
}
