import FulcrumModel
import FulcrumRisk

extension ReportCSV {
  static let columns: [ReportColumn] =
    identity + contract + market + capital + exposure + ratios + liquidation + provenance

  private static let identity: [ReportColumn] = [
    ReportColumn("record") { .plain($0.leg == nil ? "pool" : "leg") },
    ReportColumn("pool") { .text($0.pool.id) },
    ReportColumn("strategy") { .text($0.pool.strategy) },
    ReportColumn("underlying") { row in
      let names = row.leg.map { [$0.instrument.underlying] } ?? row.pool.underlyings
      return .plain(names.map(\.description).joined(separator: " "))
    },
    ReportColumn("currency") { .plain($0.pool.currency.code) },
    ReportColumn("collateral_basis") { .plain($0.pool.collateralBasis.name) },
    ReportColumn("status") { row in
      guard row.leg == nil else { return .plain(row.valuation == nil ? "notValued" : "ok") }
      guard let measures = row.measures else { return .plain("notValued") }
      return .plain(row.pool.capitalIsKnown ? measures.status.rawValue : "unknownCollateral")
    },
    ReportColumn("absence") { row in
      if let leg = row.leg { return .plain(leg.valuation == nil ? "noMarket" : nil) }
      return .plain(row.pool.headline(row.report.settings.basis).absence?.rawValue)
    },
  ]

  private static let contract: [ReportColumn] = [
    ReportColumn("symbol") { .text($0.leg?.instrument.id.name) },
    ReportColumn("kind") { row in
      switch row.leg?.instrument.kind {
      case .perpetual: .plain("perpetual")
      case .future: .plain("future")
      case .option(let right, _, _): .plain(right.rawValue)
      case nil: .plain(nil)
      }
    },
    ReportColumn("expiry_utc") { .plain($0.leg?.instrument.expiry?.description) },
    ReportColumn("strike_usd") { row in
      guard case .option(_, let strike, _) = row.leg?.instrument.kind else { return .plain(nil) }
      return .plain(strike.description)
    },
    ReportColumn("contracts_signed") { row in
      guard let leg = row.leg else { return .plain(nil) }
      let lots = ExactDecimal(significand: Int128(leg.position.size.count), scale: 0)
      return .plain(lots.multiplied(by: leg.instrument.lot)?.description)
    },
    ReportColumn("contract_size") { .plain($0.leg?.instrument.contract.value.description) },
    ReportColumn("contract_unit") { row in
      guard let instrument = row.leg?.instrument else { return .plain(nil) }
      switch instrument.contract {
      case .coins: return .plain(instrument.base.code)
      case .usdFace: return .plain(instrument.quote.code)
      }
    },
    ReportColumn("entry_price_quoted") { .plain($0.leg?.position.entry?.description) },
  ]

  private static let market: [ReportColumn] = [
    ReportColumn("index_usd") { .number($0.valuation?.index ?? $0.liquidation?.today.index) },
    ReportColumn("forward_usd") { .number($0.valuation?.forward) },
    ReportColumn("forward_source") { .plain($0.valuation?.forwardSource.rawValue) },
    ReportColumn("implied_volatility_ratio") { .number($0.valuation?.volatility) },
    ReportColumn("implied_volatility_source") { .plain($0.valuation?.volatilitySource?.rawValue) },
    ReportColumn("quote_age_ms") { .plain($0.valuation?.quoteAgeMilliseconds.map(String.init)) },
    ReportColumn("venue_mark_quoted") { .number($0.valuation?.venueMark) },
    ReportColumn("unit_value_currency") { .number($0.valuation?.unitValue) },
    ReportColumn("unit_delta") { .number($0.valuation?.unitDelta) },
    ReportColumn("value_currency") { row in
      .plain(row.valuation?.knownValue.flatMap { ReportAmount.text($0, row.pool.currency, .down) })
    },
  ]

  private static let capital: [ReportColumn] = [
    ReportColumn("equity_currency") { $0.money(\.equity, .down) },
    ReportColumn("capital_at_risk_currency") { $0.money(\.capitalAtRisk, .down) },
    ReportColumn("capital_at_risk_usd") { .usd($0.known?.capitalAtRiskUsd, .down) },
    ReportColumn("max_loss_currency") { row in
      guard let loss = row.known?.maxLoss else { return .plain(nil) }
      guard let amount = loss.finite else { return .measure(loss) }
      return .plain(ReportAmount.text(amount, row.pool.currency, .up))
    },
    ReportColumn("worst_stress_loss_currency") { $0.money(\.worstLoss, .up) },
    ReportColumn("initial_margin_currency") { $0.margin(\.initial) },
    ReportColumn("maintenance_margin_currency") { $0.margin(\.maintenance) },
  ]

  private static let exposure: [ReportColumn] = [
    ReportColumn("notional_usd") {
      .usd($0.valuation?.grossNotional ?? $0.measures?.grossNotional, .up)
    },
    ReportColumn("delta_cash_usd") { .usd($0.valuation?.deltaCash ?? $0.measures?.deltaCash) },
    ReportColumn("gamma_cash_usd_per_pct") {
      .usd($0.valuation?.gammaCash1pct ?? $0.measures?.gammaCash1pct)
    },
    ReportColumn("vega_cash_usd_per_vol_point") {
      .usd($0.valuation?.vegaCashPerPoint ?? $0.measures?.vegaCashPerPoint)
    },
    ReportColumn("theta_cash_usd_per_day") {
      .usd($0.valuation?.thetaCashPerDay ?? $0.measures?.thetaCashPerDay)
    },
  ]

  private static let ratios: [ReportColumn] = [
    ReportColumn("leverage_ratio") { row in
      .measure(row.leg == nil ? row.pool.headline(row.report.settings.basis) : nil)
    },
    ReportColumn("leverage_basis") { row in
      .plain(row.leg == nil ? row.report.settings.basis.rawValue : nil)
    },
    ReportColumn("elasticity_ratio") {
      .measure($0.valuation?.elasticity ?? $0.measures?.elasticity)
    },
    ReportColumn("gross_leverage_ratio") { .measure($0.known?.grossLeverage) },
    ReportColumn("worst_secant_ratio") { .measure($0.leg == nil ? $0.pool.worstSecant : nil) },
    ReportColumn("stress_multiple_ratio") { .measure($0.known?.stressMultiple) },
    ReportColumn("vega_leverage_per_vol_point") { .measure($0.known?.vegaLeveragePerPoint) },
    ReportColumn("theta_drain_per_day") { .measure($0.known?.thetaDrainPerDay) },
    ReportColumn("coin_leverage_ratio") { .measure($0.known?.coinLeverage) },
    ReportColumn("usd_equity_leverage_ratio") { .measure($0.known?.usdEquityLeverage) },
    ReportColumn("account_delta_leverage_ratio") { .measure($0.known?.accountDeltaLeverage) },
  ]

  private static let liquidation: [ReportColumn] = [
    ReportColumn("liquidation_underlying") { .plain($0.liquidation?.underlying.description) },
    ReportColumn("liquidation_below_usd") { .number($0.liquidation?.today.below) },
    ReportColumn("liquidation_above_usd") { .number($0.liquidation?.today.above) },
    ReportColumn("distance_down_fraction") { .number($0.liquidation?.today.distanceDown) },
    ReportColumn("distance_up_fraction") { .number($0.liquidation?.today.distanceUp) },
    ReportColumn("distance_down_sigma_days") { .number($0.liquidation?.sigmasDown) },
    ReportColumn("distance_up_sigma_days") { .number($0.liquidation?.sigmasUp) },
    ReportColumn("liquidation_probability_1d") { .measure($0.liquidation?.probability1Day) },
    ReportColumn("liquidation_probability_7d") { .measure($0.liquidation?.probability7Days) },
  ]

  private static let provenance: [ReportColumn] = [
    ReportColumn("problems") { row in
      let problems = row.leg?.problems ?? row.pool.problems
      return .text(problems.isEmpty ? nil : problems.map(\.explanation).joined(separator: "; "))
    },
    ReportColumn("notes") { row in
      guard let notes = row.leg?.noteTexts, !notes.isEmpty else { return .plain(nil) }
      return .text(notes.joined(separator: "; "))
    },
    ReportColumn("as_of_utc") { .plain($0.report.asOf.description) },
    ReportColumn("market_as_of_utc") { .plain($0.report.marketAsOf.description) },
    ReportColumn("rule_set") { .text($0.report.provenance.ruleSet) },
    ReportColumn("engine_version") { .text($0.report.provenance.engineVersion) },
    ReportColumn("csv_version") { _ in .plain("\(ReportCSV.version)") },
  ]
}

extension ReportRow {
  fileprivate func money(
    _ path: KeyPath<PoolMeasures, Double>, _ rounding: Rounding
  ) -> ReportField {
    .plain(known.flatMap { ReportAmount.text($0[keyPath: path], pool.currency, rounding) })
  }

  fileprivate func margin(_ path: KeyPath<PoolMargin, Double>) -> ReportField {
    guard leg == nil, let margin = pool.margin else { return .plain(nil) }
    return .plain(ReportAmount.text(margin[keyPath: path], pool.currency, .up))
  }
}
