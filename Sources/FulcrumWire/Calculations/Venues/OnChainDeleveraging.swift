import FulcrumLedger

extension VenueCalculation {
  /// The rules that our own pools are deleveraged by: the ledger's integers behind decimal inputs.
  static let deleveraging = [
    VenueCalculation(
      "adl.waterFill", "whom a bankrupt position is deleveraged against, to one common leverage"
    ) { (fields) throws(CalculationRefusal) in
      let price = fields.number("price", "price, USD", .positive)
      let quantity = fields.number("reduce", "coins to be taken over", .nonNegative)
      let accounts = fields.each("accounts", meaning: "accounts") { $0.account() }
      try fields.finish()
      let candidates = try accounts.enumerated().map { (entry) throws(CalculationRefusal) in
        WaterFill.Candidate(
          pool: PoolID(UInt32(entry.offset)), lots: UInt64(try units(entry.element.size)),
          equity: try units(entry.element.equity))
      }
      let fill = WaterFill(quantity: UInt64(try units(quantity)), candidates: candidates)
      let reduced = Dictionary(uniqueKeysWithValues: fill.reductions.map { ($0.pool, $0.lots) })
      var reductions = JSONObject()
      for (place, account) in accounts.enumerated() {
        let lots = reduced[PoolID(UInt32(place))] ?? 0
        reductions[account.id] = try finite(Double(lots) / unitsPerWhole)
      }
      let cap = price * Double(fill.capLots) / Double(fill.capEquity)
      return ["leverageCap": try finite(cap), "reductions": .object(reductions)]
    },
    VenueCalculation(
      "adl.proRata", "how profits bear a deficit that nobody could be deleveraged for"
    ) { (fields) throws(CalculationRefusal) in
      let deficit = fields.number("deficit", "missing, USD", .nonNegative)
      var named: [(name: String, profit: Double)] = []
      if case .object(let profits) = fields.any("positivePnl") {
        for member in profits.members {
          guard case .number(let profit) = member.value, profit >= 0 else {
            fields.refuse(
              "positivePnl.\(member.name)", seen: "\(member.value)", allowed: "a profit, USD",
              fix: "write a number of 0 or more")
            continue
          }
          named.append((member.name, profit))
        }
      } else {
        fields.refuse(
          "positivePnl", seen: "no object", allowed: "profits by name", fix: "write {\"a\": 10}")
      }
      try fields.finish()
      let profits = try named.map { (entry) throws(CalculationRefusal) in try units(entry.profit) }
      let cut = ProfitHaircut(deficit: try units(deficit), profits: profits)
      var haircuts = JSONObject()
      for (entry, amount) in zip(named, cut.amounts) {
        haircuts[entry.name] = try finite(Double(amount) / unitsPerWhole)
      }
      return [
        "haircuts": .object(haircuts),
        "uncovered": try finite(Double(cut.uncovered) / unitsPerWhole),
      ]
    },
  ]

  /// Fine enough that rounding to whole units is far below any tolerance of the files.
  private static let unitsPerWhole = 1e9

  private static func units(_ amount: Double) throws(CalculationRefusal) -> Int128 {
    let scaled = (amount * unitsPerWhole).rounded(.toNearestOrEven)
    guard scaled < 9e18 else {
      throw CalculationRefusal([
        Issue(
          source: InputFields.source, path: "$", seen: "\(amount)", allowed: "less than 9e9",
          fix: "count in larger units")
      ])
    }
    return Int128(scaled)
  }
}

private struct DeleveragedAccount {
  let id: String
  let size: Double
  let equity: Double
}

extension InputFields {
  fileprivate mutating func account() -> DeleveragedAccount {
    DeleveragedAccount(
      id: text("id", "name"), size: number("size", "coins, unsigned", .positive),
      equity: number("equity", "equity, USD", .positive))
  }
}
