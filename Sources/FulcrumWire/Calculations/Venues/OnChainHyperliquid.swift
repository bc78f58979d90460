import FulcrumRisk

extension VenueCalculation {
  /// Hyperliquid, by its documentation.
  static let hyperliquid = [
    VenueCalculation(
      "hyperliquid.tierMargin", "maintenance of a notional under Hyperliquid's tiers"
    ) { (fields) throws(CalculationRefusal) in
      let notional = fields.number("notional", "notional, USD", .nonNegative)
      let steps = fields.each("tiers", meaning: "tiers") { tier in
        (
          lowerBound: tier.number("lowerBound", "notional, USD", .nonNegative),
          maxLeverage: tier.number("maxLeverage", "largest leverage", .positive)
        )
      }
      try fields.finish()
      let tiers = try refusingRule { () throws(VenueRuleError) in try HyperliquidTiers(steps) }
      let tier = tiers.tier(notional: notional)
      return [
        "rate": try finite(tier.rate), "deduction": try finite(tier.deduction),
        "maintenanceMargin": try finite(tiers.maintenance(notional: notional)),
      ]
    },
    VenueCalculation(
      "hyperliquid.liquidationPrice", "liquidation price of an isolated Hyperliquid position"
    ) { (fields) throws(CalculationRefusal) in
      let mark = fields.number("price", "mark, USD", .positive)
      let side = fields.number("side", "1 long, -1 short")
      let size = fields.number("size", "coins, unsigned", .positive)
      let equity = fields.number("isolatedMargin", "equity of the pool at the mark, USD")
      let leverage = fields.number("maintenanceLeverage", "1 over the maintenance rate", .positive)
      if side.magnitude != 1 {
        fields.refuse("side", seen: "\(side)", allowed: "1 or -1", fix: "write 1 for a long")
      }
      try fields.finish()
      let tiers = try refusingRule { () throws(VenueRuleError) in
        try HyperliquidTiers([(lowerBound: 0, maxLeverage: leverage / 2)])
      }
      let found = try refusingRule { () throws(VenueRuleError) in
        try tiers.liquidationPrice(mark: mark, position: side * size, equity: equity)
      }
      guard case .at(let price) = found else {
        return ["liqPrice": .null, "equityMinusMaintenanceAtLiq": .null]
      }
      let left = equity + side * size * (price - mark) - tiers.maintenance(notional: size * price)
      return [
        "liqPrice": try finite(price),
        "equityMinusMaintenanceAtLiq": try finite(left),
      ]
    },
    VenueCalculation(
      "hyperliquid.adlOrder", "whom Hyperliquid deleverages first"
    ) { (fields) throws(CalculationRefusal) in
      let candidates = fields.each("positions", meaning: "positions") { $0.candidate() }
      try fields.finish()
      let order = try refusingRule { () throws(VenueRuleError) in
        try HyperliquidDeleveraging.order(candidates)
      }
      return ["order": .array(order.map { .string($0) })]
    },
  ]
}

extension InputFields {
  fileprivate mutating func candidate() -> HyperliquidDeleveraging.Candidate {
    let side = number("side", "1 long, -1 short")
    if side.magnitude != 1 {
      refuse("side", seen: "\(side)", allowed: "1 or -1", fix: "write 1 for a long")
    }
    return HyperliquidDeleveraging.Candidate(
      id: text("id", "name"), isLong: side > 0, mark: number("mark", "mark, USD", .positive),
      entry: number("entry", "entry, USD", .positive),
      notional: number("notional", "notional, USD", .nonNegative),
      accountValue: number("accountValue", "value of the account, USD", .positive))
  }
}
