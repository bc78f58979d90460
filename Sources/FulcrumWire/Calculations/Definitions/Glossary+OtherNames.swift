import FulcrumPricing

extension Glossary {
  /// Names under which the same number stands in a report: other keys of JSON, columns of CSV,
  /// titles of tables. A name may mean two numbers; both are explained.
  static let otherNames: [(name: String, entry: String)] = jsonKeys + csvColumns + tableTitles

  private static let jsonKeys: [(String, String)] = [
    ("notional", "grossNotional"), ("valueAtRisk", "VaR"), ("expectedShortfall", "ES"),
    ("curve.leverage", "curve"), ("collateralBasis", "collateralBasis.cashGiven"),
    ("collateralBasis", "collateralBasis.equityGiven"),
    ("collateralBasis", "collateralBasis.premiumOnly"),
    ("collateralBasis", "collateralBasis.unknown"),
    ("equityBasis", "equityBasis.accountSummary"), ("equityBasis", "equityBasis.book"),
    ("equityBasis", "equityBasis.sumOfPools"),
    ("equityBasis", "equityBasis.unknown"),
  ]

  /// Those that differ from a name by more than case and underscores.
  private static let csvColumns: [(String, String)] =
    [
      ("contracts_signed", "contracts"), ("strike_usd", "strike"),
      ("entry_price_quoted", "entryPrice"), ("index_usd", "index"), ("forward_usd", "forward"),
      ("implied_volatility_ratio", "impliedVolatility"),
      ("quote_age_ms", "quoteAgeMilliseconds"), ("venue_mark_quoted", "markPrice"),
      ("unit_value_currency", "unitValue"), ("value_currency", "value"),
      ("equity_currency", "equity"), ("capital_at_risk_currency", "capitalAtRisk"),
      ("max_loss_currency", "maxLoss"), ("worst_stress_loss_currency", "worstLoss"),
      ("initial_margin_currency", "initialMargin"),
      ("maintenance_margin_currency", "maintenanceMargin"), ("notional_usd", "grossNotional"),
      ("delta_cash_usd", "deltaCash"), ("gamma_cash_usd_per_pct", "gammaCash1pct"),
      ("vega_cash_usd_per_vol_point", "vegaCashPerPoint"),
      ("theta_cash_usd_per_day", "thetaCashPerDay"), ("leverage_ratio", "leverage"),
      ("elasticity_ratio", "elasticity"), ("gross_leverage_ratio", "grossLeverage"),
      ("worst_secant_ratio", "worstSecant"), ("stress_multiple_ratio", "stressMultiple"),
      ("vega_leverage_per_vol_point", "vegaLeveragePerPoint"),
      ("coin_leverage_ratio", "coinLeverage"), ("usd_equity_leverage_ratio", "usdEquityLeverage"),
      ("account_delta_leverage_ratio", "accountDeltaLeverage"),
      ("liquidation_below_usd", "liquidationBelow"), ("liquidation_above_usd", "liquidationAbove"),
      ("distance_down_fraction", "distanceDown"), ("distance_up_fraction", "distanceUp"),
      ("distance_down_sigma_days", "sigmaDaysDown"), ("distance_up_sigma_days", "sigmaDaysUp"),
      ("liquidation_probability_1d", "probability1Day"),
      ("liquidation_probability_7d", "probability7Days"), ("leverage_basis", "leverage"),
    ]
    + ForwardSource.allCases.map { ("forward_source", "sources.forward.\($0.rawValue)") }

  private static let tableTitles: [(String, String)] = [
    ("At risk", "capitalAtRisk"), ("Largest secant", "worstSecant"),
    ("Stress loss", "stressMultiple"),
    ("Theta drain", "thetaDrainPerDay"), ("Below", "liquidationBelow"),
    ("Above", "liquidationAbove"), ("Down", "distanceDown"), ("Down", "sigmaDaysDown"),
    ("Up", "distanceUp"), ("Up", "sigmaDaysUp"), ("P 1 d", "probability1Day"),
    ("P 7 d", "probability7Days"), ("Size", "contracts"), ("Premium", "unitValue"),
    ("IV", "impliedVolatility"), ("Δ", "unitDelta"), ("delta", "unitDelta"),
    ("Own leverage", "elasticity"), ("Net delta", "netDeltaLeverage"),
    ("Gross delta", "grossDeltaLeverage"), ("Vega", "vegaCashPerPoint"),
    ("Theta", "thetaCashPerDay"), ("Most it can lose", "containedLoss"),
    ("CaR", "capitalAtRisk"), ("Basis", "leverage"), ("Account leverage", "netDeltaLeverage"),
    ("σ-days", "sigmaDaysDown"), ("σ-days", "sigmaDaysUp"), ("L_usd", "usdEquityLeverage"),
    ("L_coin", "coinLeverage"), ("Equity", "account.equity"),
    ("Gross notional", "grossNotionalLeverage"),
  ]
}
