package import FulcrumModel

/// What `--collateral` gave: an amount, a table of pools, or an account summary of the venue.
package enum CollateralDocument: Hashable, Sendable {
  case amount(StatedCollateral)
  case table([CollateralEntry])
  case account([AccountSummary])
}

/// One line of a collateral table.
package struct CollateralEntry: Hashable, Sendable {
  package let pool: String
  package let collateral: StatedCollateral

  package init(pool: String, collateral: StatedCollateral) {
    self.pool = pool
    self.collateral = collateral
  }
}

/// One currency of an account, as the venue's summary states it.
///
/// `equity` is the currency's own: cash plus options at their marks plus unrealised profit. Under
/// cross collateral the reply repeats the margin balance of the *whole* portfolio in every currency
/// (`margin_balance`), which is why that field is not read: adding it up would count the same money
/// once a currency.
package struct AccountSummary: Hashable, Sendable {
  package let currency: Asset
  package let equity: ExactDecimal
  /// `segregated_sm`, `cross_pm`.
  package let marginModel: String?
  package let place: Place

  package init(currency: Asset, equity: ExactDecimal, marginModel: String?, place: Place) {
    self.currency = currency
    self.equity = equity
    self.marginModel = marginModel
    self.place = place
  }

  var isCross: Bool { marginModel?.hasPrefix("cross") ?? false }
}
