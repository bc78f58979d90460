import FulcrumLedger
import FulcrumModel

/// A JSON object about a ledger in the making: names for numbers, exact decimals for amounts.
struct LedgerObject {
  let ledger: Ledger
  var json = JSONObject()

  init(_ ledger: Ledger) { self.ledger = ledger }

  mutating func put(_ name: String, _ text: String) { json.append(name, .string(text)) }
  mutating func put(_ name: String, _ number: Int64) { json.append(name, .number(Double(number))) }
  mutating func put(_ owner: OwnerID) { put("owner", ledger.name(owner)) }
  mutating func put(_ pool: PoolID, as name: String = "pool") { put(name, ledger.name(pool)) }
  mutating func put(_ contract: ContractID) { put("contract", ledger.name(contract)) }
  mutating func put(_ market: MarketID) { put("market", ledger.name(market)) }
  mutating func put(_ money: Money, as name: String = "amount") {
    put(name, AmountText.text(money))
  }

  /// An amount in the currency of a pool.
  mutating func put(_ units: Int128, of pool: PoolID, as name: String = "amount") {
    guard let asset = ledger.pool(pool)?.terms.asset else { return }
    put(name, AmountText.text(units, asset))
  }

  mutating func put(_ cap: Ratio?) {
    json.append("leverageCap", cap.map { .string(AmountText.text($0)) } ?? .null)
  }

  mutating func put(_ health: Health, of pool: PoolID) {
    put(health.equity, of: pool, as: "equity")
    put(health.initial, of: pool, as: "initial")
    put(health.maintenance, of: pool, as: "maintenance")
  }

  mutating func put(_ fill: Fill, of pool: PoolID) {
    put(fill.contract)
    put("lots", fill.lots)
    if let size = ledger.contract(fill.contract)?.instrument.contractsText(fill.lots) {
      put("size", size)
    }
    put("price", fill.price.description)
    put(fill.cash, of: pool, as: "cash")
    put(fill.dust, of: pool, as: "dust")
    put(fill.cost, of: pool, as: "cost")
    put(fill.realised, of: pool, as: "realised")
    put(fill.fee, of: pool, as: "fee")
  }

  func nested(_ body: (inout LedgerObject) -> Void) -> JSONValue {
    var inner = LedgerObject(ledger)
    body(&inner)
    return .object(inner.json)
  }

  mutating func put(_ terms: PoolTerms) {
    put("pool", terms.name)
    put(terms.owner)
    put("asset", AmountText.text(terms.asset))
    put(terms.leverageCap)
    switch terms.role {
    case .position: put("role", "position")
    case .hedge: put("role", "hedge")
    case .backstop(let lossCap):
      put("role", "backstop")
      put("lossCap", AmountText.text(lossCap, terms.asset))
    }
    guard !terms.accepted.isEmpty else { return }
    json.append("accepted", .array(terms.accepted.map { rule in nested { $0.put(rule) } }))
  }

  mutating func put(_ rule: CollateralRule) {
    put("asset", AmountText.text(rule.asset))
    put("haircut", AmountText.text(rule.haircut))
    if let depegBelow = rule.depegBelow { put("depegBelow", AmountText.text(depegBelow)) }
    put("depegFactor", AmountText.text(rule.depegFactor))
    if let cap = rule.cap { put("cap", AmountText.text(cap, rule.asset)) }
  }

  mutating func put(_ instrument: Instrument) {
    put("contract", instrument.id.name)
    switch instrument.kind {
    case .perpetual: put("type", "perpetual")
    case .future(let expiry):
      put("type", "future")
      put("expiry", expiry.description)
    case .option(let right, let strike, let expiry):
      put("type", right.rawValue)
      put("strike", strike.description)
      put("expiry", expiry.description)
    }
    put("settlement", instrument.settlement.rawValue)
    put("base", AmountText.text(instrument.base))
    put("quote", AmountText.text(instrument.quote))
    switch instrument.contract {
    case .coins(let size): put("contractCoins", size.description)
    case .usdFace(let size): put("contractUSD", size.description)
    }
    put("lot", instrument.lot.description)
  }

  mutating func put(_ rules: LedgerRules) {
    for field in LedgerRulesField.allCases { put(field.rawValue, field.text(in: rules)) }
  }
}

extension Instrument {
  /// Signed lots as contracts: `+40`, `-0.5`.
  package func contractsText(_ lots: Int64) -> String? {
    lot.multiplied(by: ExactDecimal(significand: Int128(lots), scale: 0))?.description
  }
}
