import FulcrumPricing
package import FulcrumRisk

/// What a backtest trades: a small YAML file, `docs/reference/backtest.md`.
package enum StrategyDocument {
  private enum Side: String, CaseIterable {
    case long, short
  }

  /// - Returns: the strategy, and the coin that it is of where the file says so.
  /// - Throws: every fault, with its line.
  package static func parse(
    _ input: InputBytes
  ) throws(YAMLRefusal) -> (strategy: BacktestStrategy, coin: String?) {
    var fields = try YAMLFields.document(input)
    if fields.text("version", allowed: "1") != "1" {
      fields.refuse(
        "version", fields.lines["version"], seen: "another version or none", allowed: "1")
    }
    let coin = fields.text("coin", allowed: "the coin of the perpetual, such as BTC")
    let side = fields.choice("side", among: Side.allCases, "side of the perpetual") ?? .long
    let capital = fields.number("capital", .positive, "USD at the start", in: .money) ?? 100_000
    let maintenance =
      fields.number("maintenance-rate", .share, "per unit of notional")
      ?? BacktestDefaults.maintenanceRate
    let lot = fields.number("lot", .positive, "coins") ?? BacktestDefaults.lot
    let least = fields.number("smallest-order", .nonNegative, "coins") ?? lot
    let every = fields.duration("evaluate-every", "time between evaluations") ?? 86_400_000
    let fee = fields.number("fee", .share, "per unit of notional") ?? BacktestDefaults.fee
    let liquidationFee =
      fields.number("liquidation-fee", .share, "per unit of notional")
      ?? BacktestDefaults.liquidationFee
    let liquidation =
      fields.choice(
        "liquidation", among: ConsequenceSettings.LiquidationRule.allCases,
        "what a liquidation closes") ?? .partial
    let buffer =
      fields.number(
        "liquidation-buffer", .nonNegative, "share of maintenance that a part leaves beyond it")
      ?? ConsequenceSettings.standardLiquidationBuffer
    let slippage =
      fields.byRegime("slippage", .share, "per unit of notional") ?? BacktestDefaults.slippage
    fields.refuseUnknown()
    guard fields.issues.isEmpty else { throw YAMLRefusal(fields.issues) }
    do throws(PolicyError) {
      let strategy = try BacktestStrategy(
        side: side == .long ? .down : .up, capital: capital, maintenanceRate: maintenance,
        trading: (lot, least, every),
        costs: .init(fee: fee, slippage: slippage, liquidationFee: liquidationFee)
      ).liquidating(liquidation, buffer: buffer)
      return (strategy, coin)
    } catch {
      throw YAMLRefusal([
        Issue(
          source: input.source, line: fields.line, seen: "\(error)",
          allowed: "numbers that fit together", fix: "correct that number")
      ])
    }
  }
}

/// Costs where a strategy does not state them, and how well they are known.
package enum BacktestDefaults {
  /// Published taker fee of a regular user of Binance USDⓈ-M futures.
  static let fee = 0.0005
  /// Lowest tier of its BTCUSDT perpetual.
  static let maintenanceRate = 0.004
  /// What a liquidation there adds (insurance clearance), rounded up.
  static let liquidationFee = 0.0125
  /// Half-spread and impact in calm, normal and stressed markets: assumed, no venue publishes it.
  static let slippage = [0.0001, 0.0002, 0.001]
  static let lot = 0.001
  /// The day on which they were set down.
  package static let dated = "2025-11-01"
}
