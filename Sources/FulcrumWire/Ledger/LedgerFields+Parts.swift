import FulcrumLedger
import FulcrumModel

/// The parts that facts and commands are made of.
extension LedgerFields {
  func instrument() throws(LedgerDocumentFault) -> Instrument {
    let name = try text("contract")
    let types = ["perpetual", "future"] + OptionRight.allCases.map(\.rawValue)
    let type = try word("type", types) { types.contains($0) ? $0 : nil }
    let kind: Instrument.Kind
    if let right = OptionRight(rawValue: type) {
      kind = .option(right, strike: try price("strike"), expiry: try instant("expiry"))
    } else {
      kind = type == "future" ? .future(expiry: try instant("expiry")) : .perpetual
    }
    let settlement = try word(
      "settlement", Settlement.allCases.map(\.rawValue), Settlement.init(rawValue:))
    let size: ContractSize =
      has("contractUSD")
      ? .usdFace(try positive("contractUSD")) : .coins(try positive("contractCoins"))
    return Instrument(
      id: InstrumentID(name), kind: kind, settlement: settlement,
      base: try read("base", AmountText.asset), quote: try read("quote", AmountText.asset),
      contract: size, lot: try positive("lot"))
  }

  private func positive(_ name: String) throws(LedgerDocumentFault) -> ExactDecimal {
    let value = try decimal(name)
    guard value > .zero else {
      throw fault(name, seen: "\(value)", allowed: "a number above 0", fix: "correct it")
    }
    return value
  }

  func terms() throws(LedgerDocumentFault) -> PoolTerms {
    let asset = try read("asset", AmountText.asset)
    let words = ["position", "hedge", "backstop"]
    let word = has("role") ? try word("role", words) { words.contains($0) ? $0 : nil } : "position"
    let role: PoolRole
    switch word {
    case "hedge": role = .hedge
    case "backstop": role = .backstop(lossCap: try units("lossCap", in: asset))
    default: role = .position
    }
    return PoolTerms(
      name: try text("pool"), owner: try owner(), asset: asset, leverageCap: try cap(), role: role,
      accepted: try accepted())
  }

  private func accepted() throws(LedgerDocumentFault) -> [CollateralRule] {
    var rules: [CollateralRule] = []
    for (place, value) in (json["accepted"]?.array ?? []).enumerated() {
      var fields = LedgerFields(value.object ?? JSONObject(), ledger)
      fields.path = "\(path).accepted[\(place)]"
      let asset = try fields.read("asset", AmountText.asset)
      rules.append(
        CollateralRule(
          asset: asset, haircut: try fields.ratio("haircut"),
          depegBelow: fields.has("depegBelow") ? try fields.ratio("depegBelow") : nil,
          depegFactor: fields.has("depegFactor") ? try fields.ratio("depegFactor") : Ratio(0, 1),
          cap: fields.has("cap") ? try fields.units("cap", in: asset) : nil))
    }
    return rules
  }

  func rules(from base: LedgerRules) throws(LedgerDocumentFault) -> LedgerRules {
    var rules = base
    for name in json.names where LedgerRulesField(rawValue: name) == nil {
      let known = LedgerRulesField.allCases.map(\.rawValue)
      throw fault(
        name, seen: "an unknown rule", allowed: known.joined(separator: ", "),
        fix: NearestName.of(name, among: known).map { "did you mean \"\($0)\"?" } ?? "remove it")
    }
    for field in LedgerRulesField.allCases where has(field.rawValue) {
      let text = try text(field.rawValue)
      do throws(ScalarText.Refusal) {
        try field.set(text, in: &rules)
      } catch {
        throw fault(field.rawValue, seen: error.seen, allowed: error.allowed, fix: error.fix)
      }
    }
    return rules
  }

  func health(of pool: PoolID) throws(LedgerDocumentFault) -> Health {
    Health(
      equity: try units("equity", of: pool), initial: try units("initial", of: pool),
      maintenance: try units("maintenance", of: pool))
  }

  func fill(of pool: PoolID) throws(LedgerDocumentFault) -> Fill {
    Fill(
      contract: try contract(), lots: try whole("lots"), price: try price(),
      cash: try units("cash", of: pool), dust: try units("dust", of: pool),
      cost: try units("cost", of: pool), realised: try units("realised", of: pool),
      fee: try units("fee", of: pool))
  }

  func legs(of pool: PoolID) throws(LedgerDocumentFault) -> [Leg] {
    var legs: [Leg] = []
    for (place, value) in (json["legs"]?.array ?? []).enumerated() {
      var fields = LedgerFields(value.object ?? JSONObject(), ledger)
      fields.path = "\(path).legs[\(place)]"
      legs.append(
        Leg(
          contract: try fields.contract(), lots: try fields.whole("lots"),
          cost: try fields.units("cost", of: pool)))
    }
    return legs
  }
}
