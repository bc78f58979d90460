import FulcrumLedger
import FulcrumModel

/// Why a line about a ledger cannot be used: which field, what was seen, what is allowed, what to do.
package struct LedgerDocumentFault: Error, Hashable, Sendable {
  package var path: String
  package var seen: String
  package var allowed: String
  package var fix: String

  package init(path: String, seen: String, allowed: String, fix: String) {
    self.path = path
    self.seen = seen
    self.allowed = allowed
    self.fix = fix
  }

  package func issue(source: String, line: Int? = nil) -> Issue {
    Issue(source: source, line: line, path: path, seen: seen, allowed: allowed, fix: fix)
  }
}

/// Reads the fields of a JSON object about a ledger, names through what the ledger knows.
struct LedgerFields {
  let json: JSONObject
  let ledger: Ledger
  var path = "$"

  init(_ json: JSONObject, _ ledger: Ledger) {
    self.json = json
    self.ledger = ledger
  }

  func fault(
    _ name: String, seen: String, allowed: String, fix: String
  ) -> LedgerDocumentFault {
    LedgerDocumentFault(path: "\(path).\(name)", seen: seen, allowed: allowed, fix: fix)
  }

  func has(_ name: String) -> Bool { json[name] != nil && json[name] != .null }

  func text(_ name: String) throws(LedgerDocumentFault) -> String {
    switch json[name] {
    case .string(let text): return text
    case nil, .null:
      throw fault(name, seen: "nothing", allowed: "a text", fix: "add the field")
    case let other?:
      throw fault(name, seen: other.brief, allowed: "a text", fix: "write it in quotes")
    }
  }

  /// A whole number that a double holds exactly.
  func whole(_ name: String) throws(LedgerDocumentFault) -> Int64 {
    if let number = json[name]?.number, number.magnitude < 0x1p53,
      let whole = Int64(exactly: number)
    {
      return whole
    }
    throw fault(
      name, seen: json[name]?.brief ?? "nothing", allowed: "a whole number below 2^53",
      fix: "write it like 40")
  }

  func number32(_ name: String) throws(LedgerDocumentFault) -> UInt32 {
    let whole = try whole(name)
    guard let number = UInt32(exactly: whole) else {
      throw fault(name, seen: "\(whole)", allowed: "0 to 4294967295", fix: "correct it")
    }
    return number
  }

  /// Through one of the texts' own readers.
  func read<Value>(
    _ name: String, _ reader: (String) throws(ScalarText.Refusal) -> Value
  ) throws(LedgerDocumentFault) -> Value {
    let text = try text(name)
    do throws(ScalarText.Refusal) {
      return try reader(text)
    } catch {
      throw fault(name, seen: error.seen, allowed: error.allowed, fix: error.fix)
    }
  }

  func decimal(_ name: String) throws(LedgerDocumentFault) -> ExactDecimal {
    try read(name) { (text) throws(ScalarText.Refusal) in
      guard let value = ExactDecimal(text) else { throw ScalarText.refusal(text) }
      return value
    }
  }

  func price(_ name: String = "price") throws(LedgerDocumentFault) -> Price {
    Price(try decimal(name))
  }

  func instant(_ name: String) throws(LedgerDocumentFault) -> Timestamp {
    let text = try text(name)
    guard let instant = Timestamp(text) else {
      throw fault(
        name, seen: ScalarText.quoted(text), allowed: "ISO 8601 in UTC",
        fix: "write it like 2026-08-22T03:50:45Z")
    }
    return instant
  }

  func money(_ name: String = "amount") throws(LedgerDocumentFault) -> Money {
    try read(name, AmountText.money)
  }

  /// Smallest units of the currency that the place asks for.
  func units(
    _ name: String = "amount", in asset: Asset
  ) throws(LedgerDocumentFault) -> Int128 {
    let money = try money(name)
    guard money.asset == asset else {
      throw fault(
        name, seen: AmountText.text(money), allowed: "an amount in \(AmountText.text(asset))",
        fix: "give it in the pool's currency")
    }
    return money.minorUnits
  }

  func units(
    _ name: String = "amount", of pool: PoolID
  ) throws(LedgerDocumentFault) -> Int128 {
    guard let asset = ledger.pool(pool)?.terms.asset else {
      throw fault(name, seen: "pool \(pool.number)", allowed: "a pool", fix: "open it first")
    }
    return try units(name, in: asset)
  }

  func ratio(_ name: String) throws(LedgerDocumentFault) -> Ratio {
    try read(name, AmountText.ratio)
  }

  func cap() throws(LedgerDocumentFault) -> Ratio? {
    has("leverageCap") ? try ratio("leverageCap") : nil
  }

  func word<Value>(
    _ name: String, _ words: [String], _ make: (String) -> Value?
  ) throws(LedgerDocumentFault) -> Value {
    let text = try text(name)
    if let value = make(text) { return value }
    let near = NearestName.of(text, among: words).map { "did you mean \"\($0)\"?" }
    throw fault(
      name, seen: ScalarText.quoted(text), allowed: words.joined(separator: ", "),
      fix: near ?? "write one of them")
  }

  // MARK: Names

  func owner(_ name: String = "owner") throws(LedgerDocumentFault) -> OwnerID {
    let text = try text(name)
    if let id = ledger.owner(named: text) { return id }
    throw unknown(name, "owner", text, among: ledger.owners.map(\.name))
  }

  func pool(_ name: String = "pool") throws(LedgerDocumentFault) -> PoolID {
    let text = try text(name)
    if let id = ledger.pool(named: text) { return id }
    throw unknown(name, "pool", text, among: ledger.pools.map(\.terms.name))
  }

  func contract(_ name: String = "contract") throws(LedgerDocumentFault) -> ContractID {
    let text = try text(name)
    if let id = ledger.contract(InstrumentID(text)) { return id }
    throw unknown(name, "contract", text, among: ledger.contracts.map(\.instrument.id.name))
  }

  func market(_ name: String = "market") throws(LedgerDocumentFault) -> MarketID {
    let text = try text(name)
    if let id = ledger.market(named: text) { return id }
    throw unknown(name, "market", text, among: ledger.markets.map { ledger.name($0.id) })
  }

  func fund() throws(LedgerDocumentFault) -> Fund {
    let text = try text("fund")
    if text == "common" { return .common }
    guard text.hasPrefix("insurance:"), let id = ledger.market(named: String(text.dropFirst(10)))
    else {
      throw unknown(
        "fund", "fund", text,
        among: ["common"] + ledger.markets.map { "insurance:" + ledger.name($0.id) })
    }
    return .insurance(id)
  }

  private func unknown(
    _ field: String, _ what: String, _ name: String, among known: [String]
  ) -> LedgerDocumentFault {
    fault(
      field, seen: "\(what) \(ScalarText.quoted(name))",
      allowed: UnknownName.allowed(known, what), fix: UnknownName.fix(name, among: known, what))
  }

  func nested(_ name: String) throws(LedgerDocumentFault) -> LedgerFields {
    guard let object = json[name]?.object else {
      throw fault(
        name, seen: json[name]?.brief ?? "nothing", allowed: "an object", fix: "write {…}")
    }
    var fields = LedgerFields(object, ledger)
    fields.path = "\(path).\(name)"
    return fields
  }
}

/// What to say of a name that a ledger does not know: the same words in files and on the screen.
package enum UnknownName {
  package static func allowed(_ known: [String], _ what: String) -> String {
    if known.isEmpty { return "no \(what) yet" }
    let more = known.count > 8 ? " and \(known.count - 8) more" : ""
    return known.prefix(8).joined(separator: ", ") + more
  }

  package static func fix(_ name: String, among known: [String], _ what: String) -> String {
    if let near = NearestName.of(name, among: known) { return "did you mean \"\(near)\"?" }
    switch what {
    case "contract": return "trade it once, or list it first"
    case "market", "fund": return "list a contract of it first"
    default: return "open the \(what) first"
    }
  }
}
